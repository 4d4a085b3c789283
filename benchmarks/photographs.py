"""The finder on labelled photographs, turned seven ways, before and after reading.

    python benchmarks/photographs.py [--quick] [--json FILE] [--eval FOLDER] [--data-dir FOLDER]
        [--part 1|2]

The folder holds `images`, `corners.csv` (`file`, `x_tl`, `y_tl` … as fractions of the picture) and
`truth.csv`, which says to which part a picture belongs. Reading decides which way is up only with a
catalogue, which is taken from the data folder. Goals for part 1: a mean IoU of 0.93 unturned; of
112 pictures 108 with IoU of at least 0.85 and 111 upright.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from cardscanner_gui import environment
from cardscanner_gui.core.types import Corners, Frame, Pixels, read_only
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.vision.geometry import overlap

ANGLES = (0, 90, 180, 270, 30, -45, 135)
_TURNED_SIDE = 900


@dataclass
class Tally:
    """What came of the pictures of one kind."""

    overlaps: list[float] = field(default_factory=list)
    upright: int = 0

    def add(self, found: Iterable[Corners], true: Corners) -> None:
        best = max(found, key=lambda corners: overlap(corners, true), default=None)
        self.overlaps.append(0.0 if best is None else overlap(best, true))
        if best is not None and self.overlaps[-1] > 0:
            turns = [np.abs(np.roll(true, -k, axis=0) - best).sum() for k in range(4)]
            self.upright += int(np.argmin(turns)) == 0

    def figures(self) -> dict[str, object]:
        overlaps = np.array(self.overlaps)
        return {
            "pictures": len(overlaps),
            "mean_iou": round(float(overlaps.mean()), 3),
            "iou_085": int((overlaps >= 0.85).sum()),
            "iou_090": int((overlaps >= 0.90).sum()),
            "upright": self.upright,
        }


def labels(folder: Path, part: int | None = None) -> dict[str, Corners]:
    """Corners by file name, as fractions of width and height; of one part or of all."""
    keys = [f"{axis}_{corner}" for corner in ("tl", "tr", "br", "bl") for axis in "xy"]
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        wanted = {r["file"] for r in csv.DictReader(file) if part in (None, int(r["part"]))}
    with (folder / "corners.csv").open(encoding="utf-8") as file:
        return {
            row["file"]: np.array([float(row[k]) for k in keys]).reshape(4, 2)
            for row in csv.DictReader(file)
            if row["file"] in wanted
        }


def turned(pixels: Pixels, corners: Corners, angle: int) -> tuple[Pixels, Corners]:
    """The picture reduced and turned about its middle, on a canvas that holds all of it."""
    if angle == 0:
        return pixels, corners
    scale = _TURNED_SIDE / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (int(width * cos + height * sin), int(width * sin + height * cos))
    matrix[:, 2] += [size[0] / 2 - width / 2, size[1] / 2 - height / 2]
    canvas = cv2.warpAffine(small, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(canvas, np.uint8), corners * scale @ matrix[:, :2].T + matrix[:, 2]


def measure(
    folder: Path, data_dir: Path, angles: Iterable[int], part: int | None = None
) -> dict[str, object]:
    """Find, and with a catalogue read, each photograph turned by each angle."""
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.capture.files import load_frame
    from cardscanner_gui.core.events import CardsFound, Finished
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.settings import Settings

    builder = Builder(DataPaths(data_dir), Settings())
    catalogue = builder.open_catalogue()
    recogniser = builder.make_recogniser(catalogue)
    tallies = {name: Tally() for name in ("unturned, found", "unturned, read", "found", "read")}
    for name, fractions in labels(folder, part).items():
        pixels = load_frame(folder / "images" / name).pixels
        corners = fractions * [pixels.shape[1], pixels.shape[0]]
        for angle in angles:
            picture, true = turned(pixels, corners, angle)
            frame = Frame(name, read_only(np.ascontiguousarray(picture)), 0.0, name)
            events = list(recogniser.recognise(RecogniseRequest(frame, name)))
            found = next(event.corners for event in events if isinstance(event, CardsFound))
            cards = next(event.result.cards for event in events if isinstance(event, Finished))
            read = [card.corners for card in cards if card.corners is not None]
            for step, outlines in (("found", found), ("read", read)):
                tallies[step].add(outlines, true)
                if angle == 0:
                    tallies[f"unturned, {step}"].add(outlines, true)
    return {"catalogue": catalogue is not None} | {k: t.figures() for k, t in tallies.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two of the seven angles")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--eval", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--part", type=int, choices=(1, 2), help="of the photographs; all without")
    parser.add_argument("--data-dir", type=Path, help="whose catalogue is taken")
    options = parser.parse_args()
    if not (options.eval / "corners.csv").is_file():
        print(f"There are no labelled photographs in {options.eval}: nothing to measure.")
        return 0
    environment.prepare()
    from cardscanner_gui.paths import default_data_dir

    angles = ANGLES[:2] if options.quick else ANGLES
    data_dir = options.data_dir or default_data_dir()
    figures = measure(options.eval, data_dir, angles, options.part)
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
