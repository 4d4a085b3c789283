"""Found cards as pictures that can be shown, kept and read."""

from __future__ import annotations

from dataclasses import dataclass

from cardscanner_gui.core.look import as_number
from cardscanner_gui.core.types import WHOLE_CARD, Box, CardImage, Corners, Frame, Pixels, read_only
from cardscanner_gui.vision.artwork import fingerprint_of
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.fingerprint import sharpness
from cardscanner_gui.vision.rectify import crop_card

PHOTO_HEIGHT = 744
"""Pixels of a rectified card, as it is shown and kept."""


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
