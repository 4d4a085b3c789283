"""Found cards as pictures that can be shown, kept and read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cardscanner_gui.core.types import WHOLE_CARD, Box, CardImage, Corners, Frame, Pixels, read_only
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.fingerprint import fingerprint, sharpness
from cardscanner_gui.vision.rectify import crop_card

PHOTO_HEIGHT = 744
"""Pixels of a rectified card, as it is read."""
_KEPT_HEIGHT = 1040
"""The same of one that is kept, where the picture has as many: small print stays readable."""
_WORTH_IT = 1.1


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


def photo_at(frame: Frame, corners: Corners) -> Pixels:
    """The card at these corners of the picture, upright, as large as is worth keeping."""
    places = frame.in_pixels(corners)
    sides = np.linalg.norm(places - np.roll(places, 1, axis=0), axis=1)
    height = int(np.clip(sides.max(), PHOTO_HEIGHT, _KEPT_HEIGHT))
    photo: Pixels = read_only(crop_of(frame, corners)(WHOLE_CARD, height))
    return photo


def kept_photo(frame: Frame, image: CardImage) -> Pixels:
    """A card's photo for keeping: the one that was read, unless the picture has more to show."""
    places = frame.in_pixels(image.corners)
    sides = np.linalg.norm(places - np.roll(places, 1, axis=0), axis=1)
    if sides.max() < _WORTH_IT * PHOTO_HEIGHT:
        return image.pixels
    return photo_at(frame, image.corners)


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
        fingerprint=fingerprint(pixels),
    )
