"""Two hundred pictures as a batch against two hundred single scans, and a batch that is killed.

    python benchmarks/batch.py [--quick] [--json FILE]

Photos of drawn cards with 3, 8 and 12 megapixels, whose catalogue holds the drawn cards only.
Each half is measured in turns of a few pictures, single scans and batch side by side, so that what
else the machine does falls on both. Single: one picture after the other, decoded, recognised and
recorded, with networks on all cores. Nothing is remembered between scans. Goal: 0.7 of the time.
Then a process that works a batch off is killed twice: each picture must be recorded once.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import psutil
from PIL import Image

from cardscanner_gui import environment
from cardscanner_gui.recognition.request import RecogniseRequest

GOAL = 0.7
_SIZES = ((1536, 2048), (2448, 3264), (3024, 4032))
_NAMES = ("Leafkit", "Twinfin", "Cinderpup", "Brambletooth", "Voltusk", "Mossback", "Emberix")
_TURN = 20  # pictures
_TOTAL_BY_SET = 193


def draw_pictures(folder: Path, count: int) -> list[Path]:
    """Write `count` photos, each of a card of its own, and a catalogue of the cards beside them."""
    from tests.catalogue.tcgdex_archive import build_catalogue, card

    (folder / "pictures").mkdir()
    cards = []
    for i in range(min(count, _TOTAL_BY_SET)):
        name, number, hp = _card(i)
        fields = {"hp": hp, "attacks": ("Gather Dew",), "illustrator": "Mia Loam"}
        cards.append(card(name, number, **fields))
    build_catalogue(folder / "catalogue", cards).close()
    paths = [folder / "pictures" / f"{i:03d}.jpg" for i in range(count)]
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_draw, range(count), paths))
    return paths


def _card(i: int) -> tuple[str, str, int]:
    """Name, number and HP of the card on a picture."""
    return _NAMES[i % len(_NAMES)], f"{i % _TOTAL_BY_SET + 1:03d}", 40 + i % 200


def _draw(i: int, path: Path) -> None:
    """One photo, in a process of its own."""
    from training.drawing.cards import CardFace, draw_card
    from training.drawing.scenes import lay_on_desk

    name, number, hp = _card(i)
    face = CardFace(
        name, hp, f"{number}/{_TOTAL_BY_SET}", set_code="MDT", attacks=("Gather Dew",),
        artist="Mia Loam", year="2023", seed=i,
    )  # fmt: skip
    picture, _ = lay_on_desk(
        draw_card(face), size=_SIZES[i % 3], fill=0.75, angle=(i * 37) % 360, seed=i
    )
    Image.fromarray(picture).save(path, quality=90)


def measure(folder: Path, pictures: Sequence[Path]) -> dict[str, object]:
    """Times of both in seconds, turn by turn, and whether both named the same cards."""
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.catalogue.catalogues import Catalogues
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.recognition.batches import BatchRunner
    from cardscanner_gui.settings import Settings
    from cardscanner_gui.store.batches import BatchStore
    from cardscanner_gui.store.database import Database
    from cardscanner_gui.store.scans import ScanLog

    builder = Builder(DataPaths(folder), Settings())
    for_batches, workers = builder.for_batches()
    process = psutil.Process()
    single_times, batch_times = [], []
    with (
        Catalogues.open(folder / "catalogue", builder.games) as catalogue,
        closing(Database(folder / "single.db")) as single_database,
        closing(Database(folder / "batch.db")) as batch_database,
    ):
        scan_one = _single(builder, catalogue, single_database)
        store = BatchStore(batch_database)
        runner = BatchRunner(store, lambda: for_batches.make_recogniser(catalogue), workers=workers)
        runner.start()
        # The networks are built and warm on both sides before anything is measured.
        scan_one(pictures[0])
        store.create(pictures[: 2 * workers])
        runner.wake()
        runner.wait(600)
        memory = []
        single_cpu = batch_cpu = 0.0
        for start in range(0, len(pictures), _TURN):
            turn = pictures[start : start + _TURN]
            started, used = time.perf_counter(), _cpu_seconds(process)
            for path in turn:
                scan_one(path)
            single_times.append(time.perf_counter() - started)
            single_cpu += _cpu_seconds(process) - used
            started, used = time.perf_counter(), _cpu_seconds(process)
            store.create(turn)
            runner.wake()
            assert runner.wait(600)
            batch_times.append(time.perf_counter() - started)
            batch_cpu += _cpu_seconds(process) - used
            memory.append(round(process.memory_info().rss / 1e6))
        runner.close()
        named = [_named(ScanLog(database)) for database in (single_database, batch_database)]
        differing = sum(named[0][path] != named[1][path] for path in named[0])
    ratios = [b / s for s, b in zip(single_times, batch_times, strict=True)]
    return {
        "pictures": len(pictures),
        "cores": os.cpu_count(),
        "workers": workers,
        "single_s": round(sum(single_times), 2),
        "batch_s": round(sum(batch_times), 2),
        "ratio": round(sum(batch_times) / sum(single_times), 3),
        "ratio_of_the_median_turn": round(statistics.median(ratios), 3),
        "single_cpu_s": round(single_cpu, 2),
        "batch_cpu_s": round(batch_cpu, 2),
        "pictures_named": sum(bool(name) for name in named[1].values()),
        "named_differently": differing,
        "memory_mb_after_turns": [memory[0], memory[-1]],
    }


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _single(builder, catalogue, database) -> Callable[[Path], None]:  # type: ignore[no-untyped-def]
    """Scans one picture as the window does for a small drop: read, record, keep."""
    from cardscanner_gui.capture.files import load_frame
    from cardscanner_gui.core.copies import CopyDefaults
    from cardscanner_gui.core.events import Finished
    from cardscanner_gui.recognition.keeping import Keeping

    recogniser = builder.make_recogniser(catalogue)
    keeping = Keeping(database, builder.games)

    def scan_one(path: Path) -> None:
        frame = load_frame(path)
        for event in recogniser.recognise(RecogniseRequest(frame, path.name)):
            if isinstance(event, Finished):
                keeping.record(event.result, time.time(), CopyDefaults())

    return scan_one


def _named(scans) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """The printing's id by file, empty where none was identified."""
    return {scan.source: scan.printing.id if scan.printing else "" for scan in scans.recent(10_000)}


def kill_and_resume(folder: Path, pictures: Sequence[Path]) -> dict[str, object]:
    """Kill a process that works a batch off, twice, let a third end it; count what was recorded."""
    from cardscanner_gui.store.batches import BatchStore
    from cardscanner_gui.store.database import Database
    from cardscanner_gui.store.scans import ScanLog

    data = folder / "killed"
    data.mkdir()
    command = [
        sys.executable, "-m", "tests.recognition.batch_process", str(data),
        str(folder / "catalogue"),
    ]  # fmt: skip
    root = Path(__file__).resolve().parents[1]
    with closing(Database(data / "collection.db")) as database:
        store = BatchStore(database)
        batch = store.create(pictures)
        done = []
        for _ in range(2):
            with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as child:
                assert child.stdout is not None
                for _ in range(len(pictures) // 3):
                    child.stdout.readline()
                child.kill()
            done.append(store.list()[0].done)
        subprocess.run(command, cwd=root, stdout=subprocess.DEVNULL, check=True)
        recorded = Counter(scan.source for scan in ScanLog(database).recent(10_000))
        ended = store.get(batch.id)
        assert ended is not None
    return {
        "pictures": len(pictures),
        "done_when_killed": done,
        "done_in_the_end": ended.done,
        "recorded_once": sum(count == 1 for count in recorded.values()),
        "recorded_twice": sum(count > 1 for count in recorded.values()),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pictures = draw_pictures(folder, 24 if options.quick else 200)
        figures = measure(folder, pictures)
        killed = kill_and_resume(folder, pictures[:12] if options.quick else pictures[:60])
    for name, value in figures.items():
        print(f"{name:26} {value}")
    print("killed twice:", json.dumps(killed))
    if options.json:
        options.json.write_text(json.dumps({**figures, "killed": killed}, indent=1))
    once = killed["recorded_once"] == killed["done_in_the_end"] == killed["pictures"]
    return 0 if float(str(figures["ratio"])) <= GOAL and once else 1


if __name__ == "__main__":
    sys.exit(main())
