from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.vision.debug import DebugPictures
from cardscanner_gui.vision.finder import CardFinder
from cardscanner_gui.vision.geometry import overlap
from training.drawing.cards import CardFace, draw_card
from training.drawing.faces import any_face
from training.drawing.scenes import lay_on_desk
from training.drawing.surfaces import wood


def some_card(seed: int = 0, name: str = "Sprigatito") -> Pixels:
    face = CardFace(
        name, 60, "012/193", "PAL", ("Gather Sunlight", "Seed Bomb"), "N. Kimura", "2023", seed=seed
    )
    return draw_card(face)


def starts_at_top_left(found: Corners, true: Corners) -> bool:
    distances = [np.abs(np.roll(true, -turn, axis=0) - found).sum() for turn in range(4)]
    return int(np.argmin(distances)) == 0


@pytest.mark.parametrize("angle", range(0, 360, 45))
def test_a_card_is_found_whichever_way_it_lies(finder: CardFinder, angle: int) -> None:
    scene, corners = lay_on_desk(some_card(angle), angle=angle, seed=angle)
    found = finder.find(scene)
    assert len(found) == 1
    assert overlap(found[0].corners, corners) > 0.95
    assert starts_at_top_left(found[0].corners, corners)
    assert 0.3 < found[0].score <= 1


@pytest.mark.parametrize("angle", [45, 135, 225, 315])
def test_cards_on_either_diagonal_are_found_alike(finder: CardFinder, angle: int) -> None:
    rng = np.random.default_rng([4242, 6])
    for seed in range(10030, 10035):
        face = np.ascontiguousarray(any_face(rng)[..., :3])
        scene, corners = lay_on_desk(face, angle=angle, fill=0.7, seed=seed)
        overlaps = [overlap(card.corners, corners) for card in finder.find(scene)]
        assert max(overlaps, default=0.0) > 0.8


def test_a_large_photo_gives_corners_of_the_large_photo(finder: CardFinder) -> None:
    scene, corners = lay_on_desk(some_card(2), angle=24, size=(4000, 3000), fill=0.5, seed=2)
    (card,) = finder.find(scene)
    assert np.abs(card.corners - corners).max() < 8


def test_several_cards_come_in_reading_order(finder: CardFinder) -> None:
    parts = [lay_on_desk(some_card(i), size=(500, 640), fill=0.75, seed=7) for i in range(6)]
    rows = [np.hstack([picture for picture, _ in parts[i : i + 3]]) for i in (0, 3)]
    scene = np.vstack(rows)
    true = [q + np.array([500 * (i % 3), 640 * (i // 3)]) for i, (_, q) in enumerate(parts)]
    found = finder.find(scene)
    assert len(found) == 6
    for card, corners in zip(found, true, strict=True):
        assert overlap(card.corners, corners) > 0.9


def test_an_empty_desk_has_no_cards(finder: CardFinder) -> None:
    for seed in range(5):
        desk = wood(np.random.default_rng(seed), (1200, 900))
        assert finder.find(desk) == []


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (40, 30)])
def test_odd_sizes_are_no_problem(finder: CardFinder, size: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    assert isinstance(finder.find(picture), list)
    finder.follow(picture)


def test_the_picture_is_not_changed(finder: CardFinder) -> None:
    scene, _ = lay_on_desk(some_card(2), seed=2)
    before = scene.copy()
    scene.setflags(write=False)
    finder.find(scene)
    assert (scene == before).all()


def test_a_cancelled_search_stops(finder: CardFinder) -> None:
    scene, _ = lay_on_desk(some_card(3), seed=3)
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        finder.find(scene, token=token)


def test_a_video_card_is_followed(finder: CardFinder) -> None:
    card = some_card(4)
    last = None
    for step in range(6):
        frame, corners = lay_on_desk(card, angle=5 * step, size=(1280, 720), fill=0.7, seed=4)
        found = finder.follow(frame, last)
        assert found is not None
        assert overlap(found.corners, corners) > 0.95
        assert starts_at_top_left(found.corners, corners)
        last = found.corners


def test_a_video_card_that_jumped_is_found_again(finder: CardFinder) -> None:
    _, old = lay_on_desk(some_card(5), angle=0, size=(1280, 720), fill=0.5, seed=5)
    frame, corners = lay_on_desk(some_card(5), angle=80, size=(1280, 720), fill=0.8, seed=6)
    found = finder.follow(frame, old + np.array([300, 0]))
    assert found is not None
    assert overlap(found.corners, corners) > 0.95


def test_a_video_of_an_empty_desk_gives_nothing(finder: CardFinder) -> None:
    desk = wood(np.random.default_rng(8), (1280, 720))
    _, old = lay_on_desk(some_card(5), size=(1280, 720), seed=5)
    assert finder.follow(desk, None) is None
    assert finder.follow(desk, old) is None


def test_debug_pictures_show_each_step(finder: CardFinder, tmp_path: Path) -> None:
    scene, _ = lay_on_desk(some_card(6), seed=6)
    finder.find(scene, debug=DebugPictures(tmp_path / "steps", "desk-"))
    written = sorted(p.name for p in (tmp_path / "steps").iterdir())
    assert written == [
        "desk-1-proposals.jpg",
        "desk-2-second-look.jpg",
        "desk-3-chosen.jpg",
        "desk-4-refined.jpg",
    ]
    shown = cv2.imread(str(tmp_path / "steps" / "desk-4-refined.jpg"))
    assert shown.shape == scene.shape
