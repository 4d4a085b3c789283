from __future__ import annotations

import cv2
import numpy as np
import pytest

from cardscanner_gui.core.types import Box, Frame
from cardscanner_gui.vision.card_image import make_card_image
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.geometry import rectangle, turned
from cardscanner_gui.vision.rectify import crop_card
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

CARD = draw_card(CardFace("Sprigatito", 60, "012/193", "PAL", ("Seed Bomb",), seed=4))


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean difference of two pictures, the rounded corners and the rim left out."""
    height, width = one.shape[:2]
    inside = (slice(height // 20, -height // 20), slice(width // 20, -width // 20))
    return float(np.abs(one[inside].astype(float) - other[inside]).mean())


@pytest.mark.parametrize("angle", [0, 90, 180, 37])
def test_a_turned_card_comes_back_upright(angle: float) -> None:
    scene, corners = lay_on_desk(CARD, angle=angle, size=(2000, 2000), fill=0.9, seed=2)
    crop = crop_card(scene, corners, card_height=528)
    assert crop.shape == (528, 378, 3)
    expected = cv2.resize(CARD, (378, 528), interpolation=cv2.INTER_AREA)
    upside_down = crop_card(scene, turned(corners, 2), card_height=528)
    assert difference(crop, expected) < 8
    assert difference(upside_down, expected) > 20


def test_a_region_is_the_same_part_of_the_whole() -> None:
    scene, corners = lay_on_desk(CARD, angle=20, size=(1600, 1600), fill=0.8, seed=3)
    whole = crop_card(scene, corners, card_height=880)
    part = crop_card(scene, corners, Box(0.1, 0.5, 0.6, 0.75), card_height=880)
    assert part.shape == (220, 315, 3)
    assert difference(part, whole[440:660, 63:378]) < 4


def test_a_region_may_reach_outside_card_and_picture() -> None:
    scene = np.full((100, 80, 3), 200, np.uint8)
    crop = crop_card(scene, rectangle(0, 0, 79, 99), Box(-0.1, -0.1, 1.1, 1.1), card_height=100)
    assert crop.shape == (120, 86, 3)
    assert (crop == 200).all()


def test_shrinking_a_lot_averages_instead_of_skipping() -> None:
    stripes = np.zeros((3000, 2100, 3), np.uint8)
    stripes[:, ::2] = 255
    crop = crop_card(stripes, rectangle(-0.5, -0.5, 2099.5, 2999.5), card_height=300)
    assert np.abs(crop.astype(int) - 127).max() < 12


def test_card_image_is_upright_read_only_and_cuts_from_the_full_picture() -> None:
    scene, corners = lay_on_desk(CARD, angle=180, size=(1500, 2000), fill=0.9, seed=5)
    image = make_card_image(Frame("1", scene, 0.0, "test"), FoundCard(corners, 0.9, 0.8))
    assert image.pixels.shape == (744, 533, 3)
    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0] = 0
    name = image.crop(Box(0.14, 0.028, 0.66, 0.105), 1488)
    assert name.shape[0] == 115
    upright = crop_card(scene, corners, Box(0.14, 0.028, 0.66, 0.105), 1488)
    assert (name == upright).all()
    assert image.sharpness > 100
