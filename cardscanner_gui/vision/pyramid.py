"""One reduction of a picture, and its halves, from which everything coarse is sampled."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.vision.geometry import Matrix, inverse, project, scaling, size_of
from cardscanner_gui.vision.rectify import warp

_SHRUNK = 1.5
"""Further than this a view samples a smaller half: bilinear sampling would skip pixels."""


class Pyramid:
    """A picture halved until it is small, then further as needed.

    A 12-megapixel picture is walked through only once; the networks see a card at about 140 pixels,
    for which the reduction holds plenty. Halving is several times faster than any other factor.

    Attributes:
        pixels: the reduced picture, `longest` to twice `longest` pixels unless it came smaller.
        to_full: takes points of the reduced picture to the full-size one.
    """

    def __init__(self, pixels: Pixels, longest: int = 900) -> None:
        block = 1
        while max(pixels.shape[:2]) >= 2 * longest and min(pixels.shape[:2]) > 1:
            pixels = _halved(pixels)
            block *= 2
        self.pixels = pixels
        self.to_full = scaling(block, block)
        self._halves = [pixels]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the reduced picture."""
        return int(self.pixels.shape[1]), int(self.pixels.shape[0])

    def letterboxed(self, side: int, fill: float = 1.0) -> tuple[Pixels, Matrix]:
        """The whole picture on a square of `side` pixels, and the matrix that takes it there.

        With `fill` 1 it lies in the top-left corner, as in training; smaller ones centre it.
        """
        width, height = self.size
        factor = side * fill / max(width, height)
        matrix = scaling(factor, factor)
        if fill < 1:
            matrix[:2, 2] += [(side - width * factor) / 2, (side - height * factor) / 2]
        return self.view(matrix, (side, side), 1 / factor), matrix

    def view(self, matrix: Matrix, size: tuple[int, int], shrink: float) -> Pixels:
        """The reduced picture through a homography that shrinks it about `shrink` times."""
        level = 0
        while shrink > _SHRUNK and min(self._halves[level].shape[:2]) > 8:
            shrink /= 2
            level += 1
            if level == len(self._halves):
                self._halves.append(_halved(self._halves[-1]))
        factor = 0.5**level
        return warp(self._halves[level], matrix @ inverse(scaling(factor, factor)), size)

    def card_view(
        self, corners: Corners, canvas: Corners, matrix: Matrix, size: tuple[int, int]
    ) -> Pixels:
        """The reduced picture with the card at `corners` brought to `canvas` by `matrix`."""
        return self.view(matrix, size, size_of(corners) / max(size_of(canvas), 1e-6))

    def full_size(self, corners: Corners) -> Corners:
        """Points of the reduced picture in the full-size one."""
        return project(self.to_full, corners)

    def reduced(self, corners: Corners) -> Corners:
        """Points of the full-size picture in the reduced one."""
        return project(inverse(self.to_full), corners)


def quarter_turned(canvas: Pixels, matrix: Matrix) -> tuple[Pixels, Matrix]:
    """A canvas turned to the left, and the matrix that takes the picture there."""
    turn = np.array([[0, 1, 0], [-1, 0, canvas.shape[1] - 1], [0, 0, 1]], np.float64)
    return np.ascontiguousarray(np.rot90(canvas)), turn @ matrix


def _halved(pixels: Pixels) -> Pixels:
    """Half as wide and high; an odd last row or column is left out, since whole steps are fast."""
    height, width = (n // 2 for n in pixels.shape[:2])
    even = pixels[: 2 * height, : 2 * width]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
