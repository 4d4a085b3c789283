"""Quadrilaterals in the plane: sizes, overlap, projections, reading order.

Points are pixel centres as OpenCV counts them: (0, 0) is the middle of the first pixel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import CARD_ASPECT, Corners

Matrix = npt.NDArray[np.float64]
"""A 3 x 3 homography."""


def area(corners: Corners) -> float:
    """Area in square pixels."""
    return float(abs(cv2.contourArea(corners.astype(np.float32))))


def size_of(corners: Corners) -> float:
    """Side in pixels of the square that has the same area."""
    return math.sqrt(area(corners))


def is_convex(corners: Corners) -> bool:
    return bool(cv2.isContourConvex(corners.astype(np.float32)))


def overlap(one: Corners, other: Corners) -> float:
    """Intersection over union of two convex quadrilaterals, 0 to 1."""
    if (one.max(0) < other.min(0)).any() or (other.max(0) < one.min(0)).any():
        return 0.0
    first, second = (cv2.convexHull(q.astype(np.float32)) for q in (one, other))
    common = float(cv2.intersectConvexConvex(first, second)[0])
    union = float(cv2.contourArea(first)) + float(cv2.contourArea(second)) - common
    return common / union if union > 0 else 0.0


def covered(inner: Corners, outer: Corners) -> float:
    """How much of `inner` lies in `outer`, 0 to 1."""
    first, second = (cv2.convexHull(q.astype(np.float32)) for q in (inner, outer))
    common = float(cv2.intersectConvexConvex(first, second)[0])
    return common / max(float(cv2.contourArea(first)), 1e-9)


def turned(corners: Corners, quarter_turns: int) -> Corners:
    """The same outline from its true top-left, when its crop shows the card turned to the left."""
    return np.roll(corners, quarter_turns, axis=0)


def aligned(corners: Corners, like: Corners) -> Corners:
    """The outline with its corners in the same order as another outline's."""
    distances = [np.abs(turned(corners, turn) - like).sum() for turn in range(4)]
    return turned(corners, int(np.argmin(distances)))


def rectangle(left: float, top: float, right: float, bottom: float) -> Corners:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)


def centred_card(width: float, height: float, fill: float) -> Corners:
    """An upright card in the middle of a canvas, `fill` of the canvas high."""
    card_height = height * fill
    card_width = card_height * CARD_ASPECT
    left, top = (width - card_width - 1) / 2, (height - card_height - 1) / 2
    return rectangle(left, top, left + card_width, top + card_height)


def homography(source: Corners, target: Corners) -> Matrix:
    """The projection that takes four points to four points."""
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32))
    return np.asarray(matrix, np.float64)


def project(matrix: Matrix, points: Corners) -> Corners:
    """Points (N x 2) through a homography."""
    mapped = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:], np.float64)


def inverse(matrix: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(matrix), np.float64)


def scaling(factor_x: float, factor_y: float) -> Matrix:
    """What resizing a picture does to pixel centres."""
    return np.array(
        [[factor_x, 0, (factor_x - 1) / 2], [0, factor_y, (factor_y - 1) / 2], [0, 0, 1]],
        np.float64,
    )


def crossing(a: Corners, b: Corners) -> npt.NDArray[np.float64] | None:
    """Where two lines meet, each given by two points; None when they are parallel."""
    along_a, along_b = a[1] - a[0], b[1] - b[0]
    determinant = along_a[0] * along_b[1] - along_a[1] * along_b[0]
    if abs(determinant) < 1e-6 * np.linalg.norm(along_a) * np.linalg.norm(along_b):
        return None
    gap = b[0] - a[0]
    t = (gap[0] * along_b[1] - gap[1] * along_b[0]) / determinant
    return np.asarray(a[0] + t * along_a, np.float64)


def reading_order(outlines: Sequence[Corners]) -> list[int]:
    """Indices in rows from the top, each row from the left.

    A row is made of cards whose centres lie within half a card's height of the row's first card,
    so a slightly tilted page keeps its rows.
    """
    if not outlines:
        return []
    centres = np.array([q.mean(0) for q in outlines])
    heights = [np.ptp(q[:, 1]) for q in outlines]
    left = sorted(range(len(outlines)), key=lambda i: centres[i][1])
    order: list[int] = []
    while left:
        first = left[0]
        row = [i for i in left if centres[i][1] - centres[first][1] < heights[first] / 2]
        order += sorted(row, key=lambda i: centres[i][0])
        left = [i for i in left if i not in row]
    return order
