"""How long a catalogue takes to build, how large it gets, and how quick its look-ups are.

    python benchmarks/catalogue.py [--quick] [--json FILE] [--from SOURCE]...

SOURCE is a TCGdex or PTCG-database archive or folder, the registry's wheel, or a built catalogue;
several are joined. Without any, TCGdex and PTCG-database are downloaded. Goals: both under 90 s on
two cores, the wheel under 15 s, under 60 MB, opening under 50 ms, each look-up under 5 ms, 300
matcher's rows under 3 ms. `given` is what each source has, `added` what came of it that was new.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress, Source, SourceDescription
from cardscanner_gui.core.types import Printing
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.local import local_source
from cardscanner_gui.games.pokemon.sources.ptcg_database import PtcgDownload
from cardscanner_gui.games.pokemon.sources.tcgdex import TcgdexDownload

_ROWS = 300
_OCR_SLIPS = str.maketrans({"i": "l", "o": "0", "e": "c", "s": "5"})


def measure(look_up: Callable[[int], object], runs: int) -> dict[str, float]:
    """Milliseconds of `look_up(0)` to `look_up(runs - 1)`: median and 95th percentile."""
    times = []
    for number in range(runs):
        start = time.perf_counter()
        look_up(number)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return {
        "median_ms": round(statistics.median(times), 3),
        "p95_ms": round(times[int(len(times) * 0.95)], 3),
    }


def misread(text: str) -> str:
    """As a reader may give it: the middle third with letters that look alike."""
    third = len(text) // 3
    return text[:third] + text[third : 2 * third].translate(_OCR_SLIPS) + text[2 * third :]


def look_ups(catalogue: Catalogue, runs: int) -> dict[str, dict[str, float]]:
    """Every look-up with arguments drawn from the catalogue itself, the same ones each time."""
    chance = random.Random(1)
    total = catalogue.info().printings
    rows = catalogue.rows([chance.randint(1, total) for _ in range(runs)])
    with_attacks = [row for row in rows if row.phrases] or rows
    keys = [[chance.randint(1, total) for _ in range(_ROWS)] for _ in range(runs)]
    printings = catalogue.printings([row.key for row in rows])

    def attack(number: int) -> str:
        attacks = with_attacks[number % len(with_attacks)].phrases
        return attacks[0][0] if attacks else "tackle"

    measured: dict[str, Callable[[int], object]] = {
        "printing by id": lambda n: catalogue.printing(rows[n].id),
        "keys by name": lambda n: catalogue.keys_by_name(rows[n].names[0]),
        "keys by number": lambda n: catalogue.keys_by_number(printings[n].printed_number),
        "keys by attack": lambda n: catalogue.keys_by_phrase(attack(n)),
        "similar names": lambda n: catalogue.names_like(misread(rows[n].names[0])),
        "similar attacks": lambda n: catalogue.phrases_like(misread(attack(n))),
        f"{_ROWS} matcher's rows": lambda n: catalogue.rows(keys[n]),
        "50 printings": lambda n: catalogue.printings(keys[n][:50]),
        "search: name and number": lambda n: catalogue.search(
            f"{printings[n].name} {printings[n].number}"
        ),
    }
    return {name: measure(look_up, runs) for name, look_up in measured.items()}


class Counted:
    """A source that counts what it gives."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.version = ""
        self.skipped: list[str] = []
        self.given = 0

    def describe(self) -> SourceDescription:
        return self._source.describe()

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        for pair in self._source.read(scratch, progress, token):
            self.given += 1
            yield pair
        self.version, self.skipped = self._source.version, self._source.skipped


def by_source(sources: Sequence[Counted], printings: int) -> dict[str, object]:
    """What each source has; of the others than the first, together, what was new."""
    if not sources:
        return {}
    given = {source.describe().name: source.given for source in sources}
    return {"given": given, "added": printings - sources[0].given}


@click.command()
@click.option("--quick", is_flag=True, help="Fewer runs of each look-up.")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write the figures here.")
@click.option("--from", "origins", multiple=True, type=click.Path(exists=True, path_type=Path))
def main(quick: bool, target: Path | None, origins: tuple[Path, ...]) -> None:
    """Build once, then look things up."""
    runs = 40 if quick else 400
    given = [local_source(path) for path in origins] or [TcgdexDownload(), PtcgDownload()]
    counted = [Counted(source) for source in given] if len(given) > 1 else given
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = time.perf_counter(), time.process_time()
        info = update_catalogue(Path(folder), POKEMON, counted, lambda *_: None, CancelToken())
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        figures: dict[str, object] = {
            "source": f"{info.source} {info.version}",
            "printings": info.printings,
            "sets": info.sets,
            **by_source([one for one in counted if isinstance(one, Counted)], info.printings),
            "build_s": round(wall, 1),
            "build_cpu_s": round(cpu, 1),
            "size_mb": round(info.path.stat().st_size / 1e6, 1),
            "opening": measure(lambda _: Catalogue.open(Path(folder)).close(), 20),
        }
        with Catalogue.open(Path(folder)) as catalogue:
            start = time.perf_counter()
            catalogue.preload()
            figures["preload_ms"] = round((time.perf_counter() - start) * 1000, 1)
            figures["look-ups"] = look_ups(catalogue, runs)
    text = json.dumps(figures, indent=2)
    click.echo(text)
    if target is not None:
        target.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
