"""A hand that is drawn once and then laid into many pictures."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import Pixels
from training.drawing.hands import any_skin, capsule
from training.drawing.paint import Paint


class HandSprite:
    """A hand that reaches into the picture from the lower right.

    Args:
        rng: decides the skin and the fingers' spread.
        length: of the hand in pixels, wrist included.
    """

    def __init__(self, rng: np.random.Generator, length: int) -> None:
        # As much of the arm again, so that its end never comes into the picture.
        side = 2 * length
        on_black, on_white = (np.full((side, side, 3), v, np.float32) for v in (0.0, 255.0))
        skin = any_skin(rng)
        spread = rng.normal(0, 0.03, 5)
        for picture in (on_black, on_white):
            self._draw(picture, skin, length, spread)
        share = np.clip(1 - (on_white - on_black).mean(axis=2) / 255, 0, 1)
        shadow = cv2.GaussianBlur(share, (0, 0), length * 0.02)
        self._offset = round(0.03 * length)
        self._tip = 0.08 * length
        # What remains of the picture under the hand, and what the hand adds to it.
        self._through = (1 - share)[..., None].astype(np.float32)
        self._shadow = (1 - 0.35 * shadow)[..., None].astype(np.float32)
        self._colours = on_black

    def lay(self, picture: Pixels, tip: tuple[float, float]) -> None:
        """Into a picture, the fingers' tips about at this pixel."""
        left, top = round(tip[0] - self._tip), round(tip[1] - self._tip)
        _mix(picture, self._shadow, None, left + self._offset, top + self._offset)
        _mix(picture, self._through, self._colours, left, top)

    @staticmethod
    def _draw(picture: Paint, skin: Paint, side: int, spread: np.ndarray) -> None:  # type: ignore[type-arg]
        palm = np.array([0.58, 0.58]) * side
        capsule(picture, np.array([2.3, 2.4]) * side, palm, 0.2 * side, 0.19 * side, skin)
        tips = np.array([[0.36, 0.12], [0.2, 0.08], [0.08, 0.08], [0.07, 0.24], [0.14, 0.62]])
        for tip, more in zip(tips, spread, strict=True):
            end = (tip + more) * side
            root = palm + (end - palm) * 0.25
            capsule(picture, root, end, 0.07 * side, 0.05 * side, skin)


def _mix(picture: Pixels, through: Paint, added: Paint | None, left: int, top: int) -> None:
    """Blend a square into the picture where it lies inside."""
    side = through.shape[0]
    rows = slice(max(0, top), min(picture.shape[0], top + side))
    columns = slice(max(0, left), min(picture.shape[1], left + side))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    own = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    part = picture[rows, columns] * through[own]
    if added is not None:
        part += added[own]
    picture[rows, columns] = np.clip(part, 0, 255).astype(np.uint8)
