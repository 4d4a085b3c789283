"""Upright crops of a card, cut straight out of the full-size picture."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import CARD_ASPECT, WHOLE_CARD, Box, Corners, Pixels
from cardscanner_gui.vision.geometry import (
    Matrix,
    homography,
    inverse,
    project,
    rectangle,
    scaling,
)

_GREY = (114, 114, 114)
_SHRINK_LIMIT = 1.6
"""Bilinear sampling skips pixels beyond this; a shrunken copy of the region is sampled instead."""

_HALVED = 4.0
"""Halving is many times quicker than shrinking by any other factor, so that goes first."""

_ENLARGED = 0.8
"""Picture pixels for one of the result, below which a picture counts as enlarged: bilinear sampling
then makes steps that are read as parts of letters."""


def crop_card(
    pixels: Pixels, corners: Corners, region: Box = WHOLE_CARD, card_height: int = 744
) -> Pixels:
    """A region of a card as if it lay upright under the camera.

    Args:
        pixels: the full-size picture, RGB.
        corners: the card in that picture, 4 x 2, top-left first.
        region: what to cut, in fractions of the card; may reach a bit outside 0 to 1.
        card_height: pixels the whole card would be high.

    Returns:
        RGB, `(bottom - top) * card_height` high; what lies outside the picture repeats its border.
    """
    card_width = card_height * CARD_ASPECT
    width = max(1, round((region.right - region.left) * card_width))
    height = max(1, round((region.bottom - region.top) * card_height))
    unit_to_picture = homography(rectangle(0, 0, 1, 1), corners)
    cut = project(unit_to_picture, rectangle(region.left, region.top, region.right, region.bottom))
    canvas = rectangle(-0.5, -0.5, width - 0.5, height - 0.5)
    return warp(pixels, homography(cut, canvas), (width, height), border=None, smooth=True)


def warp(
    pixels: Pixels,
    matrix: Matrix,
    size: tuple[int, int],
    border: tuple[int, int, int] | None = _GREY,
    *,
    smooth: bool = False,
) -> Pixels:
    """The picture through a homography, without aliasing.

    Args:
        pixels: the picture.
        matrix: takes its pixels to those of the result.
        size: width and height of the result.
        border: what lies outside the picture; None repeats its edge.
        smooth: enlarge bicubically, for text; the finder was trained on bilinear pictures.
    """
    width, height = size
    seen = project(inverse(matrix), rectangle(-0.5, -0.5, width - 0.5, height - 0.5))
    shrink = _shortest_side(seen) / _shortest_side(rectangle(0, 0, width, height))
    if shrink > _SHRINK_LIMIT:
        pixels, matrix = _shrunken(pixels, matrix, seen, shrink)
    mode = cv2.BORDER_REPLICATE if border is None else cv2.BORDER_CONSTANT
    result = cv2.warpPerspective(
        pixels,
        matrix,
        size,
        flags=cv2.INTER_CUBIC if smooth and shrink < _ENLARGED else cv2.INTER_LINEAR,
        borderMode=mode,
        borderValue=border or _GREY,
    )
    return np.asarray(result, np.uint8)


def _shrunken(
    pixels: Pixels, matrix: Matrix, seen: Corners, shrink: float
) -> tuple[Pixels, Matrix]:
    """The seen part of the picture at about the result's scale, and the matrix for that part."""
    height, width = pixels.shape[:2]
    margin = 2 * shrink
    left, top = np.clip(np.floor(seen.min(0) - margin), 0, [width - 2, height - 2]).astype(int)
    right, bottom = np.clip(np.ceil(seen.max(0) + margin), [left + 2, top + 2], [width, height])
    part = pixels[top : int(bottom), left : int(right)]
    halvings = 0
    while shrink / 2**halvings > _HALVED and min(part.shape[:2]) > 2:
        even = part[: part.shape[0] // 2 * 2, : part.shape[1] // 2 * 2]
        size = (even.shape[1] // 2, even.shape[0] // 2)
        part = np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_AREA), np.uint8)
        halvings += 1
    left_over = shrink * 0.8 / 2**halvings
    small_size = [max(2, round(n / left_over)) for n in part.shape[1::-1]]
    small = cv2.resize(part, small_size, interpolation=cv2.INTER_AREA)
    width, height = (n * 2**halvings for n in part.shape[1::-1])
    to_small = scaling(small_size[0] / width, small_size[1] / height)
    move = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], np.float64)
    return np.asarray(small, np.uint8), matrix @ inverse(to_small @ move)


def _shortest_side(corners: Corners) -> float:
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    return float(max(1e-6, min((sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2)))
