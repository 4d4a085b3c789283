"""From the network's maps to outlines of cards."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import Corners
from cardscanner_gui.vision.geometry import area, is_convex, overlap, size_of
from cardscanner_gui.vision.network import OFFSET_UNIT, STRIDE, Map, Maps

Chances = npt.NDArray[np.float64]

_SNAP_RADIUS = 0.025
"""Cells that a corner may be drawn across, by the card's size in pixels. More mixes neighbours."""
_LIKELY = 0.75
"""Orders of the corners count whose votes come this near to the best."""
_SMALLEST = 40.0
"""Outlines of fewer square pixels are noise."""
_ELSEWHERE = 0.25
"""Overlap below which an outline is another card than the expected one."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """An outline on a canvas.

    Attributes:
        corners: in an order that goes round.
        score: of the card's middle, 0 to 1.
        clarity: of the four corners on average, 0 to 1. Low where they weren't seen but guessed.
        turns: how likely the outline has to be `turned` 0, 1, 2, 3 times to start at the top left.
    """

    corners: Corners
    score: float
    clarity: float = 0.0
    turns: Chances = field(default_factory=lambda: np.full(4, 0.25))

    @property
    def worth(self) -> float:
        """Orders outlines of one card: the score alone says little about how exact one is."""
        return self.score * math.sqrt(self.clarity)


def decode(
    maps: Maps,
    threshold: float,
    limit: int = 30,
    different: float = 0.35,
    expected: Corners | None = None,
) -> list[Proposal]:
    """Outlines whose middles score over `threshold`, best first.

    Args:
        maps: what the network said.
        threshold: lowest score of a middle.
        limit: most peaks to look at.
        different: outlines that overlap a better one by more are dropped.
        expected: outlines that hardly overlap this one are dropped.
    """
    centre = maps.centre
    peaks = (centre >= cv2.dilate(centre, np.ones((3, 3)))) & (centre > threshold)
    rows, columns = np.nonzero(peaks)
    order = np.argsort(-centre[rows, columns])[:limit]
    kept: list[Proposal] = []
    for row, column in zip(rows[order], columns[order], strict=True):
        plain = _regressed(maps, int(row), int(column))
        if area(plain) < _SMALLEST or not is_convex(plain):
            continue
        if expected is not None and overlap(plain, expected) < _ELSEWHERE:
            continue
        corners, votes = _snapped(maps.corners, plain)
        if not is_convex(corners):
            corners = plain
        if all(overlap(corners, other.corners) < different for other in kept):
            score, clarity = float(centre[row, column]), float(votes.max()) / 4
            turns = (votes + 0.05) / (votes + 0.05).sum()
            kept.append(Proposal(corners, score, clarity, turns))
    return kept


def _regressed(maps: Maps, row: int, column: int) -> Corners:
    """Corners by the offsets around a peak, averaged by how sure each cell is."""
    height, width = maps.centre.shape
    rows = slice(max(0, row - 1), min(height, row + 2))
    columns = slice(max(0, column - 1), min(width, column + 2))
    weight = maps.centre[rows, columns].astype(np.float64) ** 2
    weight /= weight.sum()
    y, x = np.mgrid[rows, columns] * STRIDE + (STRIDE - 1) / 2
    offsets = maps.offsets[:, :, rows, columns] * OFFSET_UNIT
    return np.stack(
        [((offsets[:, 0] + x) * weight).sum((1, 2)), ((offsets[:, 1] + y) * weight).sum((1, 2))],
        axis=1,
    )


def _snapped(corner_maps: Map, corners: Corners) -> tuple[Corners, Chances]:
    """Corners drawn to the peak of the corner maps nearby, and the maps' votes for their order.

    Which corner is the top-left one is often in doubt; the maps vote for it together, and all that
    is nearly as likely counts. The others are left out: on a page, they show the neighbours.
    """
    cell = STRIDE / 2
    radius = max(2.0, _SNAP_RADIUS * size_of(corners))
    windows = [_window(corner_maps, x, y, radius) for x, y in (corners - (cell - 1) / 2) / cell]
    strengths = np.array([[0.0] * 4 if w is None else w.near.max((1, 2)) for w in windows])
    votes = np.array([strengths[range(4), np.roll(range(4), -k)].sum() for k in range(4)])
    likely = np.flatnonzero(votes >= _LIKELY * votes.max())
    result = corners.copy()
    for index, window in enumerate(windows):
        if window is None:
            continue
        channels = (index + likely) % 4
        near = window.near[channels].max(0)
        row, column = np.unravel_index(int(near.argmax()), near.shape)
        clarity = float(near[row, column])
        if clarity < 0.12:
            continue
        heat = window.heat[channels].max(0)
        spot = window.origin + _peak_position(heat, int(row), int(column))
        trust = min(1.0, clarity / 0.4)
        result[index] = result[index] * (1 - trust) + (spot * cell + (cell - 1) / 2) * trust
    return result, votes


@dataclass(frozen=True, eq=False)
class _Window:
    """The corner maps around one corner: as they are, and fading with the distance to it."""

    origin: npt.NDArray[np.float64]
    heat: Map
    near: Map


def _window(corner_maps: Map, x: float, y: float, radius: float) -> _Window | None:
    left, right = max(0, int(x - radius)), min(corner_maps.shape[2], int(x + radius) + 2)
    top, bottom = max(0, int(y - radius)), min(corner_maps.shape[1], int(y + radius) + 2)
    if right - left < 2 or bottom - top < 2:
        return None
    heat = corner_maps[:, top:bottom, left:right]
    down = (np.arange(top, bottom) - y) ** 2
    across = (np.arange(left, right) - x) ** 2
    fading = np.exp((down[:, None] + across) / (-2 * (0.6 * radius) ** 2))
    return _Window(np.array([left, top], np.float64), heat, heat * fading.astype(np.float32))


def _peak_position(heat: Map, row: int, column: int) -> Corners:
    """Centre of mass of the 3 x 3 cells around a peak, as x, y."""
    top, left = max(0, row - 1), max(0, column - 1)
    part = heat[top : row + 2, left : column + 2].astype(np.float64)
    rows, columns = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
    return np.array([(part * columns).sum(), (part * rows).sum()]) / max(float(part.sum()), 1e-9)
