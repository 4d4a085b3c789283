"""Telling the bare desk from a card, a hand, and another light."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cardscanner_gui.core.types import Pixels
from cardscanner_gui.recognition.live.surroundings import Surroundings
from cardscanner_gui.vision.geometry import rectangle
from training.drawing.surfaces import wood

SIZE = (640, 360)
PLACE = rectangle(220, 60, 400, 310)


@pytest.fixture
def desk() -> Pixels:
    return np.asarray(wood(np.random.default_rng(1), SIZE, tone=0.5), np.uint8)


def with_thing(desk: Pixels, colour: tuple[int, int, int], place=PLACE) -> Pixels:
    picture = desk.copy()
    cv2.fillPoly(picture, [np.rint(place).astype(np.int32)], colour)
    return picture


def show(surroundings: Surroundings, picture: Pixels, times: int = 3, seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(times):
        noise = rng.integers(-3, 4, picture.shape, np.int16)
        surroundings.see(np.clip(picture + noise, 0, 255).astype(np.uint8))


def known(desk: Pixels) -> Surroundings:
    """One that has seen the bare desk."""
    surroundings = Surroundings()
    show(surroundings, desk)
    surroundings.learn([])
    return surroundings


def test_a_desk_that_was_never_seen_is_not_judged(desk):
    surroundings = Surroundings()
    show(surroundings, with_thing(desk, (220, 210, 60)))
    surroundings.learn([PLACE])
    assert surroundings.bare(PLACE) is None


def test_the_bare_desk_is_known_again_and_a_card_or_a_hand_is_not(desk):
    surroundings = known(desk)
    show(surroundings, with_thing(desk, (220, 210, 60)))
    assert surroundings.bare(PLACE) < 0.1
    show(surroundings, with_thing(desk, (225, 175, 150)))
    assert surroundings.bare(PLACE) < 0.1
    show(surroundings, desk)
    assert surroundings.bare(PLACE) > 0.95


@pytest.mark.parametrize("light", [0.6, 0.8, 1.3])
def test_the_desk_is_known_in_another_light(desk, light):
    surroundings = known(desk)
    show(surroundings, cv2.convertScaleAbs(desk, alpha=light))
    assert surroundings.bare(PLACE) > 0.9


def test_a_card_does_not_become_part_of_the_desk(desk):
    surroundings = known(desk)
    for _ in range(10):
        show(surroundings, with_thing(desk, (220, 210, 60)))
        surroundings.learn([PLACE])
    show(surroundings, desk)
    assert surroundings.bare(PLACE) > 0.95


def test_what_is_put_beside_the_card_becomes_part_of_the_desk(desk):
    surroundings = known(desk)
    beside = rectangle(480, 60, 620, 310)
    show(surroundings, with_thing(desk, (40, 90, 160), beside))
    surroundings.learn([PLACE])
    assert surroundings.bare(beside) > 0.95


def test_a_camera_that_was_pushed_forgets_the_desk(desk):
    surroundings = known(desk)
    moved = np.roll(255 - desk, 90, axis=1)
    show(surroundings, moved)
    surroundings.learn([PLACE])
    assert surroundings.bare(PLACE) is None


def test_a_place_outside_the_picture_is_bare(desk):
    assert known(desk).bare(PLACE + 2000.0) == 1.0


def test_stillness_is_told_from_movement_and_from_a_change_of_light(desk):
    surroundings = known(desk)
    show(surroundings, desk, seed=5)
    assert surroundings.still
    assert surroundings.unchanged
    show(surroundings, with_thing(desk, (220, 210, 60)), times=1)
    assert not surroundings.still
    show(surroundings, with_thing(desk, (220, 210, 60)), times=2)
    assert surroundings.unchanged
    show(surroundings, cv2.convertScaleAbs(desk, alpha=0.6), times=3)
    show(surroundings, cv2.convertScaleAbs(desk, alpha=0.5), times=1)
    assert surroundings.still
    assert not surroundings.unchanged


def test_another_resolution_starts_anew(desk):
    surroundings = known(desk)
    show(surroundings, cv2.resize(desk, (800, 600)))
    assert surroundings.bare(PLACE) is None
