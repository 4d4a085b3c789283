"""How a whole picture looks, small and grey: the same for the same picture saved anew."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import Pixels

_SIDE = 32


def look_of(pixels: Pixels) -> bytes:
    """The picture's mean grey in 32 x 32 fields, a byte each, after two that say its shape.

    Fields are means of many pixels: another size or quality of the file hardly changes them, while
    another photograph of the same cards, a little to the side, changes those at every edge.
    """
    height, width = pixels.shape[:2]
    # Shrunk first: grey of all pixels of a large photo takes longer than the rest together.
    small = cv2.resize(pixels, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    shape = round(1000 * width / (width + height))
    fields: bytes = np.asarray(grey, np.uint8).tobytes()
    return bytes(shape.to_bytes(2, "big")) + fields
