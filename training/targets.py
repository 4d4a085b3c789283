"""What the corner network should say about a scene."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import Corners
from cardscanner_gui.vision.network import OFFSET_UNIT, STRIDE
from training.drawing.scenes import Scene

Map = npt.NDArray[np.float32]
_CELL = STRIDE // 2
"""Pixels a cell of the corner maps and the mask."""
_MIDDLE_SPREAD = 0.16
"""Standard deviation of the centre's bump, by the card's width and height."""


@dataclass(frozen=True, eq=False)
class Targets:
    """Maps for one scene of S x S pixels.

    Attributes:
        centre: S/8 x S/8, a bump in the middle of each card.
        centre_weight: 0 where nothing is asked for: hidden cards.
        offsets: 8 x S/8 x S/8, x and y of the four corners from each cell, in units of 64 pixels.
        offset_weight: where the offsets count, and how much.
        corners: 4 x S/4 x S/4, a bump at each ordered corner.
        mask: S/4 x S/4, how much of each cell is card.
        mask_weight: 0 where hidden cards lie.
    """

    centre: Map
    centre_weight: Map
    offsets: Map
    offset_weight: Map
    corners: Map
    mask: Map
    mask_weight: Map


def targets_of(scene: Scene) -> Targets:
    """The maps for a scene."""
    side = scene.pixels.shape[0]
    coarse, fine = side // STRIDE, side // _CELL
    result = Targets(
        centre=np.zeros((coarse, coarse), np.float32),
        centre_weight=np.ones((coarse, coarse), np.float32),
        offsets=np.zeros((8, coarse, coarse), np.float32),
        offset_weight=np.zeros((coarse, coarse), np.float32),
        corners=np.zeros((4, fine, fine), np.float32),
        mask=np.zeros((fine, fine), np.float32),
        mask_weight=np.ones((fine, fine), np.float32),
    )
    for corners in scene.hidden:
        result.centre_weight[_covered(corners, coarse, STRIDE) > 0] = 0
        result.mask_weight[_covered(corners, fine, _CELL) > 0] = 0
    for corners in scene.cards:
        _add_middle(result, corners)
        _add_corners(result.corners, corners)
        covered = _covered(corners, fine, _CELL)
        np.maximum(result.mask, covered, out=result.mask)
        result.mask_weight[covered > 0.5] = 1
    return result


def _add_middle(result: Targets, corners: Corners) -> None:
    """The bump at the crossing of the diagonals, and the offsets under it.

    Its shape is a round bump on the card itself, seen in the card's perspective.
    """
    coarse = result.centre.shape[0]
    unit = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), unit)
    rows, columns = np.mgrid[0:coarse, 0:coarse]
    x, y = (m * STRIDE + (STRIDE - 1) / 2 for m in (columns, rows))
    depth = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    in_front = depth > 1e-6
    depth = np.where(in_front, depth, 1.0)
    u = (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / depth
    v = (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / depth
    bump = np.where(in_front, np.exp(-(u * u + v * v) / (2 * _MIDDLE_SPREAD**2)), 0)
    middle = np.linalg.inv(matrix) @ [0, 0, 1]
    cell = np.clip(middle[:2] / middle[2] / STRIDE, 0, coarse - 1).astype(int)
    bump[cell[1], cell[0]] = 1
    mine = (bump > 0.2) & (bump > result.centre)
    mine[cell[1], cell[0]] = True
    np.maximum(result.centre, bump, out=result.centre)
    result.centre_weight[bump > 0.5] = 1
    for index, (corner_x, corner_y) in enumerate(corners):
        result.offsets[2 * index][mine] = ((corner_x - x) / OFFSET_UNIT)[mine]
        result.offsets[2 * index + 1][mine] = ((corner_y - y) / OFFSET_UNIT)[mine]
    result.offset_weight[mine] = bump[mine]


def _add_corners(maps: Map, corners: Corners) -> None:
    fine = maps.shape[1]
    size = float(np.sqrt(abs(cv2.contourArea(corners.astype(np.float32)))))
    spread = 1.3 * max(1.4, 1.0 + 0.012 * size)
    middles = np.arange(fine) * _CELL + (_CELL - 1) / 2
    for index, (x, y) in enumerate(corners):
        if min(x, y) > -STRIDE and max(x, y) < fine * _CELL + STRIDE:
            across = np.exp(-((middles - x) ** 2) / (2 * spread**2))
            down = np.exp(-((middles - y) ** 2) / (2 * spread**2))
            np.maximum(maps[index], np.outer(down, across), out=maps[index])


def _covered(corners: Corners, cells: int, cell: int) -> Map:
    """How much of each cell an outline covers."""
    mask = np.zeros((cells * 2, cells * 2), np.uint8)
    points = np.clip(np.rint(corners / (cell / 2) * 16), -500_000, 500_000).astype(np.int32)
    cv2.fillPoly(mask, [points], 255, cv2.LINE_8, 4)
    return np.asarray(
        cv2.resize(mask, (cells, cells), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    )
