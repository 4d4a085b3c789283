"""What the desk looks like without a card, to tell a lifted card from one that a hand covers."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import CARD_ASPECT, Corners, Pixels

Mask = npt.NDArray[np.bool_]
Small = npt.NDArray[np.float32]

_LONGEST = 120
_STILL = 2.0
"""Mean difference of two pictures of a scene in which nothing moves, in levels of 255."""
_SAME_LEVELS, _SAME_SHARE = 10.0, 0.12
_WIDER, _AROUND = 1.2, 1.8
_ENOUGH = 0.5
"""Share of a place that must be known to say anything about it."""
_BUMPED = 0.5
"""Share of the surroundings that changes when somebody moves the camera."""
THING = 0.02
"""Share of the picture from which on something that isn't desk may be a card."""
_FILLED = 0.88
"""Share of its rectangle that a card fills, however roughly its edge is seen."""
_SOLID = 0.5
"""Share of a card in which it differs from the desk. Of a frame, where a card lay of which only the
middle was known, it is less."""
_PIECE = 8
"""Pixels along the edge of a piece; smaller ones are noise."""
_ASPECT_TOLERANCE = 0.12
"""By how much a card's sides may differ in proportion, as seen by a camera that leans a little."""
_GROWN = 0.5
"""Pixels of the small picture by which a thing reaches beyond the middles of its outermost ones."""


class Surroundings:
    """Remembers the desk, and tells where it is seen now. Learns whenever nothing moves."""

    def __init__(self) -> None:
        self._before: Small | None = None
        self._now: Small = np.zeros((1, 1, 3), np.float32)
        self._desk: Small = self._now
        self._known: Mask = np.zeros((1, 1), np.bool_)
        self._scale = 1.0
        self.still = False
        """Whether nothing moved between the last two frames."""
        self.unchanged = False
        """The same, and not even the light changed."""

    def see(self, pixels: Pixels) -> None:
        """Take the next frame; a new resolution starts anew."""
        height, width = pixels.shape[:2]
        self._scale = _LONGEST / max(width, height)
        size = (max(1, round(width * self._scale)), max(1, round(height * self._scale)))
        # Every fourth pixel of every fourth row is plenty for this, and much faster to shrink.
        if max(width, height) > 4 * _LONGEST:
            few = max(1, width // 4), max(1, height // 4)
            pixels = np.asarray(cv2.resize(pixels, few, interpolation=cv2.INTER_NEAREST), np.uint8)
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        self._now = np.asarray(small, np.float32)
        if self._known.shape != self._now.shape[:2]:
            self._before = None
            self._desk = self._now.copy()
            self._known = np.zeros(self._now.shape[:2], np.bool_)
        self.still = self.unchanged = False
        if self._before is not None:
            change = np.abs(self._now - self._before)
            self.still = (
                float(np.abs(self._now - self._before * _gain(self._before, self._now)).mean())
                < _STILL
            )
            # A finger's tip is a small part of the picture, so the largest change counts too.
            self.unchanged = self.still and float(np.percentile(change, 99.5)) < 12.0
        self._before = self._now

    def learn(self, covered: list[Corners]) -> None:
        """Note the desk as it is seen now, except at these places; only when nothing moves.

        The edge of what lies there may be elsewhere than it seems: around it, what no longer looks
        like the desk isn't taken for desk.
        """
        if not self.still:
            return
        free = np.ones(self._known.shape, np.bool_)
        near = ~free
        for corners in covered:
            free &= ~self._mask(_wider(corners))
            near |= self._mask(_wider(corners, _AROUND))
        seen = self._known & free
        if seen.any():
            alike = self._alike(seen)
            if float(alike[seen].mean()) < 1 - _BUMPED:
                self._known[:] = False
            else:
                free &= alike | ~self._known | ~near
        self._desk[free] = self._now[free]
        self._known |= free

    def bare(self, place: Corners) -> float | None:
        """The share of a place at which the desk itself is seen; None when it was never seen there.

        What lies outside the picture isn't counted; a place wholly outside is bare.
        """
        mask = self._mask(place)
        count = int(mask.sum())
        if count == 0:
            return 1.0
        known = mask & self._known
        if known.sum() < _ENOUGH * count:
            return None
        around = self._known & ~self._mask(_wider(place))
        return float(self._alike(around)[known].mean())

    @property
    def known(self) -> bool:
        """Whether the desk was ever seen."""
        return bool(self._known.any())

    def thing(self) -> tuple[float, Corners | None]:
        """What lies where the desk was seen bare before.

        Returns:
            Its share of the picture, and its outline in pixels, top-left of an upright card first,
            if it is one thing with the shape of a card, and lies wholly in the picture.
        """
        other = np.asarray(self._known & ~self._alike(self._known), np.uint8)
        other = np.asarray(cv2.morphologyEx(other, cv2.MORPH_OPEN, np.ones((3, 3))), np.uint8)
        share = float(other.mean())
        contours, _ = cv2.findContours(other, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        if share < THING or not contours:
            return share, None
        pieces = [contour for contour in contours if len(contour) >= _PIECE]
        largest = max(contours, key=cv2.contourArea)
        # A card may have the desk's colour in places, and fall into pieces.
        for part in (np.concatenate(pieces or [largest]), largest):
            hull = cv2.convexHull(part)
            within = cv2.fillPoly(np.zeros_like(other), [hull], 1) > 0
            shape = self._card_shape(np.asarray(hull, np.float32).reshape(-1, 2))
            if shape is not None and float(other[within].mean()) >= _SOLID:
                return share, shape
        return share, None

    def _card_shape(self, contour: Small) -> Corners | None:
        """The corners of the card whose edge this may be, in pixels of the frame."""
        middle, sides, angle = cv2.minAreaRect(contour)
        across, down = (side + 2 * _GROWN for side in sides)
        filled = (cv2.contourArea(contour) + cv2.arcLength(contour, True) / 2) / (across * down)
        aspect = min(across, down) / max(across, down)
        height, width = self._known.shape
        inside = (contour > 0).all() and (contour < [width - 1, height - 1]).all()
        if not inside or filled < _FILLED or abs(aspect / CARD_ASPECT - 1) > _ASPECT_TOLERANCE:
            return None
        corners = np.asarray(cv2.boxPoints((middle, (across, down), angle)), np.float64)
        first, second = (np.linalg.norm(corners[i + 1] - corners[i]) for i in (0, 1))
        upright = np.roll(corners, -int(first > second), axis=0)
        start = min((0, 2), key=lambda first: float(np.roll(upright, -first, axis=0)[0].sum()))
        return np.asarray((np.roll(upright, -start, axis=0) + 0.5) / self._scale - 0.5, np.float64)

    def _alike(self, lit: Mask) -> Mask:
        """Where the picture shows what the desk looked like, apart from the light on all of it."""
        desk = self._desk * _gain(self._desk[lit], self._now[lit])
        limit = _SAME_LEVELS + _SAME_SHARE * desk
        return np.asarray((np.abs(self._now - desk) < limit).all(axis=2), np.bool_)

    def _mask(self, corners: Corners) -> Mask:
        mask = np.zeros(self._known.shape, np.uint8)
        cv2.fillPoly(mask, [np.rint(corners * self._scale).astype(np.int32)], 1)
        return mask.astype(np.bool_)


def _wider(corners: Corners, factor: float = _WIDER) -> Corners:
    middle = corners.mean(0)
    return np.asarray(middle + (corners - middle) * factor, np.float64)


def _gain(before: Small, now: Small) -> float:
    """How much brighter the same scene has become."""
    if before.size == 0:
        return 1.0
    # Each fourth pixel tells as much, and a median takes its time.
    before, now = before.reshape(-1, 3)[::4], now.reshape(-1, 3)[::4]
    ratio = (now.sum(-1) + 1) / (before.sum(-1) + 1)
    return float(np.clip(np.median(ratio), 0.3, 3.0))
