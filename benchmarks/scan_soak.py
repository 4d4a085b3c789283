"""Thousands of scans in one process: do memory and handles stay where they are?

    python benchmarks/scan_soak.py [--quick] [--scans N] [--json FILE]

Each scan decodes a picture file, recognises and records it. No two pictures are equal; every other
one is read by a recogniser that remembers cards; in ten one shows no card and one is cut short.
The first tenth may fill caches and pools; from then on the resident memory may grow by 16 MB at
most, and open files by none.
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

GOAL_GROWTH_MB = 16.0
_LINES = 20
_KINDS = 12


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--scans", type=int, default=2000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        figures = soak(Path(temporary), 100 if options.quick else options.scans)
    for name, value in figures.items():
        print(f"{name:36} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    flat = figures["growth, MB"] <= GOAL_GROWTH_MB and figures["growth, handles"] <= 0
    return 0 if flat else 1


def soak(folder: Path, scans: int) -> dict[str, float]:
    """So many scans of drawn pictures; what they came to, memory and handles."""
    import cv2
    import numpy as np

    from benchmarks._flat import Flatness
    from benchmarks._live_run import faces
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.capture.files import load_frame
    from cardscanner_gui.core.errors import PictureError
    from cardscanner_gui.core.events import Finished
    from cardscanner_gui.games import ALL as GAMES
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.recognition.keeping import Keeping
    from cardscanner_gui.recognition.request import RecogniseRequest
    from cardscanner_gui.settings import Settings
    from cardscanner_gui.store.database import Database
    from tests.catalogue.tcgdex_archive import build_catalogue, card
    from tests.judging import alone
    from training.drawing.cards import draw_card
    from training.drawing.scenes import lay_on_desk

    pictures, cards = [], []
    for i, face in enumerate(faces(_KINDS)):
        view = {"angle": 29 * i % 360, "seed": i}
        pictures.append(lay_on_desk(draw_card(face), size=(1200, 1600), fill=0.75, **view)[0])
        facts = {"hp": face.hp, "attacks": face.attacks, "illustrator": face.artist}
        cards.append(card(face.name, face.number.split("/")[0], **facts))
    rng, counts = np.random.default_rng(1), {"scans": 0, "identified": 0, "refused": 0}
    builder, flatness = Builder(DataPaths(folder), Settings()), Flatness()
    path, started = folder / "picture.png", time.monotonic()
    database = Database(folder / "collection.db")
    memory = builder.open_memory(database)
    keeping = Keeping(database, GAMES)
    remembering = replace(builder, memory=memory)
    with build_catalogue(folder / "catalogue", cards) as catalogue:
        recognisers = [b.make_recogniser(alone(catalogue)) for b in (builder, remembering)]
        print(f"   scans   clock, min   {Flatness.HEADER}", flush=True)
        for number in range(scans):
            picture = pictures[number % _KINDS].copy()
            if number % 10 == 9:
                picture[:] = 128
            picture[:40, :40] = rng.integers(0, 255, (40, 40, 3))
            cv2.imwrite(str(path), picture)
            if number % 10 == 4:
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            try:
                frame = load_frame(path)
                request = RecogniseRequest(frame, str(number))
                for event in recognisers[number % 2].recognise(request):
                    if isinstance(event, Finished):
                        keeping.record(event.result, time.time(), None)
                        found = event.result.cards
                        counts["identified"] += any(c.match.printing for c in found)
            except PictureError:
                counts["refused"] += 1
            counts["scans"] += 1
            if number + 1 >= len(flatness) * scans / _LINES:
                minutes = (time.monotonic() - started) / 60
                print(f"  {number + 1:6} {minutes:12.1f}   {flatness.note()}", flush=True)
        flatness.note()
    memory.close()
    database.close()
    return counts | flatness.figures()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
