"""Which unread outlines reach the user; where they lie is given, all else is real."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cardscanner_gui.core.types import Corners, Frame, Pixels, Recognition, Status
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.geometry import rectangle
from tests.recognition.conftest import LEAFKIT, TWINFIN
from training.drawing.cards import draw_card

HEIGHT, WIDTH = 760, 544
STEP_X, STEP_Y = 600, 820
UNCLEAR = 0.5


class Finds:
    """A finder that is told where cards seem to lie."""

    def __init__(self, *found: tuple[Corners, float]) -> None:
        self._found = [FoundCard(corners, score, 0.99) for corners, score in found]

    def find(self, pixels: Pixels, **_: object) -> list[FoundCard]:
        return self._found


def page() -> Pixels:
    """Three cards and an empty pocket, on something dark with a little grain."""
    rng = np.random.default_rng(2)
    picture = np.clip(rng.normal(40, 2, (1700, 1300, 3)), 0, 255).astype(np.uint8)
    faces = (LEAFKIT, TWINFIN, replace(TWINFIN, number="050/193", artist="Sol Marsh"))
    for face, (column, row) in zip(faces, ((0, 0), (1, 0), (0, 1)), strict=True):
        card = draw_card(face, HEIGHT)
        left, top = 40 + column * STEP_X, 40 + row * STEP_Y
        picture[top : top + card.shape[0], left : left + card.shape[1]] = card
    return picture


def pocket(column: int, row: int) -> Corners:
    left, top = 40 + column * STEP_X, 40 + row * STEP_Y
    return rectangle(left, top, left + WIDTH, top + HEIGHT)


CARDS = [(pocket(0, 0), 0.8), (pocket(1, 0), 0.8), (pocket(0, 1), 0.8)]


def shown(networks, judge, pixels: Pixels, *found: tuple[Corners, float]) -> list[Recognition]:
    told = Recogniser(replace(networks, finder=Finds(*found)), judge)
    events = list(told.recognise(RecogniseRequest(Frame("1", pixels, 0.0, "p.jpg"), "r")))
    return list(events[-1].result.cards)


def test_a_frame_in_the_art_of_a_named_card_is_left_out(networks, judge):
    art = rectangle(80, 130, 540, 420)
    cards = shown(networks, judge, page(), *CARDS, (art, 0.7))
    assert [card.match.status for card in cards] == [Status.IDENTIFIED] * 3


def test_what_lies_about_beside_the_page_is_left_out(networks, judge):
    pixels = page()
    rng = np.random.default_rng(3)
    pixels[1000:1500, 900:1250] = rng.integers(0, 255, (500, 350, 3))
    shoe = rectangle(980, 1010, 1240, 1370)
    cards = shown(networks, judge, pixels, *CARDS, (shoe, UNCLEAR))
    assert len(cards) == 3


def test_a_pocket_with_something_unreadable_in_it_stays_to_be_named_by_hand(networks, judge):
    pixels = page()
    rng = np.random.default_rng(4)
    hidden = pocket(1, 1).astype(int)
    (left, top), (right, bottom) = hidden[0], hidden[2]
    coarse = rng.integers(0, 255, (38, 28, 3)).astype(np.uint8)
    pixels[top:bottom, left:right] = np.kron(coarse, np.ones((20, 20, 1), np.uint8))[
        : bottom - top, : right - left
    ]
    cards = shown(networks, judge, pixels, *CARDS, (pocket(1, 1), UNCLEAR))
    assert [card.match.printing is None for card in cards] == [False, False, False, True]


def test_an_empty_pocket_is_no_card(networks, judge):
    cards = shown(networks, judge, page(), *CARDS, (pocket(1, 1), UNCLEAR))
    assert len(cards) == 3


def test_where_nothing_can_be_read_one_outline_is_shown(networks, judge):
    rng = np.random.default_rng(5)
    pixels = np.clip(rng.normal(90, 3, (1200, 900, 3)), 0, 255).astype(np.uint8)
    spots = [(rectangle(100, 100, 160, 180), UNCLEAR), (rectangle(200, 300, 700, 1000), UNCLEAR)]
    cards = shown(networks, judge, pixels, *spots)
    assert len(cards) == 1
    assert cards[0].corners is not None
    assert cards[0].corners[0].tolist() == [200, 300]
