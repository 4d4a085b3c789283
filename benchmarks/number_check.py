"""Choosing the collector number among a few, on labelled photographs made small and blurred.

    python benchmarks/number_check.py [--quick] [--json FILE] [--eval FOLDER] [--data-dir FOLDER]
        [--recogniser FILE] [--sample N]

The folder holds `images` and `truth.csv` (`file`, `kind`, `game`, `number`). Each card is looked at
in several sizes, still and moving, once with its own number among six others and once without it:
then every answer is wrong. Another recogniser of lines can be tried, such as a larger PP-OCRv6 that
was downloaded: cards are found with the usual one, and their numbers checked by both, on the same
looks. A catalogue, taken from the data folder, helps to tell which way is up.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from cardscanner_gui import environment
from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.reading.card_reader import CardReader
from cardscanner_gui.reading.detector import TextDetector
from cardscanner_gui.reading.lines import LineRecogniser
from cardscanner_gui.reading.models import RECOGNISER, model_folder
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.vision.card_image import CardCrop

HEIGHTS = (240, 280, 320, 380, 460, 600)
"""Of the card in the picture, in pixels."""
MOVED = (0, 2, 4)
"""How far the card moves while the picture is taken, in pixels."""
OTHERS = 6
_FRACTION = re.compile(r"\d{1,3}/\d{2,3}")


def numbers(folder: Path) -> dict[str, str]:
    """Printed numbers by file name, of single cards whose number is a fraction."""
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        return {
            row["file"]: row["number"]
            for row in csv.DictReader(file)
            if row["kind"] in ("photo", "scan")
            and row["game"] == "pokemon"
            and _FRACTION.fullmatch(row["number"])
        }


def worse(pixels: Pixels, corners: Corners, moved: int, height: int, angle: float) -> CardCrop:
    """The card in a smaller picture, blurred along a line, compressed."""
    sides = np.linalg.norm(corners[[3, 2]] - corners[[0, 1]], axis=1)
    scale = height / float(sides.mean())
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if moved:
        kernel = np.zeros((moved + 3, moved + 3), np.float32)
        for step in np.linspace(-moved / 2, moved / 2, 8 * moved):
            middle = (moved + 2) / 2
            at = np.array([np.sin(angle), np.cos(angle)]) * step + middle
            kernel[tuple(at.round().astype(int))] += 1
        small = cv2.filter2D(small, -1, kernel / kernel.sum())
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return CardCrop(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8), corners * scale)


def other_numbers(number: str, chance: random.Random) -> list[str]:
    """Numbers of the same set."""
    own, total = number.split("/")
    choices = [n for n in range(1, int(total) * 5 // 4) if n != int(own)]
    return [f"{n:0{len(own)}d}/{total}" for n in chance.sample(choices, OTHERS)]


def looks(
    pixels: Pixels, corners: Corners, heights: tuple[int, ...], chance: random.Random
) -> Iterator[CardCrop]:
    own = float(np.linalg.norm(corners[[3, 2]] - corners[[0, 1]], axis=1).mean())
    for height in heights:
        for moved in MOVED:
            if height <= own:
                yield worse(pixels, corners, moved, height, chance.uniform(0, np.pi))


def judge(reader: CardReader, crop: CardCrop, number: str, others: list[str]) -> tuple[str, str]:
    """What came of the look with the right number among the choices, and of that without it."""
    known = reader.check_number(crop, [(text,) for text in (number, *others)])
    blind = reader.check_number(crop, [(text,) for text in others])
    first = "left open" if known is None else "right" if known.text == number else "wrong"
    return first, "left open" if blind is None else "wrong"


def measure(
    folder: Path,
    data_dir: Path,
    heights: tuple[int, ...],
    other: Path | None = None,
    sample: int | None = None,
) -> dict[str, object]:
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.capture.files import load_frame
    from cardscanner_gui.core.events import Finished
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.settings import Settings

    builder = Builder(DataPaths(data_dir), Settings())
    recogniser = builder.make_recogniser(builder.open_catalogue())
    models = model_folder()
    detector, chance = TextDetector(models), random.Random(11)
    networks = {"the wheel's": RECOGNISER} | ({other.name: other.absolute()} if other else {})
    readers = {
        name: CardReader(detector, LineRecogniser(models, model=model), [POKEMON.sheet])
        for name, model in networks.items()
    }
    found = {name: (Counter[str](), Counter[str](), []) for name in readers}
    for name, number in list(numbers(folder).items())[:sample]:
        frame = load_frame(folder / "images" / name)
        events = recogniser.recognise(RecogniseRequest(frame, name))
        cards = next(event.result.cards for event in events if isinstance(event, Finished))
        if not cards or cards[0].corners is None:
            continue
        for crop in looks(frame.pixels, cards[0].corners, heights, chance):
            others = other_numbers(number, chance)
            for reader_name, reader in readers.items():
                among, without, times = found[reader_name]
                begun = time.perf_counter()
                first, second = judge(reader, crop, number, others)
                times.append(time.perf_counter() - begun)
                among[first] += 1
                without[second] += 1
    figures: dict[str, object] = {}
    for reader_name, (among, without, times) in found.items():
        figures[f"{reader_name}: looks"] = among.total()
        figures[f"{reader_name}: its number among them"] = among
        figures[f"{reader_name}: without it"] = without
        figures[f"{reader_name}: ms a look, median"] = round(1000 * statistics.median(times))
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two of the six sizes")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--eval", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--recogniser", type=Path, help="another network to read lines with")
    parser.add_argument("--sample", type=int, help="so many of the photographs only")
    parser.add_argument("--data-dir", type=Path, help="whose catalogue is taken")
    options = parser.parse_args()
    if not (options.eval / "truth.csv").is_file():
        print(f"There are no labelled photographs in {options.eval}: nothing to measure.")
        return 0
    environment.prepare()
    from cardscanner_gui.paths import default_data_dir

    folder = options.data_dir or default_data_dir()
    heights = HEIGHTS[1::3] if options.quick else HEIGHTS
    figures = measure(options.eval, folder, heights, options.recogniser, options.sample)
    for name, value in figures.items():
        print(f"{name:44} {value if isinstance(value, int) else dict(value)}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
