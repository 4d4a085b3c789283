from __future__ import annotations

import numpy as np
import pytest

from cardscanner_gui.vision.edges import refine
from cardscanner_gui.vision.geometry import overlap, size_of
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

CARD = draw_card(CardFace("Machop", 50, "52/102", era="classic", seed=1))


@pytest.mark.parametrize("seed", range(6))
def test_a_rough_outline_is_drawn_to_the_cards_edges(seed: int) -> None:
    scene, corners = lay_on_desk(CARD, angle=33 * seed, size=(2400, 1800), fill=0.8, seed=seed)
    rng = np.random.default_rng(seed)
    rough = corners + rng.normal(0, 0.008 * size_of(corners), corners.shape)
    refined = refine(scene, rough)
    assert overlap(refined, corners) > 0.99
    assert np.abs(refined - corners).max() < 0.005 * size_of(corners)


def test_without_edges_the_outline_stays() -> None:
    grey = np.full((400, 300, 3), 90, np.uint8)
    outline = np.array([[50, 50], [250, 60], [240, 340], [60, 350]], np.float64)
    assert refine(grey, outline) == pytest.approx(outline, abs=0.5)


def test_an_outline_beyond_the_picture_is_survived() -> None:
    grey = np.random.default_rng(0).integers(0, 255, (120, 90, 3), np.uint8)
    outline = np.array([[-40, -30], [130, -20], [140, 170], [-35, 160]], np.float64)
    assert np.isfinite(refine(grey, outline)).all()
