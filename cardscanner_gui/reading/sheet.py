"""Where lines stand on a card: regions of it in one picture, and which lines are worth reading."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import Box, CropSource, Pixels
from cardscanner_gui.reading.detector import TextBox

_TOP_EDGE, _BOTTOM_EDGE = 0.2, 0.86
_RULES_WIDTH = 0.6
"""Names of attacks, with what they cost before them and the damage a line of its own, are
shorter."""
_ROOM = (0.03, 0.008)
"""By how much of the card's width and height a known place is widened on each side: for corners
that are a little off, and so that a longer number than the known one isn't cut."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Regions of a card, one below the other in one picture, and the way back to the card."""

    pixels: Pixels
    regions: tuple[Box, ...]
    tops: tuple[int, ...]

    @classmethod
    def of(cls, crop: CropSource, regions: tuple[Box, ...], card_height: int) -> Sheet:
        parts = [crop(region, card_height) for region in regions]
        tops = tuple(int(t) for t in np.cumsum([0, *(p.shape[0] for p in parts[:-1])]))
        width = min(p.shape[1] for p in parts)
        return cls(np.vstack([p[:, :width] for p in parts]), regions, tops)

    def place(self, box: TextBox) -> Box:
        """Where a box of the sheet stands on the card."""
        left, top = box.quad.min(axis=0)
        right, bottom = box.quad.max(axis=0)
        part = max(i for i, t in enumerate(self.tops) if t <= (top + bottom) / 2 or i == 0)
        region, offset = self.regions[part], self.tops[part]
        end = self.tops[part + 1] if part + 1 < len(self.tops) else self.pixels.shape[0]
        across = (region.right - region.left) / self.pixels.shape[1]
        down = (region.bottom - region.top) / (end - offset)
        return Box(
            float(region.left + left * across),
            float(region.top + (top - offset) * down),
            float(region.left + right * across),
            float(region.top + (bottom - offset) * down),
        )


def around(regions: Sequence[Box]) -> Box:
    """The smallest region that holds all of these."""
    return Box(
        min(region.left for region in regions),
        min(region.top for region in regions),
        max(region.right for region in regions),
        max(region.bottom for region in regions),
    )


def with_room(place: Box) -> Box:
    """A line's place with room for corners that are a little off."""
    across, down = _ROOM
    return Box(place.left - across, place.top - down, place.right + across, place.bottom + down)


def ends(box: TextBox) -> list[TextBox]:
    """Only the ends of a copyright line may hold a number, and reading all of it is dear."""
    if box.width <= 14 * box.height:
        return [box]
    part = 6 * box.height / box.width
    return [
        TextBox(_slice(box.quad, 0.0, part), box.score),
        TextBox(_slice(box.quad, 1.0 - part, 1.0), box.score),
    ]


def _slice(quad: npt.NDArray[np.float32], start: float, end: float) -> npt.NDArray[np.float32]:
    top_left, top_right, bottom_right, bottom_left = quad
    return np.array(
        [
            top_left + start * (top_right - top_left),
            top_left + end * (top_right - top_left),
            bottom_left + end * (bottom_right - bottom_left),
            bottom_left + start * (bottom_right - bottom_left),
        ],
        np.float32,
    )


def likeliest_first(boxes: Sequence[TextBox], places: Sequence[Box]) -> list[TextBox]:
    """Lines of the strips by how likely they hold name, HP or number, top and bottom in turn."""
    top, bottom = [], []
    for box, place in zip(boxes, places, strict=True):
        if place.top < 0.5:
            # Name and HP are the tallest print at the top.
            top.append((place.bottom - place.top, box))
        else:
            # The number stands alone in a corner, in one of the last lines.
            alone = (place.right < 0.45 or place.left > 0.55) and place.right - place.left < 0.4
            bottom.append((alone + (place.top + place.bottom) / 2, box))
    queues = [sorted(q, key=lambda item: -item[0]) for q in (top, bottom)]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*queues))
    return [item[1] for item in turns if item is not None]


def same_place(a: Box, b: Box) -> bool:
    """Whether two boxes hold the same line: their middles lie within each other."""
    across, down = (a.left + a.right) / 2, (a.top + a.bottom) / 2
    return (
        b.left <= across <= b.right
        and b.top <= down <= b.bottom
        and (a.right - a.left) < 1.5 * (b.right - b.left)
    )


def worth(box: Box) -> float:
    """What a line of the whole card is worth reading for: edges first, then tall lines.

    Between the edges, lines from side to side come last: they are rules, and cost the most time.
    """
    middle = (box.top + box.bottom) / 2
    if _BOTTOM_EDGE >= middle >= _TOP_EDGE and box.right - box.left > _RULES_WIDTH:
        return box.bottom - box.top
    edge = 2.0 if middle > _BOTTOM_EDGE else 1.0 if middle < _TOP_EDGE else 0.0
    return edge + 10 * (box.bottom - box.top)
