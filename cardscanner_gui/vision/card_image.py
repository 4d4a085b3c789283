"""Found cards as pictures that can be shown, kept and read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cardscanner_gui.core.look import as_number
from cardscanner_gui.core.types import (
    CARD_ASPECT,
    WHOLE_CARD,
    Box,
    CardImage,
    Corners,
    Frame,
    Pixels,
    read_only,
)
from cardscanner_gui.vision.artwork import fingerprint_of
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.fingerprint import sharpness
from cardscanner_gui.vision.geometry import homography, rectangle
from cardscanner_gui.vision.rectify import crop_card, warp

PHOTO_HEIGHT = 744
"""Pixels of a rectified card, as it is read."""
_KEPT_HEIGHT = 1040
"""The same of one that is kept, where the picture has as many: small print stays readable."""
_WORTH_IT = 1.1
_STRIP = 1.7
"""Width by height from which on an outline is a strip of a card; a card lying across has 1.4."""


@dataclass(frozen=True, eq=False)
class CardCrop:
    """Cuts regions of one card out of the full-size picture; a `CropSource`."""

    pixels: Pixels
    corners: Corners

    def __call__(self, region: Box, card_height: int) -> Pixels:
        return crop_card(self.pixels, self.corners, region, card_height)


def crop_of(frame: Frame, corners: Corners) -> CardCrop:
    """Cuts regions of the card that lies at these corners of the picture."""
    return CardCrop(frame.pixels, frame.in_pixels(corners))


def photo_of(frame: Frame, corners: Corners) -> Pixels:
    """What lies within these corners, upright, as large as is worth keeping.

    A strip of a card keeps its shape, and is as wide as a card's photo that is read.
    """
    places = frame.in_pixels(corners)
    shape = _width_by_height(places)
    if shape < _STRIP:
        height = int(np.clip(_longest_side(places), PHOTO_HEIGHT, _KEPT_HEIGHT))
        return read_only(crop_of(frame, corners)(WHOLE_CARD, height))
    width = round(PHOTO_HEIGHT * CARD_ASPECT)
    height = max(8, round(width / shape))
    matrix = homography(places, rectangle(-0.5, -0.5, width - 0.5, height - 0.5))
    return read_only(warp(frame.pixels, matrix, (width, height), border=None, smooth=True))


def kept_photo(frame: Frame, image: CardImage) -> Pixels:
    """A card's photo for keeping: the one that was read, unless the picture has more to show."""
    if _longest_side(frame.in_pixels(image.corners)) < _WORTH_IT * PHOTO_HEIGHT:
        return image.pixels
    return photo_of(frame, image.corners)


def _longest_side(places: Corners) -> float:
    return float(np.linalg.norm(places - np.roll(places, 1, axis=0), axis=1).max())


def _width_by_height(places: Corners) -> float:
    sides = np.linalg.norm(places - np.roll(places, -1, axis=0), axis=1)
    return float((sides[0] + sides[2]) / max(sides[1] + sides[3], 1e-6))


def make_card_image(frame: Frame, found: FoundCard, height: int = PHOTO_HEIGHT) -> CardImage:
    """The found card, rectified to `height` pixels."""
    crop = crop_of(frame, found.corners)
    pixels = crop(WHOLE_CARD, height)
    return CardImage(
        corners=found.corners,
        pixels=read_only(pixels),
        crop=crop,
        score=found.score,
        upright_confidence=found.upright_confidence,
        sharpness=sharpness(pixels),
        fingerprint=as_number(fingerprint_of(pixels)),
    )
