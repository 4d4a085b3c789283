"""A card's rest and its sharpness."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cardscanner_gui.vision.geometry import rectangle
from cardscanner_gui.vision.steadiness import Steadiness, focus, movement
from training.drawing.cards import CardFace, draw_card

CARD = rectangle(100, 100, 460, 600)


def test_a_card_at_rest_is_still_for_as_long_as_it_stays():
    steadiness = Steadiness()
    rng = np.random.default_rng(0)
    for number in range(10):
        steadiness.see(CARD + rng.normal(0, 0.5, (4, 2)), number / 10)
    assert steadiness.frames == 10
    assert steadiness.still_for(0.9) == pytest.approx(0.9)
    assert steadiness.movement < 0.01


def test_a_card_that_creeps_is_not_at_rest_though_each_step_is_small():
    steadiness = Steadiness()
    for number in range(30):
        steadiness.see(CARD + 3.0 * number, number / 30)
    assert steadiness.frames <= 3


def test_a_card_that_is_gone_begins_anew():
    steadiness = Steadiness()
    steadiness.see(CARD, 0.0)
    steadiness.see(CARD, 1.0)
    steadiness.see(None, 2.0)
    assert steadiness.still_for(2.0) == 0
    steadiness.see(CARD, 3.0)
    assert steadiness.frames == 1
    assert steadiness.still_for(3.0) == 0


def test_movement_does_not_mind_which_corner_comes_first():
    assert movement(CARD, np.roll(CARD, 2, axis=0)) == 0
    assert movement(None, CARD) == float("inf")
    assert movement(CARD, CARD + np.array([42.4, 0])) == pytest.approx(0.1, abs=0.001)


def test_a_sharp_card_has_more_focus_than_a_blurred_one():
    card = draw_card(CardFace("Leafkit", 60, "012/193", attacks=("Gather Dew",)), height=372)
    blurred = np.asarray(cv2.GaussianBlur(card, (0, 0), 3), np.uint8)
    assert focus(card) > 10 * focus(blurred)


def test_an_outline_that_wavers_at_one_edge_is_a_card_at_rest():
    steadiness = Steadiness()
    wavering = CARD + np.array([[0, 0], [0, 0], [0, 17], [0, 17]])
    for number in range(9):
        steadiness.see(wavering if number % 3 else CARD, number / 30)
    assert steadiness.frames == 9
