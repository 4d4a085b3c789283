"""What the finder can't do, as pictures: `python benchmarks/finder_limits.py --out docs/limits`.

Draws pictures of what is hardest, counts how many go wrong, and keeps one that did for each kind:
white dashes are what was wanted, coloured lines what was found.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from benchmarks.finder import Tally, judge, photograph
from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.vision.finder import CardFinder
from training.drawing.arrangements import Arrange, row
from training.drawing.bank import Bank
from training.drawing.hard_cases import boxes, diagonal, dim, inserted, shaken, tiny
from training.drawing.scenes import USUAL, draw_scene

_SEED = 881_000
_SIDE = 480
_QUALITY = 72
_GOOD = 0.85
_FOUND = (40, 220, 90)
_WANTED = (255, 255, 255)

KINDS: tuple[tuple[str, Arrange], ...] = (
    ("insert behind the card", inserted),
    ("card on its corner", diagonal),
    ("dark border in dim light", dim),
    ("motion blur", shaken),
    ("small cards", tiny),
    ("fan of cards", row),
    ("boxes that are no cards", boxes),
)


def worst_of(
    finder: CardFinder, arrange: Arrange, count: int, seed: int
) -> tuple[Tally, int, Pixels | None]:
    """Judge pictures of one kind: what was counted, how many went wrong, and one that did."""
    rng = np.random.default_rng(seed)
    bank = Bank(rng, 40, 12, 25)
    mixture = replace(USUAL, whole=((arrange, 1.0),), closeness=0.0)
    total, wrong, kept = Tally(), 0, None
    for _ in range(count):
        bank.renew()
        picture, cards, hidden = photograph(draw_scene(bank, rng, _SIDE, mixture))
        tally = judge(finder, picture, cards, hidden)
        total.add(tally)
        if tally.false == 0 and all(o >= _GOOD for o in tally.overlaps):
            continue
        wrong += 1
        if kept is None:
            kept = drawn(picture, cards, [card.corners for card in finder.find(picture)])
    return total, wrong, kept


def drawn(picture: Pixels, wanted: list[Corners], found: list[Corners]) -> Pixels:
    """The picture with the outlines wanted and found."""
    canvas = picture.copy()
    for corners in found:
        cv2.polylines(canvas, [np.rint(corners).astype(np.int32)], True, _FOUND, 2, cv2.LINE_AA)
    for corners in wanted:
        for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            _dashes(canvas, start, end)
    return canvas


def _dashes(canvas: Pixels, start: Corners, end: Corners) -> None:
    pieces = max(1, round(float(np.linalg.norm(end - start)) / 8))
    points = start + np.linspace(0, 1, pieces + 1)[:, None] * (end - start)
    for first, last in zip(points[:-1:2], points[1::2], strict=False):
        ends = [np.rint(p).astype(int).tolist() for p in (first, last)]
        cv2.line(canvas, ends[0], ends[1], _WANTED, 1, cv2.LINE_AA)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/limits"))
    parser.add_argument("--count", type=int, default=60, help="pictures of each kind")
    parser.add_argument("--models", type=Path, default=resource_dir() / "finder")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    finder = CardFinder(args.models, threads=2)
    print("| | pictures with a mistake | cards | IoU ≥ 0.85 % | false | one of them |")
    print("|---|---|---|---|---|---|")
    for number, (name, arrange) in enumerate(KINDS):
        total, wrong, picture = worst_of(finder, arrange, args.count, _SEED + number)
        good = sum(o >= _GOOD for o in total.overlaps)
        share = f"{100 * good / total.cards:.0f}" if total.cards else "–"
        link = "–"
        if picture is not None:
            file = args.out / f"{name.replace(' ', '-')}.jpg"
            _, data = cv2.imencode(
                ".jpg",
                cv2.cvtColor(picture, cv2.COLOR_RGB2BGR),
                [cv2.IMWRITE_JPEG_QUALITY, _QUALITY],
            )
            file.write_bytes(data.tobytes())
            link = f"![{name}](limits/{file.name})"
        cells = [name, f"{wrong} of {args.count}", total.cards, share, total.false, link]
        print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
