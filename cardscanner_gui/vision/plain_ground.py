"""Card-shaped things on a ground of one colour: a flatbed's lid, a black mat.

The networks have seen photographs, and overlook a dark card on black. There its outline needs no
network: whatever isn't the ground and has a card's shape is one.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import CARD_ASPECT, Corners, Pixels
from cardscanner_gui.vision.geometry import homography, inverse, project, rectangle

Mask = npt.NDArray[np.uint8]

_LONG_SIDE = 480
_RING = 0.02
"""Width of the strip along the picture's edge that shows the ground, by its shorter side."""
_ONE_COLOUR, _NOISE = 0.9, 14
"""Share of that strip within so many grey levels of its median."""
_SMALLEST = 0.03
"""Of the picture's area."""
_SOLID = 0.95
"""Least share of its rectangle that the thing fills, and of the thing that lies in it."""
_OTHER_SHAPE = 0.05
"""How far its sides' proportion may be from a card's, as a part of it."""


def cards_on_plain_ground(pixels: Pixels) -> list[Corners]:
    """Outlines of all things of a card's shape, if the ground is of one colour.

    Args:
        pixels: RGB, at least a few dozen pixels high and wide.

    Returns:
        4 x 2 each, clockwise, starting at any corner; off by up to a hundredth of the card's size.
    """
    scale = min(1.0, _LONG_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    thing = _not_the_ground(small.astype(np.int16))
    if thing is None:
        return []
    contours, _ = cv2.findContours(thing, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outlines = [_card_shaped(thing, np.asarray(contour, float)) for contour in contours]
    return [(one + 0.5) / scale - 0.5 for one in outlines if one is not None]


def _not_the_ground(small: npt.NDArray[np.int16]) -> Mask | None:
    """A mask of what lies on the ground; None when that is of several colours."""
    wide = max(2, round(_RING * min(small.shape[:2])))
    if min(small.shape[:2]) < 8 * wide:
        return None
    strips = (small[:wide], small[-wide:], small[:, :wide], small[:, -wide:])
    ring = np.concatenate([strip.reshape(-1, 3) for strip in strips])
    ground = np.median(ring, axis=0)
    if (np.abs(ring - ground).max(axis=1) <= _NOISE).mean() < _ONE_COLOUR:
        return None
    other = (np.abs(small - ground).max(axis=2) > _NOISE).astype(np.uint8)
    # First without a sleeve's edge, then without the holes that dark art leaves.
    opened = cv2.morphologyEx(other, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    return np.asarray(closed, np.uint8)


def _card_shaped(thing: Mask, points: Corners) -> Corners | None:
    contour = points.astype(np.float32)
    if cv2.contourArea(contour) < _SMALLEST * thing.size:
        return None
    outline = _without_outgrowths(thing, np.asarray(cv2.boxPoints(cv2.minAreaRect(contour)), float))
    sides = np.linalg.norm(outline - np.roll(outline, 1, axis=0), axis=1)
    if abs(sides.min() / sides.max() / CARD_ASPECT - 1) > _OTHER_SHAPE:
        return None
    inside = np.zeros_like(thing)
    cv2.fillConvexPoly(inside, np.round(outline).astype(np.int32), 1)
    common = int((inside & thing).sum())
    solid = common >= _SOLID * inside.sum()
    return outline if solid and common >= _SOLID * cv2.contourArea(contour) else None


def _without_outgrowths(thing: Mask, around: Corners) -> Corners:
    """The rectangle without rows and columns of which the thing covers less than half.

    Glare on a sleeve beside the card belongs to neither.
    """
    width, height = (
        max(2, round(float(np.linalg.norm(around[i + 1] - around[i])))) for i in range(2)
    )
    upright = rectangle(0, 0, width - 1, height - 1)
    there = homography(around, upright)
    seen = cv2.warpPerspective(thing, there, (width, height), flags=cv2.INTER_NEAREST)
    rows = np.flatnonzero(seen.mean(axis=1) > 0.5)
    columns = np.flatnonzero(seen.mean(axis=0) > 0.5)
    if not len(rows) or not len(columns):
        return around
    inner = rectangle(columns[0], rows[0], columns[-1], rows[-1])
    return project(inverse(there), inner)
