"""Binder pages: cards that lie on a regular grid tell where the others should be."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import Corners
from cardscanner_gui.vision.geometry import Matrix, homography, project, rectangle, size_of

Cells = npt.NDArray[np.int64]
Pitch = tuple[float, float]
"""How far apart neighbouring cells lie, by a card's width and height."""

_FEWEST = 3
_STEP = (0.85, 1.6)
"""Touching and foreshortened, to loosely spread."""
_USUAL = 1.06
"""Where there is only one row or column."""
_PITCH_CHANGES = (-0.08, -0.04, 0.04, 0.08)
_OFF_GRID = 0.06
"""Largest mean error of the corners, by the cards' size."""
_SEEN = 0.75
"""How much of a cell must lie in the picture to look for a card there."""


def missing_cells(
    cards: Sequence[Corners], size: tuple[int, int], seen: float = _SEEN
) -> list[Corners]:
    """Outlines of the grid's cells that hold no card yet, within a picture of `size`.

    Needs at least three cards that agree on a grid of two rows or columns; returns nothing when
    they don't, such as for cards that lie about. Cells one row and one column further out are
    guessed too, where so much of them as `seen` would still lie in the picture.
    """
    if len(cards) < _FEWEST:
        return []
    typical = float(np.median([size_of(q) for q in cards]))
    alike = [q for q in cards if 0.7 < size_of(q) / typical < 1.4]
    if len(alike) < _FEWEST:
        return []
    assigned = _assign(alike)
    if assigned is None:
        return []
    cells, pitch = assigned
    error, matrix, pitch = _lattice(alike, cells, pitch)
    if error > _OFF_GRID * typical:
        return []
    taken = {(int(x), int(y)) for x, y in cells}
    low, high = cells.min(0) - 1, cells.max(0) + 1
    spots = itertools.product(range(low[1], high[1] + 1), range(low[0], high[0] + 1))
    outlines = [
        project(matrix, _cell(column, row, pitch))
        for row, column in spots
        if (column, row) not in taken
    ]
    return [q for q in outlines if _inside(q, size, seen)]


def _assign(cards: Sequence[Corners]) -> tuple[Cells, Pitch] | None:
    """Column and row of each card, and how far apart cells lie; None when they form no grid."""
    middle = min(cards, key=lambda q: float(np.linalg.norm(q.mean(0) - np.mean(cards, (0, 1)))))
    to_unit = homography(middle, rectangle(0, 0, 1, 1))
    centres = np.array([project(to_unit, q.mean(0)[None])[0] for q in cards]) - 0.5
    across, down = _step(centres[:, 0]), _step(centres[:, 1])
    if across is None and down is None:
        return None
    pitch = (across or _USUAL, down or _USUAL)
    cells: Cells = np.rint(centres / pitch).astype(np.int64)
    if len({tuple(c) for c in cells}) < len(cards) or np.ptp(cells, axis=0).max() < 1:
        return None
    return cells, pitch


def _step(positions: npt.NDArray[np.float64]) -> float | None:
    """The typical distance between neighbours along one axis; None when there are none."""
    gaps = np.abs(positions[:, None] - positions[None])
    near = gaps[(gaps > _STEP[0]) & (gaps < _STEP[1])]
    return float(np.median(near)) if len(near) else None


def _lattice(cards: Sequence[Corners], cells: Cells, pitch: Pitch) -> tuple[float, Matrix, Pitch]:
    """The projection from the grid's plane that fits best: mean error, matrix, pitch."""
    best = (*_fit(cards, cells, pitch), pitch)
    for axis in (0, 1):
        for change in _PITCH_CHANGES:
            tried = list(pitch)
            tried[axis] += change
            error, matrix = _fit(cards, cells, (tried[0], tried[1]))
            if error < best[0]:
                best = (error, matrix, (tried[0], tried[1]))
        pitch = best[2]
    return best


def _fit(cards: Sequence[Corners], cells: Cells, pitch: Pitch) -> tuple[float, Matrix]:
    sources = np.concatenate([_cell(int(x), int(y), pitch) for x, y in cells])
    targets = np.concatenate(list(cards))
    found, _ = cv2.findHomography(sources.astype(np.float32), targets.astype(np.float32), 0)
    matrix = np.asarray(found, np.float64)
    if matrix.shape != (3, 3):
        return math.inf, np.eye(3)
    return float(np.abs(project(matrix, sources) - targets).mean()), matrix


def _cell(column: int, row: int, pitch: Pitch) -> Corners:
    left, top = column * pitch[0], row * pitch[1]
    return rectangle(left, top, left + 1, top + 1)


def _inside(corners: Corners, size: tuple[int, int], seen: float) -> bool:
    """Whether so much of the outline lies in the picture."""
    if not np.isfinite(corners).all():
        return False
    low, high = corners.min(0), corners.max(0)
    span = np.maximum(high - low, 1e-6)
    visible = np.clip(np.minimum(high, size) - np.maximum(low, 0), 0, None) / span
    return bool(visible.prod() > seen)
