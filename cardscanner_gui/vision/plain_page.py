"""Pages of plain text name cards without being any."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import Pixels

_LONG_SIDE = 320
_ANOTHER_COLOUR = 40
_LARGE = 0.12
"""Of the shorter side: no letter is that high and wide, but every picture on a card."""


def is_plain_page(pixels: Pixels) -> bool:
    """Whether there is nothing but strokes on one colour: no picture, no frame, no card's edge."""
    scale = _LONG_SIDE / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = np.median(small.reshape(-1, 3), axis=0)
    other = np.abs(small - paper).max(axis=2) > _ANOTHER_COLOUR
    _, _, found, _ = cv2.connectedComponentsWithStats(other.astype(np.uint8), connectivity=4)
    large = _LARGE * min(small.shape[:2])
    sides = found[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    return not (sides > large).all(axis=1).any()
