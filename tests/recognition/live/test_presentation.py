"""One presentation for each time a card is laid down, from what the frames show."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from cardscanner_gui.core.live import DeskState
from cardscanner_gui.core.types import Corners
from cardscanner_gui.recognition.live.look import Grey, texture_of
from cardscanner_gui.recognition.live.options import LiveOptions
from cardscanner_gui.recognition.live.presentation import (
    Action,
    CardSight,
    Presentations,
    Sight,
)
from cardscanner_gui.vision.fingerprint import fingerprint
from tests.recognition.conftest import LEAFKIT, TWINFIN
from training.drawing.cards import draw_card

RATE = 30
OPTIONS = LiveOptions()
HERE = np.array([[400, 100], [760, 100], [760, 600], [400, 600]], np.float64)
DESK = np.zeros((88, 64), np.float32)


def sighted(face, corners: Corners = HERE, focus: float = 300.0) -> CardSight:
    card = cv2.resize(draw_card(face), (266, 372), interpolation=cv2.INTER_AREA)
    return CardSight(corners, texture_of(card), focus, fingerprint(card))


def half_covered(card: CardSight) -> CardSight:
    texture = card.texture.copy()
    texture[40:] = 150
    return replace(card, texture=texture, fingerprint=card.fingerprint ^ 0xFFFF_FFFF)


LEAF, TWIN = sighted(LEAFKIT), sighted(TWINFIN)
FAR = HERE + np.array([180.0, 40.0])


class Film:
    """Feeds frames, thirty a second, and notes what followed."""

    def __init__(self, options: LiveOptions = OPTIONS) -> None:
        self.presentations = Presentations(options)
        self.presented: list[float] = []
        self.actions: list[Action] = []
        self.states: list[DeskState] = []
        self.at = 0.0

    def show(
        self,
        card: CardSight | None,
        seconds: float,
        *,
        place: Grey | None = None,
        bare: float | None = None,
        still: bool = True,
        asked: bool = False,
    ) -> Film:
        """So many seconds of a card, or of none; `place` is what is seen where it lay."""
        for _ in range(round(seconds * RATE)):
            self.at += 1 / RATE
            seen = place if place is not None else (card.texture if card else DESK)
            step = self.presentations.see(Sight(self.at, card, seen, bare, still, asked))
            asked = False
            self.actions.append(step.action)
            self.states.append(step.state)
            if step.action is Action.PRESENT:
                self.presented.append(self.at)
        return self

    def carried(self, card: CardSight, seconds: float = 0.3, bare: float = 0.0) -> Film:
        """The card moves through the picture."""
        for number in range(round(seconds * RATE)):
            moved = replace(card, corners=card.corners + 40.0 * (number + 1), focus=20.0)
            self.show(moved, 1 / RATE, place=DESK, bare=bare, still=False)
        return self

    def lifted(self) -> Film:
        """The desk is seen where the card lay."""
        return self.show(None, 0.3, bare=1.0)


def test_a_card_counts_once_it_lies_still_and_not_again():
    film = Film().carried(LEAF).show(LEAF, 3.0)
    assert len(film.presented) == 1
    assert film.presented[0] == pytest.approx(0.3 + OPTIONS.settle_s, abs=0.08)


def test_a_card_that_only_passes_through_never_counts():
    assert Film().carried(LEAF, 2.0).show(None, 1.0).presented == []


def test_a_promising_card_is_read_ahead_before_it_counts():
    film = Film().carried(LEAF).show(LEAF, 1.0)
    assert Action.SPECULATE in film.actions
    assert film.actions.index(Action.SPECULATE) < film.actions.index(Action.PRESENT)


def test_nothing_is_read_ahead_when_that_is_off():
    film = Film(replace(OPTIONS, speculate=False)).carried(LEAF).show(LEAF, 1.0)
    assert Action.SPECULATE not in film.actions
    assert len(film.presented) == 1


def test_a_second_copy_counts_after_the_first_was_lifted_even_at_the_very_same_place():
    film = Film().show(LEAF, 1.0).carried(LEAF).lifted().carried(LEAF).show(LEAF, 1.0)
    assert len(film.presented) == 2


def test_a_nudged_card_counts_once():
    pushed = [replace(LEAF, corners=HERE + 6.0 * step) for step in range(12)]
    film = Film().show(LEAF, 1.0)
    for card in pushed:
        film.show(card, 1 / RATE, place=DESK, bare=0.3, still=False)
    film.show(pushed[-1], 1.0)
    assert len(film.presented) == 1


def test_a_card_pushed_far_away_under_a_hand_counts_once():
    there = replace(LEAF, corners=FAR)
    film = Film().show(LEAF, 1.0).show(None, 0.5, bare=0.2, still=False).show(there, 1.0)
    assert len(film.presented) == 1


@pytest.mark.parametrize("seconds", [0.3, 1.0, 3.0])
def test_a_card_under_a_resting_hand_counts_once(seconds):
    film = Film().show(LEAF, 1.0).show(None, seconds, bare=0.1).show(LEAF, 1.0)
    assert len(film.presented) == 1


def test_a_half_covered_card_is_the_same_card():
    film = Film().show(LEAF, 1.0).show(half_covered(LEAF), 1.0).show(LEAF, 1.0)
    assert len(film.presented) == 1


def test_a_card_that_was_half_covered_when_it_was_laid_down_is_the_same_card():
    film = Film().show(half_covered(LEAF), 1.0).show(LEAF, 1.0)
    assert len(film.presented) == 1


def test_a_half_covered_card_with_an_odd_outline_is_the_same_card():
    odd = replace(TWIN, corners=HERE[:, [0, 1]] * [1.0, 0.6])
    film = Film().show(LEAF, 1.0).show(odd, 0.4, place=half_covered(LEAF).texture)
    film.show(LEAF, 1.0)
    assert len(film.presented) == 1


def test_a_card_whose_upper_end_is_mistaken_for_the_lower_is_the_same_card():
    turned = replace(
        LEAF,
        corners=np.roll(HERE, 2, axis=0),
        texture=np.ascontiguousarray(LEAF.texture[::-1, ::-1]),
        fingerprint=LEAF.fingerprint ^ 0xFFFF_FFFF,
    )
    film = Film().show(LEAF, 1.0).show(turned, 1.0).show(LEAF, 1.0)
    assert len(film.presented) == 1


def test_an_odd_outline_behind_a_hand_does_not_become_what_the_card_looks_like():
    """The hand pulls one corner away, little by little, over a card that stays where it is."""
    film = Film().show(LEAF, 1.0)
    for step in range(1, 13):
        corners = HERE + np.array([[0, 0], [0, 0], [-14.0 * step, 0], [0, 0]])
        odd = replace(half_covered(LEAF), corners=corners)
        film.show(odd, 1 / RATE, place=half_covered(LEAF).texture, still=False)
    film.show(None, 1.0, place=DESK, bare=0.1).show(LEAF, 1.0)
    assert len(film.presented) == 1


def test_a_card_that_is_out_of_sight_for_a_moment_was_not_lifted_if_its_place_is_not_bare():
    film = Film().show(LEAF, 1.0).show(None, 0.5, bare=0.6, still=False).show(LEAF, 1.0)
    assert len(film.presented) == 1


def test_shade_and_exposure_do_not_make_another_card():
    darker = replace(LEAF, texture=LEAF.texture * 0.5)
    brighter = replace(LEAF, texture=np.minimum(LEAF.texture * 1.3, 255))
    film = Film().show(LEAF, 1.0).show(darker, 1.0).show(brighter, 1.0).show(LEAF, 1.0)
    assert len(film.presented) == 1


def test_another_card_laid_on_top_counts():
    film = Film().show(LEAF, 1.0).carried(TWIN).show(TWIN, 1.0)
    assert len(film.presented) == 2


def test_where_nobody_knows_the_desk_the_same_card_at_the_same_place_counts_once():
    film = Film().show(LEAF, 1.0).show(None, 1.0, bare=None).show(LEAF, 1.0)
    assert len(film.presented) == 1


def test_where_nobody_knows_the_desk_a_copy_at_another_place_counts():
    there = replace(LEAF, corners=FAR)
    film = Film().show(LEAF, 1.0).show(None, 1.0, bare=None).carried(there).show(there, 1.0)
    assert len(film.presented) == 2


def test_where_nobody_knows_the_desk_a_long_absence_is_a_lift():
    film = Film().show(LEAF, 1.0).show(None, 2.5, bare=None).show(LEAF, 1.0)
    assert len(film.presented) == 2


def test_a_blurred_card_is_said_to_be_and_read_all_the_same_in_the_end():
    blurred = replace(LEAF, focus=10.0)
    film = Film().show(blurred, 1.0)
    assert DeskState.BLURRED in film.states
    assert film.presented[0] == pytest.approx(OPTIONS.patience_s, abs=0.1)


def test_without_auto_capture_only_the_user_captures():
    film = Film(replace(OPTIONS, auto_capture=False)).show(LEAF, 2.0)
    assert film.presented == []
    film.show(LEAF, 1.0, asked=True)
    assert len(film.presented) == 1


def test_the_user_may_count_the_card_that_lies_there_again():
    film = Film().show(LEAF, 1.0).show(LEAF, 1.0, asked=True)
    assert len(film.presented) == 2


def test_a_lift_is_said_so_that_the_card_can_be_finished():
    film = Film().show(LEAF, 1.0)
    assert Action.LIFTED not in film.actions
    film.lifted()
    assert film.actions.count(Action.LIFTED) == 1
    assert film.states[-1] is DeskState.EMPTY


def test_the_card_that_lies_still_can_vote_again():
    film = Film().show(LEAF, 1.0)
    after = film.actions[film.actions.index(Action.PRESENT) + 1 :]
    assert set(after) == {Action.CONFIRM}


def test_a_camera_that_doubles_its_resolution_shows_the_same_card():
    film = Film().show(LEAF, 1.0)
    film.presentations.resized(2.0)
    film.show(replace(LEAF, corners=HERE * 2), 1.0)
    assert len(film.presented) == 1
