"""How well and how fast cards are found, on drawn pictures that training never saw.

    python benchmarks/finder.py [--quick] [--json FILE] [--models FOLDER] [--threads 2]

Prints tables in Markdown; `docs/performance.md` keeps those of a release. Pictures are drawn and
judged in as many processes as there are threads; the times are taken afterwards, in one.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.vision.finder import CardFinder
from cardscanner_gui.vision.geometry import overlap
from training.drawing.bank import Bank
from training.drawing.cards import CardFace, draw_card
from training.drawing.faces import any_face
from training.drawing.scenes import Scene, draw_scene, lay_on_desk

Figures = dict[str, dict[str, float]]

_SEED = 777_000
"""Far from the seeds that training uses."""
_SIDE = 480
_CHUNK = 100
"""Pictures that one process draws and judges in one go."""
_HEAD = """\
| {} | pictures | cards | IoU ≥ 0.85 % | ≥ 0.90 % | mean IoU | upright % | false |
|---|---|---|---|---|---|---|---|"""


@dataclass
class Tally:
    """What happened to the cards of one kind of picture."""

    pictures: int = 0
    cards: int = 0
    false: int = 0
    upright: int = 0
    overlaps: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.pictures += other.pictures
        self.cards += other.cards
        self.false += other.false
        self.upright += other.upright
        self.overlaps += other.overlaps

    def figures(self) -> dict[str, float]:
        """The same as numbers, for a file."""
        return {
            "pictures": self.pictures,
            "cards": self.cards,
            "iou_085": sum(o >= 0.85 for o in self.overlaps),
            "iou_090": sum(o >= 0.9 for o in self.overlaps),
            "upright": self.upright,
            "false": self.false,
        }

    def row(self, name: str) -> str:
        found = [o for o in self.overlaps if o >= 0.5]
        shares = [sum(o >= limit for o in self.overlaps) for limit in (0.85, 0.9)]
        percent = [f"{100 * n / self.cards:.1f}" if self.cards else "–" for n in shares]
        mean = f"{statistics.fmean(found):.3f}" if found else "–"
        upright = f"{100 * self.upright / len(found):.1f}" if found else "–"
        cells = [name, self.pictures, self.cards, *percent, mean, upright, self.false]
        return "| " + " | ".join(str(c) for c in cells) + " |"


def judge(
    finder: CardFinder, picture: Pixels, cards: list[Corners], hidden: list[Corners]
) -> Tally:
    """Find the cards of one picture and compare."""
    found = finder.find(picture)
    tally = Tally(pictures=1, cards=len(cards))
    matched: set[int] = set()
    for true in cards:
        best = max(range(len(found)), key=lambda i: overlap(found[i].corners, true), default=None)
        share = 0.0 if best is None else overlap(found[best].corners, true)
        tally.overlaps.append(share)
        if best is not None and share >= 0.5:
            matched.add(best)
            turns = [
                np.abs(np.roll(true, -k, axis=0) - found[best].corners).sum() for k in range(4)
            ]
            tally.upright += int(np.argmin(turns)) == 0
    for index, card in enumerate(found):
        if index not in matched and all(overlap(card.corners, q) < 0.3 for q in hidden):
            tally.false += 1
    return tally


def photograph(scene: Scene) -> tuple[Pixels, list[Corners], list[Corners]]:
    """The scene without the grey around it."""
    left, top, right, bottom = (round(v) for v in scene.frame)
    picture = np.ascontiguousarray(scene.pixels[top:bottom, left:right])
    shift = [left, top]
    return picture, [q - shift for q in scene.cards], [q - shift for q in scene.hidden]


def _judged_scenes(models: Path, chunk: int) -> dict[str, Tally]:
    """Draw and judge one chunk of pictures of all arrangements, on one core."""
    cv2.setNumThreads(1)
    finder = CardFinder(models, threads=1)
    rng = np.random.default_rng([_SEED, chunk])
    bank = Bank(rng, 100, 40, 60)
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for _ in range(_CHUNK):
        bank.renew()
        scene = draw_scene(bank, rng, _SIDE)
        tally = judge(finder, *photograph(scene))
        tallies[scene.kind].add(tally)
        tallies["all"].add(tally)
    return dict(tallies)


def scenes(pool: Executor, models: Path, chunks: int) -> Figures:
    """Pictures of all arrangements."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for part in pool.map(_judged_scenes, [models] * chunks, range(chunks)):
        for kind, tally in part.items():
            tallies[kind].add(tally)
    print(_HEAD.format("arrangement"))
    for kind in sorted(tallies, key=lambda k: (k == "all", k)):
        print(tallies[kind].row(kind), flush=True)
    return {kind: tally.figures() for kind, tally in tallies.items()}


def _judged_direction(models: Path, angle: int, count: int) -> Tally:
    """The same cards as in every direction, turned by so many degrees."""
    cv2.setNumThreads(1)
    finder = CardFinder(models, threads=1)
    rng = np.random.default_rng(_SEED + 1)
    tally = Tally()
    for index in range(count):
        face = np.ascontiguousarray(any_face(rng)[..., :3])
        picture, true = lay_on_desk(face, angle=angle, fill=0.7, seed=index)
        tally.add(judge(finder, picture, [true], []))
    return tally


def directions(pool: Executor, models: Path, count: int) -> Figures:
    """The same cards in eight directions."""
    print("\n" + _HEAD.format("turned by"))
    angles = range(0, 360, 45)
    figures: Figures = {}
    tallies = pool.map(_judged_direction, [models] * 8, angles, [count] * 8)
    for angle, tally in zip(angles, tallies, strict=True):
        print(tally.row(f"{angle}°"), flush=True)
        figures[f"{angle}"] = tally.figures()
    return figures


def timings(finder: CardFinder, rounds: int) -> Figures:
    """Median and 95th percentile in milliseconds."""
    card = draw_card(CardFace("Sprigatito", 60, "012/193", "PAL", ("Seed Bomb",), seed=1))
    video, true = lay_on_desk(card, angle=8, size=(1280, 720), fill=0.75, seed=3)
    photo, _ = lay_on_desk(card, angle=8, size=(4032, 3024), fill=0.8, seed=3)
    page = _page()
    cases: list[tuple[str, Callable[[], object]]] = [
        ("video frame 1280 × 720, followed", lambda: finder.follow(video, true)),
        ("video frame 1280 × 720, first", lambda: finder.follow(video, None)),
        ("photo 4032 × 3024, with refinement", lambda: finder.find(photo)),
        ("page of nine, 3024 × 4032", lambda: finder.find(page)),
    ]
    print("\n| | median ms | 95 % ms |\n|---|---|---|")
    figures: Figures = {}
    for name, work in cases:
        work()
        times = []
        for _ in range(rounds):
            started = time.perf_counter()
            work()
            times.append(1000 * (time.perf_counter() - started))
        times.sort()
        late = times[min(len(times) - 1, int(0.95 * len(times)))]
        print(f"| {name} | {statistics.median(times):.1f} | {late:.1f} |", flush=True)
        figures[name] = {"median_ms": statistics.median(times), "p95_ms": late}
    return figures


def _page() -> Pixels:
    rng = np.random.default_rng(_SEED + 2)
    page = np.full((4032, 3024, 3), 40, np.uint8)
    for index in range(9):
        face = cv2.resize(any_face(rng)[..., :3], (882, 1232), interpolation=cv2.INTER_CUBIC)
        y, x = 90 + 1310 * (index // 3), 90 + 980 * (index % 3)
        page[y : y + 1232, x : x + 882] = face
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the pictures")
    parser.add_argument("--models", type=Path, default=resource_dir() / "finder")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    args = parser.parse_args()
    with ProcessPoolExecutor(args.threads) as pool:
        figures = {
            "scenes": scenes(pool, args.models, (200 if args.quick else 2000) // _CHUNK),
            "directions": directions(pool, args.models, 10 if args.quick else 60),
        }
    cv2.setNumThreads(1)
    finder = CardFinder(args.models, args.threads)
    figures["timings"] = timings(finder, 10 if args.quick else 40)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
