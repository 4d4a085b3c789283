"""Whether a card that is followed through a video lies still, and sharp enough to be read."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.vision.geometry import aligned, size_of


class Steadiness:
    """Follows one outline over the frames and tells for how long it hasn't moved.

    Args:
        tolerance: how far the card may wander from where it first lay still, as a fraction of its
            size.
    """

    def __init__(self, tolerance: float = 0.015) -> None:
        self._tolerance = tolerance
        self._anchor: Corners | None = None
        self._last: Corners | None = None
        self._since = 0.0
        self.frames = 0
        """In which it lay still, the first one included; 0 without a card."""
        self.movement = float("inf")
        """Since the last frame, as a fraction of the card's size."""

    def see(self, corners: Corners | None, at: float) -> None:
        """Take the next frame's outline; None when no card was found.

        Args:
            corners: 4 x 2 in the frame's pixels.
            at: when the frame was taken, in seconds.
        """
        if corners is None:
            self._anchor = self._last = None
            self.frames, self.movement = 0, float("inf")
            return
        self.movement = movement(self._last, corners)
        self._last = corners
        if movement(self._anchor, corners) <= self._tolerance:
            self.frames += 1
        else:
            self._anchor, self._since, self.frames = corners, at, 1

    def still_for(self, at: float) -> float:
        """Seconds since it came to rest; 0 without a card."""
        return at - self._since if self._anchor is not None else 0.0


def movement(before: Corners | None, now: Corners) -> float:
    """How far the card moved, as a fraction of its size; infinite from nowhere.

    The corner that moved second least decides: a card of which two corners stay hasn't moved,
    though the finder may waver between its edge and a line beside it. Which corner comes first
    doesn't matter: that may change while a card comes into view.
    """
    if before is None:
        return float("inf")
    steps = np.linalg.norm(aligned(now, before) - before, axis=1)
    return float(np.sort(steps)[1] / max(size_of(now), 1.0))


def in_place(before: Corners | None, now: Corners, tolerance: float = 0.01) -> bool:
    """Whether all four corners are where they were, each of them, give or take a bit of the card.

    Only then do two rectified cards show the same at the same point.
    """
    if before is None:
        return False
    return float(np.abs(now - before).max()) <= tolerance * size_of(now)


def focus(card: Pixels) -> float:
    """Variance of the Laplacian of an upright card at the size it is given; more is sharper."""
    grey = cv2.cvtColor(card, cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())
