"""When a card's first answer comes, and when its last: easy and hard cards, and a page of nine.

    python benchmarks/patience.py [--quick] [--json FILE]
    python benchmarks/patience.py --pictures FOLDER --data-dir FOLDER [--json FILE]

Each picture is decoded and recognised once after a warm-up. Drawn ones have 12 megapixels. The hard
cards lack their number, so that all of their small print is read, and nothing settles them. Goals:
a first answer within 0.5 s and the last within 2 s, for the median and the 95th percentile; an easy
card within 0.3 s; of a page of nine all first answers within 0.7 s and all last within 3 s.

Beside the time that passes stands the time in which the reading thread worked: on a machine on
which other work runs only that says something.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cardscanner_gui import environment

GOALS = {
    "easy": (0.5, 0.5, 0.3, 2.0),
    "hard": (0.5, 0.5, 2.0, 2.0),
    "page": (0.7, 0.7, 3.0, 3.0),
}
"""In seconds: median and 95th percentile of the first answer, then of the end."""


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--pictures", type=Path, help="a folder of your own")
    parser.add_argument("--data-dir", type=Path, help="whose catalogue knows their cards")
    options = parser.parse_args(arguments)
    if (options.pictures is None) != (options.data_dir is None):
        parser.error("--pictures and --data-dir go together")
    with tempfile.TemporaryDirectory() as temporary:
        data = options.data_dir or Path(temporary)
        if options.pictures is not None:
            kinds = {"yours": sorted(options.pictures.iterdir())}
        else:
            kinds = draw(data, 3 if options.quick else 20)
        figures = measure(data, kinds)
    print(f"{'':8} {'pictures':>8} {'named':>6}   first, s: median, p95   end, s: median, p95")
    good = True
    for (kind, clock), row in figures.items():
        numbers = "   ".join(f"{value:6.2f}" for value in row[2:])
        print(f"{kind:8} {row[0]:8} {row[1]:6}   {numbers}   {clock}")
        if clock == "passed" and kind in GOALS:
            good &= all(t <= goal for t, goal in zip(row[2:], GOALS[kind], strict=True))
    if options.json:
        options.json.write_text(json.dumps({" ".join(k): v for k, v in figures.items()}, indent=1))
    return 0 if good else 1


def draw(folder: Path, count: int) -> dict[str, list[Path]]:
    """Pictures by kind, and a catalogue in which each card is printed twice."""
    import numpy as np
    from PIL import Image

    from benchmarks._live_run import faces
    from cardscanner_gui.paths import DataPaths
    from tests.catalogue.tcgdex_archive import build_catalogue, card
    from training.drawing.cards import draw_card
    from training.drawing.scenes import lay_on_desk

    def photograph(face, size: tuple[int, int], **view):  # type: ignore[no-untyped-def]
        return lay_on_desk(draw_card(face), size=size, **view)[0]

    cards, kinds = [], {"easy": [], "hard": [], "page": []}
    everybody = faces(60)
    for face in everybody:
        number = face.number.split("/")[0]
        facts = {"hp": face.hp, "attacks": face.attacks, "illustrator": face.artist}
        cards.append(card(face.name, number, **facts))
        cards.append(card(face.name, f"{int(number) + 100:03d}", **facts))
    build_catalogue(DataPaths(folder).catalogue, cards).close()

    def save(kind: str, picture) -> None:  # type: ignore[no-untyped-def]
        path = folder / f"{kind}{len(kinds[kind])}.jpg"
        Image.fromarray(picture).save(path, quality=90)
        kinds[kind].append(path)

    for i, face in enumerate(everybody[:count]):
        view = {"fill": 0.75, "angle": 37 * i % 360, "seed": i}
        save("easy", photograph(face, (3024, 4032), **view))
        save("hard", photograph(replace(face, number="", set_code=""), (3024, 4032), **view))
    for page in range(max(1, count // 4)):
        rows = []
        for row in range(3):
            three = everybody[9 * page % 45 + 3 * row :][:3]
            rows.append(np.hstack([photograph(f, (1008, 1344), fill=0.85) for f in three]))
        save("page", np.vstack(rows))
    return kinds  # type: ignore[return-value]


def measure(data: Path, kinds: dict[str, list[Path]]) -> dict[tuple[str, str], list[float]]:
    """By kind and clock: pictures, cards that were named, and four times as in `GOALS`."""
    import numpy as np

    from cardscanner_gui.builder import Builder
    from cardscanner_gui.core.metrics import Metrics
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.recognition.opening import open_picture
    from cardscanner_gui.settings import Settings

    builder = Builder(DataPaths(data), Settings())
    recogniser = builder.make_recogniser(builder.open_catalogue())
    figures: dict[tuple[str, str], list[float]] = {}
    for kind, pictures in kinds.items():
        times: dict[str, list[tuple[float, float]]] = {"passed": [], "worked": []}
        named = 0
        for path in [pictures[0], *pictures]:
            clocks = {"passed": time.perf_counter, "worked": time.thread_time}
            began = {name: clock() for name, clock in clocks.items()}
            frame = open_picture(path, Metrics(), path.name)
            first, cards = _read(recogniser, frame, clocks)
            for name, clock in clocks.items():
                times[name].append((first.get(name, clock()) - began[name], clock() - began[name]))
            named += sum(card.match.printing is not None for card in cards)
        for name, both in times.items():
            firsts, ends = np.array(both[1:]).T
            summary = [np.median(firsts), np.percentile(firsts, 95)]
            summary += [np.median(ends), np.percentile(ends, 95)]
            figures[kind, name] = [len(pictures), named, *(round(float(t), 3) for t in summary)]
    return figures


def _read(recogniser, frame, clocks):  # type: ignore[no-untyped-def]
    """When all cards had their first answer, by each clock, and the cards."""
    from cardscanner_gui.core.events import CardsFound, Finished, QuickResult
    from cardscanner_gui.recognition.request import RecogniseRequest

    waiting: set[int] = set()
    first: dict[str, float] = {}
    for event in recogniser.recognise(RecogniseRequest(frame, frame.id)):
        if isinstance(event, CardsFound):
            waiting = set(range(len(event.corners)))
        elif isinstance(event, QuickResult):
            waiting.discard(event.index)
            if not waiting and not first:
                first = {name: clock() for name, clock in clocks.items()}
        elif isinstance(event, Finished):
            return first, event.result.cards
    raise RuntimeError("no end")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
