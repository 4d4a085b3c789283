from __future__ import annotations

import numpy as np
import pytest

from cardscanner_gui.vision.geometry import homography, is_convex
from cardscanner_gui.vision.geometry import rectangle as box
from cardscanner_gui.vision.rectify import warp
from training.drawing.arrangements import Pose, page_of
from training.drawing.bank import Bank
from training.drawing.cards import CardFace, draw_card
from training.drawing.faces import any_face
from training.drawing.objects import any_object
from training.drawing.scenes import CROWDING, DIFFICULT, USUAL, Mixture, draw_scene, lay_on_desk
from training.drawing.surfaces import any_surface
from training.drawing.table import Table

FACE = CardFace("Dark Machoke", 60, "40/82", artist="Ken", year="1999", era="classic", seed=3)


def small_bank(rng: np.random.Generator) -> Bank:
    return Bank(rng, 6, 3, 4)


@pytest.mark.parametrize("height", [352, 1056])
def test_a_card_has_a_cards_shape(height: int) -> None:
    card = draw_card(FACE, height)
    assert card.shape == (height, round(height * 63 / 88), 3)
    assert card.dtype == np.uint8


def test_the_same_seed_draws_the_same_card() -> None:
    assert (draw_card(FACE, 352) == draw_card(FACE, 352)).all()
    other = CardFace("Dark Machoke", 60, "40/82", era="classic", seed=4)
    assert (draw_card(FACE, 352) != draw_card(other, 352)).any()


def test_every_text_leaves_ink() -> None:
    plain = CardFace("", None, "", seed=5)
    for name in ("name", "number", "set_code", "artist", "year", "evolves_from"):
        values = {"name": "", "hp": None, "number": "", "seed": 5, name: "ABC"}
        with_text = CardFace(**values)  # type: ignore[arg-type]
        assert (draw_card(with_text, 704) != draw_card(plain, 704)).any(), name


@pytest.mark.parametrize("angle", [0, 90, 222])
def test_the_corners_of_a_laid_card_are_exact(angle: float) -> None:
    card = np.full((880, 630, 3), 255, np.uint8)
    picture, corners = lay_on_desk(card, angle=angle, size=(1000, 800), seed=angle)
    upright = warp(picture, homography(corners, box(-0.5, -0.5, 62.5, 87.5)), (63, 88))
    # Only the rounded corners show the desk.
    assert (upright.min(2) > 200).mean() > 0.97
    wider = homography(corners, box(1.5, 1.5, 64.5, 89.5))
    rim = warp(picture, wider, (67, 92))
    assert (rim[0].max(1) < 200).all()
    assert (rim[:, -1].max(1) < 200).all()


def test_faces_objects_and_surfaces_of_any_kind_can_be_drawn() -> None:
    rng = np.random.default_rng(11)
    for _ in range(25):
        assert any_face(rng).shape == (352, 252, 4)
        assert any_object(rng).shape[2] == 4
        assert any_surface(rng, 64).shape == (64, 64, 3)


@pytest.mark.parametrize(
    "mixture", [USUAL, DIFFICULT, CROWDING], ids=["usual", "difficult", "crowded"]
)
def test_scenes_repeat_from_their_seed(mixture: Mixture) -> None:
    drawn = []
    for _ in range(2):
        rng = np.random.default_rng(2)
        bank = small_bank(rng)
        drawn.append([draw_scene(bank, rng, 96, mixture) for _ in range(15)])
    for one, other in zip(*drawn, strict=True):
        assert (one.pixels == other.pixels).all()
        assert len(one.cards) == len(other.cards)


@pytest.mark.parametrize(
    "mixture", [USUAL, DIFFICULT, CROWDING], ids=["usual", "difficult", "crowded"]
)
def test_scenes_hold_sensible_cards_of_every_arrangement(mixture: Mixture) -> None:
    rng = np.random.default_rng(8)
    bank = small_bank(rng)
    kinds = set()
    for _ in range(150):
        scene = draw_scene(bank, rng, 128, mixture)
        kinds.add(scene.kind)
        assert scene.pixels.shape == (128, 128, 3)
        if scene.kind in ("empty", "boxes", "misled"):
            assert not scene.cards
        for corners in scene.cards:
            assert is_convex(corners)
            x, y = corners.mean(0)
            assert -1 <= x <= 129
            assert -1 <= y <= 129
    drawn_often = {arrange.__name__ for arrange, share in mixture.whole if share > 0.03}
    assert drawn_often <= kinds


def test_cards_on_inserts_are_smaller_than_the_inserts() -> None:
    """The corners asked for must be the card's: around them the insert's own colour shows."""
    rng = np.random.default_rng(21)
    bank = small_bank(rng)
    seen = 0
    for _ in range(12):
        table = Table(bank, rng, 400)
        page_of(table, Pose(0.0, 0.0, 0.0, 4.0), insert=0.06)
        for corners in table.cards:
            inside = (corners > 20).all() and (corners < 380).all()
            if not inside or np.ptp(corners[:, 1]) < 60:
                continue
            height = np.ptp(corners[:, 1])
            beside = corners[[0, 3]].mean(0) - [0.03 * height, 0]
            around = table.picture[int(beside[1]) - 8 : int(beside[1]) + 8, int(beside[0])]
            seen += 1
            assert around.std(0).max() < 40
    assert seen > 10
