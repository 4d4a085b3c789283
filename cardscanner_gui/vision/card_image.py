"""Found cards as pictures that can be shown, kept and read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.fingerprint import fingerprint, sharpness
from cardscanner_gui.vision.geometry import homography, rectangle
from cardscanner_gui.vision.rectify import crop_card, warp

PHOTO_HEIGHT = 744
"""Pixels of a rectified card, as it is shown and kept."""
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
    """The picture that is kept of what lies within these corners.

    A card's is `PHOTO_HEIGHT` high; a strip of one keeps its shape, and is as wide as a card's.
    """
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    shape = float((sides[0] + sides[2]) / max(sides[1] + sides[3], 1e-6))
    if shape < _STRIP:
        return read_only(crop_of(frame, corners)(WHOLE_CARD, PHOTO_HEIGHT))
    width = round(PHOTO_HEIGHT * CARD_ASPECT)
    height = max(8, round(width / shape))
    target = rectangle(-0.5, -0.5, width - 0.5, height - 0.5)
    matrix = homography(frame.in_pixels(corners), target)
    return read_only(warp(frame.pixels, matrix, (width, height), border=None, smooth=True))


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
