"""What stands above and below a card: the label of its case, or strips of the next cards."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from cardscanner_gui.core.types import Box, Corners, CropSource, Frame
from cardscanner_gui.vision.geometry import covered, homography, project, rectangle

ABOVE, BELOW = Box(-0.06, -0.5, 1.06, -0.03), Box(-0.06, 1.02, 1.06, 1.24)
_UNIT = rectangle(0, 0, 1, 1)
_SEEN = 0.6
_TAKEN = 0.25
_HEIGHT = 240
_BLOCK = 8
_STROKES = 14.0
"""Standard deviation of grey values in a block that text crosses."""
_ENOUGH = 0.28
"""Share of such blocks from which on text is looked for: a plain desk has none."""


def worth_reading(
    place: Box, corners: Corners, crop: CropSource, frame: Frame, others: Sequence[Corners]
) -> bool:
    """Whether text may stand at this place beside the card: in the picture, on no other card.

    Args:
        place: in fractions of the card, outside it.
        corners: the card's, in the picture.
        crop: cuts regions around the card.
        frame: the picture.
        others: outlines of the picture's other cards.
    """
    matrix = homography(_UNIT, corners)
    region = project(matrix, rectangle(*place))
    picture = rectangle(0, 0, frame.width, frame.height)
    if covered(region, picture) < _SEEN or any(covered(region, q) > _TAKEN for q in others):
        return False
    grey = cv2.cvtColor(crop(place, _HEIGHT), cv2.COLOR_RGB2GRAY).astype(np.float32)
    rows, columns = (n // _BLOCK for n in grey.shape)
    blocks = grey[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return bool((blocks.std(axis=(1, 3)) > _STROKES).mean() > _ENOUGH)
