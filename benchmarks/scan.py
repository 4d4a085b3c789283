"""A whole scan, step by step, on drawn pictures of invented cards or on a folder of your own.

    python benchmarks/scan.py [--quick] [--json FILE] [--pictures FOLDER --catalogue FOLDER]

Each picture is decoded and recognised once after a warm-up. Drawn pictures have 12 megapixels, as a
phone makes them, and their catalogue holds the drawn cards only. Goal: a median of at most 0.4 s.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from cardscanner_gui import environment
from cardscanner_gui.recognition.request import RecogniseRequest

GOAL_MS = 400.0
_NAMES = ("Leafkit", "Twinfin", "Cinderpup", "Brambletooth", "Voltusk", "Mossback", "Emberix")


def draw_pictures(folder: Path, count: int) -> Path:
    """Write `count` pictures of drawn cards and a catalogue of them; returns its folder."""
    from tests.catalogue.tcgdex_archive import build_catalogue, card
    from training.drawing.cards import CardFace, draw_card
    from training.drawing.scenes import lay_on_desk

    cards = []
    for i in range(count):
        name, number, hp = _NAMES[i % len(_NAMES)], f"{i + 1:03d}", 40 + 10 * (i % 20)
        face = CardFace(
            name, hp, f"{number}/193", set_code="MDT", attacks=("Gather Dew",), artist="Mia Loam",
            year="2023", seed=i,
        )  # fmt: skip
        picture, _ = lay_on_desk(
            draw_card(face), size=(3024, 4032), fill=0.75, angle=(i * 37) % 360, seed=i
        )
        Image.fromarray(picture).save(folder / f"{number}.jpg", quality=90)
        cards.append(card(name, number, hp=hp, attacks=("Gather Dew",), illustrator="Mia Loam"))
    build_catalogue(folder / "catalogue", cards).close()
    return folder / "catalogue"


def measure(pictures: Sequence[Path], catalogue_folder: Path) -> dict[str, object]:
    """Scan each picture once; medians in milliseconds by step, and how many cards were named."""
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.capture.files import load_frame
    from cardscanner_gui.catalogue.catalogues import Catalogues
    from cardscanner_gui.core.events import Finished, QuickResult
    from cardscanner_gui.core.types import Status
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.settings import Settings

    builder = Builder(DataPaths(catalogue_folder.parent), Settings())
    steps: dict[str, list[float]] = {}
    named = 0
    with Catalogues.open(catalogue_folder, builder.games) as catalogue:
        recogniser = builder.make_recogniser(catalogue)
        for path in [pictures[0], *pictures]:
            started = time.perf_counter()
            frame = load_frame(path)
            times = {"decode": (time.perf_counter() - started) * 1000}
            for event in recogniser.recognise(RecogniseRequest(frame, path.name)):
                elapsed = (time.perf_counter() - started) * 1000
                if isinstance(event, QuickResult):
                    times.setdefault("first answer", elapsed)
                if isinstance(event, Finished):
                    times |= dict(event.timings_ms) | {"whole": elapsed}
                    cards = event.result.cards
            for step, ms in times.items():
                steps.setdefault(step, []).append(ms)
            named += any(c.match.status is Status.IDENTIFIED for c in cards)
    medians = {step: round(statistics.median(ms[1:] or ms), 1) for step, ms in steps.items()}
    whole = sorted(steps["whole"][1:])
    return {
        "pictures": len(pictures),
        "named": named - 1,
        "median_ms": medians,
        "p95_ms": round(whole[int(0.95 * (len(whole) - 1))], 1),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--pictures", type=Path, help="a folder of your own pictures")
    parser.add_argument("--catalogue", type=Path, help="the catalogue that knows their cards")
    options = parser.parse_args(arguments)
    if (options.pictures is None) != (options.catalogue is None):
        parser.error("--pictures and --catalogue go together")
    with tempfile.TemporaryDirectory() as temporary:
        folder, catalogue = options.pictures, options.catalogue
        if folder is None:
            folder = Path(temporary)
            catalogue = draw_pictures(folder, 6 if options.quick else 30)
        figures = measure(sorted(folder.glob("*.jpg")), catalogue)
    print(f"{figures['named']} of {figures['pictures']} pictures named")
    medians = figures["median_ms"]
    for step, ms in medians.items():  # type: ignore[attr-defined]
        print(f"{step:14} {ms:7.1f} ms")
    print(f"{'whole, p95':14} {figures['p95_ms']:7.1f} ms")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0 if medians["whole"] <= GOAL_MS else 1  # type: ignore[index]


if __name__ == "__main__":
    sys.exit(main())
