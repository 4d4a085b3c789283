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
Singles = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]

_STATIONS = 48
"""Places along a side, each an average of several neighbouring profiles."""
_PROFILES = 3
_STEPS = 49
"""Samples across a strip."""
_ENDS = (0.09, 0.91)
_BAND = 0.02
"""Half the strip's width by the card's size: further out lie sleeves and inserts, not the card."""
_CLEAR = 0.55
"""Lowest vote of a line that is believed."""
_FEWEST = 8
"""Stations that a line needs."""
_SOFTLY = np.array([0.25, 0.5, 0.25])


def refine(pixels: Pixels, corners: Corners) -> Corners:
    """The outline with each side moved to the clearest straight edge beside it.

    Sides without a clear edge stay where they are; when the result isn't a sensible outline, or
    moved further than the strips reach, the outline before comes back.
    """
    reach = max(2.0, _BAND * size_of(corners))
    moved = _corners_of(_fitted_sides(pixels, corners, reach))
    if moved is None or not is_convex(moved) or np.abs(moved - corners).max() > 3.2 * reach:
        return corners
    return moved


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
    fitted, enough = _robust_lines(strength, offsets, firsts, lasts, reach)
    moves = np.where((enough & (votes > _CLEAR))[:, None], fitted, 0.0)
    ends = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)
    return list(ends + moves[:, :, None] * outward[:, None, :])


def _edge_strength(
    pixels: Pixels, corners: Corners, along: Floats, outward: Floats, across: Floats
) -> Singles:
    """How strongly colours change across each side: 4 x stations x steps, about 1 on average."""
    t = np.linspace(*_ENDS, _STATIONS * _PROFILES)
    starts = corners[:, None] + t[:, None] * along[:, None]
    points = starts[:, :, None] + across[:, None] * outward[:, None, None]
    maps = points.reshape(-1, _STEPS, 2).astype(np.float32)
    strips = cv2.remap(
        pixels, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    rows = (_STEPS, 4 * _STATIONS)
    strips = cv2.resize(strips, rows, interpolation=cv2.INTER_AREA).astype(np.float32)
    soft = cv2.sepFilter2D(strips, -1, _SOFTLY, np.ones(1), borderType=cv2.BORDER_REPLICATE)
    change = np.abs(np.diff(soft, axis=1)).sum(2).reshape(4, _STATIONS, _STEPS - 1)
    # A bright reflection at a few stations must not outvote the rest of the side.
    usual = np.median(change.max(2), axis=1)
    change = np.minimum(change, usual[:, None, None])
    return np.asarray(change / (change.mean((1, 2), keepdims=True) + 1.0), np.float32)


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
    strength: Singles, offsets: Floats, reach: float
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


def _robust_lines(
    strength: Singles, offsets: Floats, firsts: Floats, lasts: Floats, reach: float
) -> tuple[Floats, Flags]:
    """Least squares through the strongest points near each side's line, outliers dropped twice.

    Returns:
        Offsets at each side's two corners, 4 x 2, and whether enough points agreed on them.
    """
    t = np.linspace(*_ENDS, _STATIONS)
    shares = np.linspace(0, 1, _STATIONS)
    guess = firsts[:, None] + (lasts - firsts)[:, None] * shares
    near = np.abs(offsets - guess[:, :, None]) < max(1.5, 0.14 * reach)
    windowed = strength * near
    weight = windowed.max(2)
    peak = _sub_step_peaks(windowed, offsets)
    third = np.partition(weight, _STATIONS // 3, axis=1)[:, _STATIONS // 3, None]
    good = weight > np.maximum(0.3, third)
    slope, base = np.zeros((4, 1)), np.zeros((4, 1))
    for _ in range(2):
        count = np.maximum(good.sum(1, keepdims=True), 1)
        middle_t = (good * t).sum(1, keepdims=True) / count
        middle = (good * peak).sum(1, keepdims=True) / count
        lean = good * (t - middle_t)
        spread = np.maximum((lean**2).sum(1, keepdims=True), 1e-9)
        slope = (lean * (peak - middle)).sum(1, keepdims=True) / spread
        base = middle - slope * middle_t
        enough = good.sum(1) >= _FEWEST
        residual = np.abs(base + slope * t - peak)
        ordered = np.sort(np.where(good, residual, np.inf), axis=1)
        usual = np.take_along_axis(ordered, (count - 1) // 2, 1)
        good &= residual <= 2 * usual + 0.02 * reach
    return np.column_stack([base, base + slope]), enough


def _sub_step_peaks(windowed: Singles, offsets: Floats) -> Floats:
    """Where each station's edge is strongest, as the centre of mass of three steps."""
    index = np.clip(windowed.argmax(2), 1, windowed.shape[2] - 2)
    triple = [np.take_along_axis(windowed, index[..., None] + k, 2)[..., 0] for k in (-1, 0, 1)]
    step = offsets[1] - offsets[0]
    shift = (triple[2] - triple[0]) / np.maximum(triple[0] + triple[1] + triple[2], 1e-9)
    return np.asarray(offsets[index] + shift * step, np.float64)
