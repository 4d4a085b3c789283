"""The stamp of first editions, printed from 1999 to 2002: a 1 in a disc below a word in an arc."""

from __future__ import annotations

import math

import cv2
import numpy as np

from cardscanner_gui.core.print_mark import PrintMark
from cardscanner_gui.core.types import Box, Pixels, Printing
from cardscanner_gui.games.pokemon.finishes import Finish

_PLACES = {
    "Pokemon": Box(0.0, 0.48, 0.17, 0.61),  # left below the picture
    "Trainer": Box(0.06, 0.86, 0.28, 0.98),  # at the foot of the text
    "Energy": Box(0.75, 0.0, 0.99, 0.14),  # at the right of the title
}
"""Generous: the outline of a yellow card on a pale desk may be the frame within its border."""
_RADIUS = 0.018
"""Of the disc, in widths of the card; what follows is in radii of the disc."""
_WORD = (1.2, 1.8)
"""Where the word's letters begin and end. They differ by language and set: a grey arc is drawn."""
_ARC = (172, 368)
"""Degrees, from the left over the top to the right."""
_GREY = 130
_STEM, _FOOT = (0.13, 0.62), (0.3, 0.08)
"""Half the width and half the height of the digit's parts."""
_HEART = Box(0.29, 0.36, 0.71, 0.89)
"""The disc with the digit, of the drawing: energies are discs too."""
_FINE = 8


def _place(printing: Printing) -> Box:
    return _PLACES.get(printing.facts.get("category", ""), _PLACES["Pokemon"])


def _draw(width: float) -> Pixels:
    """In finer pixels first: the disc is some 14 of them high."""
    unit = _RADIUS * width * _FINE
    half = math.ceil(unit * (_WORD[1] + 0.1))
    fine = np.full((2 * half + 1, 2 * half + 1), 255, np.uint8)
    middle = (half, half)

    def bar(size: tuple[float, float], below: float) -> None:
        x, y = round(size[0] * unit), round(size[1] * unit)
        top = half + round(below * unit)
        cv2.rectangle(fine, (half - x, top - y), (half + x, top + y), (255,), -1)

    radius, stroke = round(sum(_WORD) / 2 * unit), round((_WORD[1] - _WORD[0]) * unit)
    cv2.ellipse(fine, middle, (radius, radius), 0, *_ARC, (_GREY,), stroke)
    cv2.circle(fine, middle, round(unit), (0,), -1)
    bar(_STEM, 0.0)
    bar(_FOOT, _STEM[1] - _FOOT[1])
    fine = fine[: half + round(1.2 * unit)]  # nothing stands below the disc
    size = tuple(round(side / _FINE) for side in fine.shape[::-1])
    return np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), np.uint8)


FIRST_EDITION = PrintMark(
    frozenset({Finish.FIRST_EDITION.value, Finish.FIRST_EDITION_HOLO.value}), _place, _draw, _HEART
)
