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

_SAMPLES = 4
"""Of a picture shrunk very much, so many pixels across make one; more change nothing."""

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
    every = max(1, int(shrink / _SAMPLES))
    part = pixels[top : int(bottom) : every, left : int(right) : every]
    small_size = [max(2, round(n * every / (shrink * 0.8))) for n in part.shape[1::-1]]
    small = cv2.resize(part, small_size, interpolation=cv2.INTER_AREA)
    to_small = scaling(small_size[0] / part.shape[1], small_size[1] / part.shape[0])
    move = np.diag([1 / every, 1 / every, 1.0])
    move[:2, 2] = -left / every, -top / every
    return np.asarray(small, np.uint8), matrix @ inverse(to_small @ move)


def _shortest_side(corners: Corners) -> float:
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    return float(max(1e-6, min((sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2)))
