"""Drawn cards against drawn references: how often the right artwork is first, and false claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cardscanner_gui.catalogue.artwork.claims import FIRST
from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.core.look import SIDE, Look
from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.vision.artwork import fingerprint_of, look_at
from cardscanner_gui.vision.card_image import CardCrop
from training.drawing.camera import develop, light
from training.drawing.faces import any_face
from training.drawing.scenes import lay_on_desk

BOUNDS = tuple((s, m) for s in (0.33, 0.36, 0.40, 0.45, 0.50, 0.55) for m in (0.05, 0.10, 0.16))
_PICTURE = (280, 370)
_SLIP = 0.012
"""By the card's height, as far as the finder's corners are off in the middle."""
_OF_A_NAME = 30
_PARTS = 40
"""Random halves of the other cards that each card is compared with."""


@dataclass(frozen=True)
class Outcome:
    """Figures of one run.

    Attributes:
        cards: drawn cards, each with a reference of its own.
        first: of so many the right artwork was first.
        right: by bounds (score, margin), right claims among all.
        wrong: by bounds, claims of another card's artwork though its own was there.
        comparisons: cards against random halves of the others, its own left out.
        false: by bounds, claims in those; every one of them is false.
        false_of_name: of the comparisons in which the first picture bears the card's name, so many
            would be claimed by the lower bounds for that; names are drawn, thirty cards to each.
        highest: best score of another card's artwork.
    """

    cards: int
    first: int
    right: dict[str, int]
    wrong: dict[str, int]
    comparisons: int
    false: dict[str, int]
    false_of_name: int
    highest: float


def measure(count: int) -> Outcome:
    """Draw `count` cards and a photograph of each, then look them all up."""
    faces = list(_faces(count))
    index = ArtworkIndex.of((f"d-{n}", fingerprint_of(face)) for n, face in enumerate(faces))
    (section,) = index.sections
    own = [section.positions[f"d-{n}"][0] for n in range(count)]
    everything = np.arange(count)
    rng = np.random.default_rng(5)
    names = rng.integers(0, max(1, count // _OF_A_NAME), count)
    first, highest, comparisons, of_name = 0, 0.0, 0, 0
    right, wrong, false = (dict.fromkeys(map(_key, BOUNDS), 0) for _ in range(3))
    for number, face in enumerate(faces):
        scores, _ = section.likeness(photographed(number, face).views[SIDE], everything)
        best = int(scores.argmax())
        first += best == own[number]
        claimed = right if best == own[number] else wrong
        _count(claimed, np.partition(scores, -2)[-2:][::-1][None])
        others = np.delete(scores, own[number])
        highest = max(highest, float(others.max()))
        halves = rng.random((_PARTS, len(others))) < 0.5
        halved = np.where(halves, others, -1.0)
        best_two = -np.sort(-halved, axis=1)[:, :2]
        _count(false, best_two)
        alike = np.delete(names, own[number])[halved.argmax(1)] == names[own[number]]
        of_name += int((alike & _reaching(best_two, *FIRST)).sum())
        comparisons += _PARTS
    return Outcome(count, first, right, wrong, comparisons, false, of_name, highest)


def _faces(count: int) -> Iterator[Pixels]:
    rng = np.random.default_rng(2)
    for _ in range(count):
        yield np.ascontiguousarray(any_face(rng)[..., :3])


def photographed(number: int, face: Pixels) -> Look:
    """The face on a desk in some light, sharp or not, through corners that are a little off."""
    rng = np.random.default_rng([3, number])
    angle = float(rng.uniform(-20, 20))
    picture, corners = lay_on_desk(face, angle=angle, size=_PICTURE, fill=0.85, seed=number)
    picture = develop(rng, light(rng, picture.astype(np.float32)))
    slips: Corners = rng.normal(0, _SLIP * _PICTURE[1], (4, 2))
    return look_at(CardCrop(picture, corners + slips))


def _count(found: dict[str, int], best: npt.NDArray[np.floating]) -> None:
    """Add the claims; `best` holds the two best scores of each comparison."""
    for score, margin in BOUNDS:
        found[_key((score, margin))] += int(_reaching(best, score, margin).sum())


def _reaching(best: npt.NDArray[np.floating], score: float, margin: float) -> npt.NDArray[np.bool_]:
    return (best[:, 0] >= score) & (best[:, 0] - np.maximum(best[:, 1], 0) >= margin)


def _key(bounds: tuple[float, float]) -> str:
    return f"score {bounds[0]:.2f}, margin {bounds[1]:.2f}"
