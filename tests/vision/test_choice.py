"""Which of the outlines that the first looks saw are worth a second look."""

from __future__ import annotations

import numpy as np

from cardscanner_gui.core.types import Corners
from cardscanner_gui.vision.choice import distinct
from cardscanner_gui.vision.decode import Proposal
from cardscanner_gui.vision.geometry import rectangle


def card(shift: float = 0.0, width: float = 63.0) -> Corners:
    return rectangle(100 + shift, 100, 100 + shift + width, 188)


def test_an_outline_whose_corners_were_seen_beats_one_that_was_guessed() -> None:
    guessed = Proposal(card(8), score=0.75, clarity=0.05)
    seen = Proposal(card(), score=0.6, clarity=0.4)
    (best,) = distinct([guessed, seen], 10)
    assert best is seen


def test_a_guess_leaves_other_guesses_their_second_look() -> None:
    guesses = [Proposal(card(s), score=0.7 - s / 100, clarity=0.1) for s in (0, 1, 15)]
    kept = distinct(guesses, 10)
    assert [id(p) for p in kept] == [id(guesses[0]), id(guesses[2])]


def test_panels_of_a_clear_card_are_left_out() -> None:
    clear = Proposal(card(), score=0.7, clarity=0.4)
    panel = Proposal(card(5, width=40), score=0.6, clarity=0.05)
    assert distinct([panel, clear], 10) == [clear]


def test_cards_side_by_side_are_all_kept_up_to_the_limit() -> None:
    row = [Proposal(card(70 * i), score=0.7, clarity=0.1 + i / 20) for i in range(4)]
    kept = distinct(row, 3)
    assert len(kept) == 3
    assert np.allclose(kept[0].corners, row[3].corners)
