"""Looks for a small printed mark on a card."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from cardscanner_gui.core.print_mark import PrintMark
from cardscanner_gui.core.types import Box, Pixels, Printing

_WIDTH = 400
"""Pixels of the card's width at which it is looked for."""
_SIZES = (0.89, 1.0, 1.11)
"""An outline is never exact, and editions differ."""
_WHOLE, _HEART = 0.62, 0.48
"""Correlations from which on the mark is there.

Pictures of 311 first editions, 184 pixels wide, have 0.75 and 0.58 at the least, scans and a
photograph of three more 0.68 and 0.80; of 129 of a set that has none the most is 0.60 and 0.35.
"""


@dataclass(frozen=True)
class MarkAgreement:
    """How well the best place agrees with a mark.

    Attributes:
        whole, heart: correlation of all of it, and of its heart alone, -1 to 1.
    """

    whole: float
    heart: float


def bears(card: Pixels, mark: PrintMark, printing: Printing) -> bool:
    """Whether the mark can be seen on an upright card, from its pixels of any size."""
    seen = likeness(card, mark, printing)
    return seen.whole >= _WHOLE and seen.heart >= _HEART


def likeness(card: Pixels, mark: PrintMark, printing: Printing) -> MarkAgreement:
    """Look for the mark where it may stand on this printing."""
    part = _grey(card, mark.place(printing))
    best = MarkAgreement(-1.0, -1.0)
    for size in _SIZES:
        drawn = mark.draw(_WIDTH * size)
        agreement = cv2.matchTemplate(part, drawn, cv2.TM_CCOEFF_NORMED)
        _, whole, _, (x, y) = cv2.minMaxLoc(agreement)
        if whole > best.whole:
            height, width = drawn.shape
            there = part[y : y + height, x : x + width]
            best = MarkAgreement(
                whole, _correlation(_cut(there, mark.heart), _cut(drawn, mark.heart))
            )
    return best


def _grey(card: Pixels, place: Box) -> Pixels:
    """That part of the card in grey, as large as it would be on a card of `_WIDTH`."""
    part = _cut(card, place)
    scale = _WIDTH / card.shape[1]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way), np.uint8)


def _cut(picture: Pixels, box: Box) -> Pixels:
    height, width = picture.shape[:2]
    rows = slice(round(box.top * height), round(box.bottom * height))
    return picture[rows, round(box.left * width) : round(box.right * width)]


def _correlation(one: Pixels, other: Pixels) -> float:
    return float(cv2.matchTemplate(one, other, cv2.TM_CCOEFF_NORMED)[0, 0])
