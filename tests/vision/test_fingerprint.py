from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.vision.fingerprint import distance, fingerprint, sharpness
from cardscanner_gui.vision.rectify import crop_card
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk


def photographed(seed: int, desk: int, angle: float) -> np.ndarray:
    card = draw_card(CardFace("Pikachu", 60, "1/99", seed=seed), 704)
    scene, corners = lay_on_desk(card, angle=angle, size=(900, 900), fill=0.9, seed=desk)
    return crop_card(scene, corners)


def test_two_pictures_of_one_card_are_near_and_other_cards_far() -> None:
    first = [fingerprint(photographed(seed, 1, 10)) for seed in range(8)]
    darker = [fingerprint((photographed(seed, 2, 200) * 0.6).astype(np.uint8)) for seed in range(8)]
    same = [distance(a, b) for a, b in zip(first, darker, strict=True)]
    other = [distance(first[i], darker[j]) for i in range(8) for j in range(8) if i != j]
    assert max(same) < min(other)
    assert max(same) <= 12


def test_fingerprint_fits_in_64_bits() -> None:
    value = fingerprint(photographed(1, 1, 0))
    assert 0 < value < 2**64


def test_blur_lowers_sharpness_below_the_gate() -> None:
    card = photographed(3, 1, 0)
    assert sharpness(card) > 100
    assert sharpness(np.asarray(cv2.GaussianBlur(card, (0, 0), 6))) < 40
