"""One reduction of a picture, and its halves, from which everything coarse is sampled."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.vision.geometry import Matrix, inverse, project, scaling, size_of
from cardscanner_gui.vision.rectify import warp


class Pyramid:
    """A picture reduced once by a whole factor, then halved as needed.

    A 12-megapixel picture is walked through only once; the networks see a card at about 140 pixels,
    for which the reduction holds plenty. Whole factors are several times faster than others.

    Attributes:
        pixels: the reduced picture, `longest` to twice `longest` pixels unless it came smaller.
        to_full: takes points of the reduced picture to the full-size one.
    """

    def __init__(self, pixels: Pixels, longest: int = 900) -> None:
        height, width = pixels.shape[:2]
        block = max(1, max(height, width) // longest)
        size = (max(1, width // block), max(1, height // block))
        if block > 1:
            whole = pixels[: size[1] * block, : size[0] * block]
            pixels = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)
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
        while shrink > 2 and min(self._halves[level].shape[:2]) > 8:
            shrink /= 2
            level += 1
            if level == len(self._halves):
                last = self._halves[-1]
                half = (max(1, last.shape[1] // 2), max(1, last.shape[0] // 2))
                halved = cv2.resize(last, half, interpolation=cv2.INTER_AREA)
                self._halves.append(np.asarray(halved, np.uint8))
        picture = self._halves[level]
        factors = (picture.shape[1] / self.size[0], picture.shape[0] / self.size[1])
        return warp(picture, matrix @ inverse(scaling(*factors)), size)

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
