"""Sub-pixel sides: lines fitted to the card's edges in the full-size picture.

Only narrow strips along the four sides are sampled, so the cost doesn't depend on the picture's
size. The rounded corners are left out; the sides' crossings are the card's corners.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.vision.geometry import crossing, is_convex, size_of

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_STATIONS = 48
"""Places along a side, each an average of several neighbouring profiles."""
_PROFILES = 3
_STEPS = 49
"""Samples across a strip."""
_ENDS = (0.09, 0.91)
_BANDS = (0.028, 0.012)
"""Half the strip's width by the card's size; the second pass looks closer."""
_CLEAR = 0.55
"""Lowest vote of a line that is believed."""


def refine(pixels: Pixels, corners: Corners, bands: tuple[float, ...] = _BANDS) -> Corners:
    """The outline with each side moved to the clearest straight edge beside it.

    Sides without a clear edge stay where they are; when the result isn't a sensible outline, or
    moved further than the strips reach, the outline before comes back.
    """
    for band in bands:
        reach = max(2.0, band * size_of(corners))
        moved = _corners_of(_fitted_sides(pixels, corners, reach))
        if moved is None or not is_convex(moved) or np.abs(moved - corners).max() > 3.2 * reach:
            return corners
        corners = moved
    return corners


def _corners_of(sides: list[Corners]) -> Corners | None:
    points = [crossing(sides[index - 1], sides[index]) for index in range(4)]
    found = [p for p in points if p is not None]
    return np.array(found) if len(found) == 4 else None


def _fitted_sides(pixels: Pixels, corners: Corners, reach: float) -> list[Corners]:
    """Each side as two points: the line with the strongest edge within `reach` of it."""
    along = np.roll(corners, -1, axis=0) - corners
    length = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    outward = np.column_stack([along[:, 1], -along[:, 0]]) / length
    across = np.linspace(-reach, reach, _STEPS)
    strength = _edge_strength(pixels, corners, along, outward, across)
    offsets = (across[1:] + across[:-1]) / 2
    votes, firsts, lasts = _strongest_lines(strength, offsets, reach)
    sides = []
    for side in range(4):
        given = np.array([corners[side], corners[(side + 1) % 4]])
        line = None
        if votes[side] > _CLEAR:
            line = _robust_line(strength[side], offsets, firsts[side], lasts[side], reach)
        sides.append(given if line is None else given + np.outer(line, outward[side]))
    return sides


def _edge_strength(
    pixels: Pixels, corners: Corners, along: Floats, outward: Floats, across: Floats
) -> Floats:
    """How strongly colours change across each side: 4 x stations x steps, about 1 on average."""
    t = np.linspace(*_ENDS, _STATIONS * _PROFILES)
    starts = corners[:, None] + t[:, None] * along[:, None]
    points = starts[:, :, None] + across[:, None] * outward[:, None, None]
    maps = points.reshape(-1, _STEPS, 2).astype(np.float32)
    strips = cv2.remap(
        pixels, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    strips = strips.reshape(4, _STATIONS, _PROFILES, _STEPS, 3).mean(2, dtype=np.float32)
    soft = strips.copy()
    soft[:, :, 1:-1] += (strips[:, :, 2:] + strips[:, :, :-2] - 2 * strips[:, :, 1:-1]) / 4
    change = np.abs(np.diff(soft, axis=2)).sum(3).astype(np.float64)
    # A bright reflection at a few stations must not outvote the rest of the side.
    usual = np.median(change.max(2), axis=1)
    change = np.minimum(change, usual[:, None, None])
    return np.asarray(change / (change.mean((1, 2), keepdims=True) + 1.0), np.float64)


@cache
def _lines() -> tuple[Indices, Indices, Indices]:
    """Each line that may be tried: its step at both ends, and its step at every station."""
    steps = np.arange(0, _STEPS - 1, 2)
    first, last = (g.ravel() for g in np.meshgrid(steps, steps, indexing="ij"))
    sensible = np.abs(first - last) <= _STEPS // 2
    first, last = first[sensible], last[sensible]
    t = np.linspace(0, 1, _STATIONS)
    return first, last, np.rint(first[:, None] + (last - first)[:, None] * t).astype(np.intp)


def _strongest_lines(
    strength: Floats, offsets: Floats, reach: float
) -> tuple[Floats, Floats, Floats]:
    """For each side the straight line with the most edge under it: vote, offsets at both ends.

    Lines far from the given side, or askew to it, need more evidence.
    """
    first, last, steps = _lines()
    votes = strength[:, np.arange(_STATIONS), steps].mean(2)
    at_first, at_last = offsets[first], offsets[last]
    votes -= 0.175 * (np.abs(at_first) + np.abs(at_last)) / reach
    votes -= 0.125 * np.abs(at_first - at_last) / reach
    best = votes.argmax(1)
    return votes[np.arange(4), best], at_first[best], at_last[best]


def _robust_line(
    strength: Floats, offsets: Floats, first: float, last: float, reach: float
) -> Floats | None:
    """Least squares through the strongest points near a line, outliers dropped twice.

    Returns:
        Offsets at the side's two corners, or None with too few points.
    """
    t = np.linspace(*_ENDS, _STATIONS)
    guess = first + (last - first) * np.linspace(0, 1, _STATIONS)
    near = np.abs(offsets[None] - guess[:, None]) < max(1.5, 0.14 * reach)
    windowed = strength * near
    weight = windowed.max(1)
    peak = _sub_step_peak(windowed, offsets)
    good = weight > max(0.3, float(np.partition(weight, _STATIONS // 3)[_STATIONS // 3]))
    slope, base = 0.0, 0.0
    for _ in range(2):
        if good.sum() < 8:
            return None
        middle_t, middle = t[good].mean(), peak[good].mean()
        lean = t[good] - middle_t
        slope = float((lean * (peak[good] - middle)).sum() / max(float((lean**2).sum()), 1e-9))
        base = float(middle - slope * middle_t)
        residual = np.abs(base + slope * t - peak)
        good &= residual <= 2 * np.median(residual[good]) + 0.02 * reach
    return np.array([base, base + slope])


def _sub_step_peak(windowed: Floats, offsets: Floats) -> Floats:
    """Where each station's edge is strongest, as the centre of mass of three steps."""
    index = np.clip(windowed.argmax(1), 1, windowed.shape[1] - 2)
    rows = np.arange(len(windowed))
    triple = np.stack([windowed[rows, index + k] for k in (-1, 0, 1)])
    step = offsets[1] - offsets[0]
    shift = (triple[2] - triple[0]) / np.maximum(triple.sum(0), 1e-9)
    return np.asarray(offsets[index] + shift * step, np.float64)
