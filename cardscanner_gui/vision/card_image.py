"""Found cards as pictures that can be shown, kept and read."""

from __future__ import annotations

from dataclasses import dataclass

from cardscanner_gui.core.types import Box, CardImage, Corners, Frame, Pixels, read_only
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.fingerprint import fingerprint, sharpness
from cardscanner_gui.vision.rectify import crop_card


@dataclass(frozen=True, eq=False)
class CardCrop:
    """Cuts regions of one card out of the full-size picture; a `CropSource`."""

    pixels: Pixels
    corners: Corners

    def __call__(self, region: Box, card_height: int) -> Pixels:
        return crop_card(self.pixels, self.corners, region, card_height)


def make_card_image(frame: Frame, found: FoundCard, height: int = 744) -> CardImage:
    """The found card, rectified to `height` pixels."""
    pixels = crop_card(frame.pixels, found.corners, card_height=height)
    return CardImage(
        corners=found.corners,
        pixels=read_only(pixels),
        crop=CardCrop(frame.pixels, found.corners),
        score=found.score,
        upright_confidence=found.upright_confidence,
        sharpness=sharpness(pixels),
        fingerprint=fingerprint(pixels),
    )
