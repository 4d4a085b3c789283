"""Text alone is no card."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cardscanner_gui.vision.plain_page import is_plain_page
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

FACE = CardFace(
    "Leafkit", 60, "012/193", attacks=("Gather Dew", "Seed Toss"), artist="Mia Loam", seed=3
)


def page(width: int, height: int, paper: int, ink: int) -> np.ndarray:
    picture = np.full((height, width, 3), paper, np.uint8)
    for row, text in enumerate(("Leafkit   60 HP", "Gather Dew", "Seed Toss", "012/193  (c)2023")):
        at = (width // 12, (row + 1) * height // 5)
        cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 1.4, (ink,) * 3, 3, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize(
    ("width", "height", "paper", "ink"),
    [(900, 1250, 250, 20), (1250, 900, 235, 60), (1000, 1000, 20, 240)],
)
def test_lines_of_text_are_a_plain_page(width, height, paper, ink):
    assert is_plain_page(page(width, height, paper, ink))


@pytest.mark.parametrize("era", ["modern", "classic"])
def test_a_card_is_none_scanned_or_photographed(era):
    face = draw_card(CardFace(**{**vars(FACE), "era": era}))
    assert not is_plain_page(face)
    picture, _ = lay_on_desk(face, size=(1200, 1600), fill=0.3)
    assert not is_plain_page(picture)
    flatbed = np.full((2000, 1500, 3), 255, np.uint8)
    flatbed[200 : 200 + face.shape[0], 300 : 300 + face.shape[1]] = face
    assert not is_plain_page(flatbed)
