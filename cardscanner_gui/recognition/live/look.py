"""What one frame shows of the card that is followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import Corners, Frame, Pixels
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.fingerprint import fingerprint
from cardscanner_gui.vision.geometry import size_of
from cardscanner_gui.vision.rectify import crop_card
from cardscanner_gui.vision.steadiness import focus

Grey = npt.NDArray[np.float32]

_HEIGHT = 372
_MARGIN = 8
_HALVE = 1.6
"""A card's size by the wanted height, from which half of its pixels still are about enough."""
_GRID = 8
_BLOCK = (8, 11)
_SIZE = (_GRID * _BLOCK[0], _GRID * _BLOCK[1])
_ROOM = 1.25
"""A place and what is around it, to find again a card that was nudged: by an eighth of its size."""
_GREY = cv2.COLOR_RGB2GRAY
_TEXTURE = 3.0
"""Standard deviation of a block that has something to compare."""
_ALIKE = 0.75
"""Correlation of two blocks that show the same."""
_PICTURE, _REST = slice(_GRID, 4 * _GRID), slice(4 * _GRID, _GRID * _GRID)
"""Blocks of the second to the fourth row, and those below."""
_SAME_PICTURE, _SAME_REST = 0.35, 0.75


@dataclass(frozen=True, eq=False)
class LiveLook:
    """A card in one frame.

    Attributes:
        picture: upright, small: for comparing, not for reading.
        texture: the same in grey, smaller still, 88 x 64.
        focus: as `steadiness.focus` gives it for `picture`.
    """

    frame: Frame
    found: FoundCard
    picture: Pixels
    texture: Grey
    focus: float
    fingerprint: int


def look_at(frame: Frame, found: FoundCard) -> LiveLook:
    """The found card as it is compared with others."""
    picture = _small_card(frame.pixels, found.corners, _HEIGHT)
    return LiveLook(
        frame, found, picture, texture_of(picture), focus(picture), fingerprint(picture)
    )


def texture_at(frame: Frame, corners: Corners) -> Grey:
    """What lies at a place, as the texture of a card there would be."""
    return texture_of(_small_card(frame.pixels, corners, 2 * _SIZE[1]))


def texture_near(frame: Frame, corners: Corners, like: Grey) -> Grey:
    """What lies at a place or so little beside it that a nudge explains it, where it fits best.

    Args:
        frame: the newest one.
        corners: the place.
        like: the texture of the card that rested there.
    """
    middle = corners.mean(0)
    wide = _small_card(
        frame.pixels, middle + (corners - middle) * _ROOM, round(_ROOM * 2 * _SIZE[1])
    )
    width, height = (round(_ROOM * side) for side in _SIZE)
    grey = cv2.cvtColor(cv2.resize(wide, (width, height), interpolation=cv2.INTER_AREA), _GREY)
    fits = cv2.matchTemplate(grey.astype(np.float32), like, cv2.TM_CCOEFF_NORMED)
    top, left = np.unravel_index(int(fits.argmax()), fits.shape)
    part = grey[top : top + _SIZE[1], left : left + _SIZE[0]]
    return np.asarray(part, np.float32)


def _small_card(pixels: Pixels, corners: Corners, height: int) -> Pixels:
    """An upright card, small; from a large picture much faster than by `crop_card` alone.

    Halving a picture costs a fifth of shrinking it by a factor in between.
    """
    left, top = np.floor(corners.min(0) - _MARGIN).astype(int).clip(0)
    right, bottom = np.ceil(corners.max(0) + _MARGIN).astype(int).clip(0)
    part = pixels[top:bottom, left:right]
    if min(part.shape[:2]) < _MARGIN:  # the card left the picture
        return crop_card(pixels, corners, card_height=height)
    corners = corners - [left, top]
    while size_of(corners) >= _HALVE * height:
        half = part.shape[1] // 2, part.shape[0] // 2
        even = part[: 2 * half[1], : 2 * half[0]]
        part = np.asarray(cv2.resize(even, half, interpolation=cv2.INTER_AREA), np.uint8)
        corners = (corners - 0.5) / 2
    return crop_card(part, corners, card_height=height)


def texture_of(card: Pixels) -> Grey:
    """An upright card in grey, 88 x 64."""
    small = cv2.resize(card, _SIZE, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, _GREY), np.float32)


class LiveLikeness(NamedTuple):
    """How much of a card's surface looks the same in another texture, each 0 to 1.

    Attributes:
        picture: of the part where most of a card's picture is. Different cards have up to 0.3 in
            common there, the same card under another light nearly all.
        rest: of the lower half, where cards may share frames, captions and attacks.
    """

    picture: float
    rest: float

    @property
    def picture_same(self) -> bool:
        """Whether it is the same card by its picture, though half of that may be covered."""
        return self.picture >= _SAME_PICTURE

    @property
    def rest_same(self) -> bool:
        """Whether it may well be the same card, though its picture may be covered."""
        return self.rest >= _SAME_REST

    @property
    def same(self) -> bool:
        """Either."""
        return self.picture_same or self.rest_same


def likeness(card: Grey, other: Grey) -> LiveLikeness:
    """Compare two textures.

    Each of 8 x 8 blocks is compared by itself and whatever its brightness and contrast: what a hand
    covers doesn't matter to the rest, nor does a shadow. Blocks without texture don't count.
    """
    one, two = _blocks(card), _blocks(other)
    one = one - one.mean(1, keepdims=True)
    two = two - two.mean(1, keepdims=True)
    deviation, other_deviation = one.std(1), two.std(1)
    correlation = (one * two).mean(1) / (deviation * other_deviation + 1e-3)
    alike = correlation > _ALIKE
    telling = deviation > _TEXTURE
    return LiveLikeness(
        *(
            float(alike[part][telling[part]].mean()) if telling[part].any() else 0.0
            for part in (_PICTURE, _REST)
        )
    )


def _blocks(texture: Grey) -> Grey:
    """64 rows, one for each block."""
    width, height = _BLOCK
    parts = texture.reshape(_GRID, height, _GRID, width).swapaxes(1, 2)
    return parts.reshape(_GRID * _GRID, height * width)
