"""How much there is to see on a card's picture."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import Pixels

_WIDTH, _HEIGHT = 120, 168
_BLOCK = 12
_PLAIN = 6.0
"""Standard deviation of grey values up to which a block has nothing on it."""


def textured(card: Pixels) -> float:
    """Share of an upright card's picture on which there is anything but one colour, 0 to 1."""
    grey = cv2.cvtColor(card, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)
    blocks = small.reshape(_HEIGHT // _BLOCK, _BLOCK, _WIDTH // _BLOCK, _BLOCK)
    return float((blocks.std(axis=(1, 3)) > _PLAIN).mean())
