"""Stacks laid out in steps, fans, and labels of graded cards, through the real networks."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from cardscanner_gui.core.events import CardsFound, Finished
from cardscanner_gui.core.types import BOTTOM_STRIP, Frame, Pixels, ScanResult, Status
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.recognition.contract import scan_object
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from tests.recognition.conftest import LEAFKIT, TWINFIN
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

OTHER_TWINFIN = replace(TWINFIN, number="050/193", artist="Sol Marsh", seed=12)
HEIGHT = 1000


def scanned(recogniser: Recogniser, pixels: Pixels) -> ScanResult:
    events = list(recogniser.recognise(RecogniseRequest(Frame("1", pixels, 0.0, "s.jpg"), "r")))
    assert isinstance(events[-1], Finished)
    found = [event for event in events if isinstance(event, CardsFound)]
    assert len(found[-1].corners) >= len(events[-1].result.cards)
    return events[-1].result


def desk(height: int, width: int) -> Pixels:
    rng = np.random.default_rng(1)
    return np.clip(rng.normal(60, 5, (height, width, 3)), 0, 255).astype(np.uint8)


def staircase(faces: list[CardFace], step: int, cut: int = 0) -> Pixels:
    """Cards one below the other, the first on top; `cut` rows of it lie above the picture."""
    picture = desk(HEIGHT + step * (len(faces) - 1) + 160, 1000)
    for index in reversed(range(len(faces))):
        card = draw_card(faces[index], HEIGHT)
        top = 80 + index * step
        left = 140 + 6 * (index % 2)
        picture[top : top + HEIGHT, left : left + card.shape[1]] = card
        picture[top + HEIGHT : top + HEIGHT + 3, left : left + card.shape[1]] //= 3
    return picture[cut:]


def test_each_strip_of_a_stack_is_a_card_of_its_own(recogniser):
    result = scanned(recogniser, staircase([LEAFKIT, TWINFIN, OTHER_TWINFIN], 120, cut=800))
    ids = [card.match.printing.id for card in result.cards if card.match.printing]
    assert ids == ["sv90-012", "sv90-150", "sv90-050"]
    for card in result.cards:
        assert card.reading.part == BOTTOM_STRIP
        assert card.photo is not None
        assert card.photo.shape[1] > 2 * card.photo.shape[0]


def test_the_card_on_top_of_a_stack_is_read_whole_and_the_others_below_it(recogniser):
    result = scanned(recogniser, staircase([LEAFKIT, TWINFIN, OTHER_TWINFIN], 120))
    parts = {c.match.printing.id: c.reading.part for c in result.cards if c.match.printing}
    assert parts == {"sv90-012": "", "sv90-150": BOTTOM_STRIP, "sv90-050": BOTTOM_STRIP}


def test_a_strip_with_anothers_artist_is_asked(recogniser):
    proxy = replace(TWINFIN, artist="Mia Loam")
    result = scanned(recogniser, staircase([LEAFKIT, proxy, OTHER_TWINFIN], 120, cut=800))
    asked = result.cards[1]
    assert asked.match.status is Status.UNSURE
    assert asked.match.printing is None
    assert asked.match.candidates[0].printing.id == "sv90-150"


def test_a_strip_of_which_only_the_number_shows_is_asked(recogniser):
    bare = replace(TWINFIN, artist="", set_code="", year="")
    result = scanned(recogniser, staircase([LEAFKIT, bare, OTHER_TWINFIN], 120, cut=800))
    assert [card.match.status for card in result.cards].count(Status.IDENTIFIED) == 2
    assert all(
        card.match.printing is None for card in result.cards if not card.reading.of("artist")
    )


def test_the_label_of_a_graded_card_is_read(recogniser):
    picture, corners = lay_on_desk(draw_card(LEAFKIT), size=(1200, 1800), fill=0.62, seed=2)
    left, top = corners[0]
    right = corners[1][0]
    label = (int(left), int(top) - 330, int(right), int(top) - 90)
    cv2.rectangle(picture, label[:2], label[2:], (240, 240, 240), -1)
    lines = (
        ("PSA", 30),
        ("2023 LEAFKIT  MEADOW TALES", 90),
        ("#012   MINT 9", 150),
        ("81234567", 210),
    )
    for text, down in lines:
        place = (label[0] + 20, label[1] + down)
        cv2.putText(
            picture, text, place, cv2.FONT_HERSHEY_DUPLEX, 1.1, (20, 20, 20), 2, cv2.LINE_AA
        )
    (card,) = scan_object(scanned(recogniser, picture), GAMES)["cards"]
    assert card["status"] == "identified"
    read = {kind: card["reading"][kind]["text"] for kind in ("grader", "grade", "certificate")}
    assert read == {"grader": "PSA", "grade": "9", "certificate": "81234567"}


def test_text_above_a_card_is_no_label(recogniser):
    picture, corners = lay_on_desk(draw_card(LEAFKIT), size=(1200, 1800), fill=0.62, seed=2)
    left, top = (int(v) for v in corners[0])
    for row, text in enumerate(("MY BEST CARDS", "FOUND IN MINT 2023", "CALL 5551234567")):
        place = (left, top - 300 + 90 * row)
        cv2.putText(picture, text, place, cv2.FONT_HERSHEY_DUPLEX, 1.3, (250, 250, 250), 3)
    (card,) = scan_object(scanned(recogniser, picture), GAMES)["cards"]
    assert card["status"] == "identified"
    assert card["card"]["id"] == "sv90-012"
