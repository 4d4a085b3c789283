"""What a card's picture says about itself: sharpness and a perceptual hash."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import Pixels

_SHARPNESS_HEIGHT = 744


def sharpness(card: Pixels) -> float:
    """Variance of the Laplacian of a rectified card at 744 pixels; under about 40 is blurred."""
    grey = cv2.cvtColor(card, cv2.COLOR_RGB2GRAY)
    if grey.shape[0] != _SHARPNESS_HEIGHT:
        size = (round(grey.shape[1] * _SHARPNESS_HEIGHT / grey.shape[0]), _SHARPNESS_HEIGHT)
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def fingerprint(card: Pixels) -> int:
    """64-bit perceptual hash: which of the 8 x 8 lowest frequencies lie above their median.

    Light, contrast and noise change few bits; two pictures of one printing differ in about ten,
    other cards in about thirty.
    """
    grey = cv2.cvtColor(card, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    # The mean brightness is left out: it says nothing about the card.
    low = cv2.dct(small)[:8, :8].ravel()
    low[0] = 0.0
    bits = low > np.median(low)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def distance(one: int, other: int) -> int:
    """How many of the 64 bits differ."""
    return (one ^ other).bit_count()
