"""Drawn pictures through the real finder, reader and matcher."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock

import cv2
import numpy as np
import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.events import (
    CardsFound,
    FieldResult,
    Finished,
    QuickResult,
    RecognitionEvent,
)
from cardscanner_gui.core.types import Frame, Pixels, Status
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.recognition.contract import scan_object
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.vision.finder import FoundCard
from tests.recognition.conftest import LEAFKIT, STRANGER, TWINFIN
from training.drawing.cards import draw_card
from training.drawing.scenes import lay_on_desk


def frame_of(pixels: Pixels) -> Frame:
    return Frame("1", pixels, 0.0, "drawn.jpg")


def on_desk(face, **scene) -> Frame:
    picture, _ = lay_on_desk(draw_card(face), size=(1200, 1600), fill=0.8, **scene)
    return frame_of(picture)


def finished(events: list[RecognitionEvent]) -> Finished:
    assert isinstance(events[-1], Finished)
    return events[-1]


def test_events_come_quick_result_first(recogniser):
    events = list(recogniser.recognise(RecogniseRequest(on_desk(LEAFKIT, angle=5), "r1")))
    assert {event.request_id for event in events} == {"r1"}
    kinds = [type(event) for event in events]
    assert kinds[:2] == [CardsFound, QuickResult]
    assert kinds[-1] is Finished
    assert FieldResult in kinds
    details = {e.name: e.field.text for e in events if isinstance(e, FieldResult)}
    assert details["set"] == "Meadow Tales"
    assert details["attacks"] == "Gather Dew · Seed Toss"


@pytest.mark.parametrize("angle", [0, 90, 180, 270, 33])
def test_a_card_is_named_however_it_lies(recogniser, angle):
    picture, corners = lay_on_desk(draw_card(LEAFKIT), size=(1400, 1400), fill=0.75, angle=angle)
    result = finished(list(recogniser.recognise(RecogniseRequest(frame_of(picture), "r")))).result
    (card,) = result.cards
    assert card.match.status is Status.IDENTIFIED, card.match.reason
    assert card.match.printing is not None
    assert card.match.printing.id == "sv90-012"
    assert card.corners is not None
    # The first corner is the card's own top-left, however it is turned.
    assert np.abs(card.corners - corners).max() < 40


def test_every_card_of_a_picture_gets_its_answer(recogniser):
    left, _ = lay_on_desk(draw_card(LEAFKIT), size=(900, 1200), fill=0.8, seed=1)
    right, _ = lay_on_desk(draw_card(TWINFIN), size=(900, 1200), fill=0.8, seed=1)
    result = finished(
        list(recogniser.recognise(RecogniseRequest(frame_of(np.hstack([left, right])), "r")))
    ).result
    names = [card.match.printing.name for card in result.cards if card.match.printing]
    assert names == ["Leafkit", "Twinfin"]


def test_a_flatbed_scan_without_a_rim_is_read(recogniser):
    result = finished(
        list(recogniser.recognise(RecogniseRequest(frame_of(draw_card(TWINFIN)), "r")))
    ).result
    (card,) = result.cards
    assert card.match.printing is not None
    assert card.match.printing.id == "sv90-150"


def test_a_card_of_another_game_is_found_and_not_named(recogniser):
    result = finished(list(recogniser.recognise(RecogniseRequest(on_desk(STRANGER), "r")))).result
    assert len(result.cards) == 1
    assert result.cards[0].match.status is not Status.IDENTIFIED
    assert result.cards[0].match.printing is None


def test_an_empty_desk_has_no_cards(recogniser):
    rng = np.random.default_rng(0)
    desk = np.clip(rng.normal(120, 6, (900, 1200, 3)), 0, 255).astype(np.uint8)
    assert (
        finished(list(recogniser.recognise(RecogniseRequest(frame_of(desk), "r")))).result.cards
        == ()
    )


def test_without_a_catalogue_fields_are_read_and_the_answer_is_unsure(builder):
    recogniser = builder.make_recogniser(None)
    events = list(recogniser.recognise(RecogniseRequest(on_desk(LEAFKIT), "r")))
    (card,) = finished(events).result.cards
    assert card.match.status is Status.UNSURE
    assert "catalogue" in card.match.reason
    assert card.reading.best()["name"].text == "Leafkit"
    assert "012/193" in card.reading.best()["number"].text


def test_cancelling_stops_between_steps(recogniser):
    token = CancelToken()
    events = recogniser.recognise(RecogniseRequest(on_desk(LEAFKIT), "r"), token)
    assert isinstance(next(events), CardsFound)
    token.cancel()
    with pytest.raises(CancelledError):
        list(events)


def test_closing_the_stream_stops_the_work(recogniser):
    events = recogniser.recognise(RecogniseRequest(on_desk(LEAFKIT), "r"))
    next(events)
    events.close()
    assert list(events) == []


def test_the_scan_contract(recogniser):
    frame = on_desk(LEAFKIT)
    line = scan_object(
        finished(list(recogniser.recognise(RecogniseRequest(frame, "r")))).result, GAMES
    )
    assert set(line) == {"file", "width", "height", "elapsed_ms", "cards", "error"}
    assert (line["file"], line["width"], line["height"]) == ("drawn.jpg", 1200, 1600)
    (card,) = line["cards"]
    assert set(card) == {
        "corners", "status", "reason", "game", "card", "certain_name", "candidates", "reading",
        "reader", "model", "cached", "timings_ms",
    }  # fmt: skip
    assert card["status"] == "identified"
    assert card["card"] == {
        "id": "sv90-012", "name": "Leafkit", "names": {"en": "Leafkit"}, "set_id": "sv90",
        "set_name": "Meadow Tales", "number": "012", "printed_total": 193, "hp": 60,
        "language": "en", "rarity": "Common", "finish": None,
        "facts": {
            "hp": 60, "category": "Pokemon", "stage": "Basic",
            "attacks": ({"en": "Gather Dew"}, {"en": "Seed Toss"}),
        },
    }  # fmt: skip
    assert len(card["corners"]) == 4
    assert {"find", "read", "match"} <= set(card["timings_ms"])
    assert set(card["candidates"][0]) == {
        "id", "name", "number", "printed_total", "set_name", "score", "evidence",
    }  # fmt: skip
    assert set(card["reading"]["name"]) == {"text", "confidence", "box"}


def test_what_was_outlined_stays_though_nothing_could_be_read_on_it(networks, judge):
    """A dark card: the outline is shown, so the user can name it by hand."""
    rng = np.random.default_rng(0)
    desk = np.clip(rng.normal(120, 6, (900, 1200, 3)), 0, 255).astype(np.uint8)
    corners = np.array([[300, 100], [700, 100], [700, 659], [300, 659]], float)
    doubtful = FoundCard(corners, score=0.5, upright_confidence=0.9)
    finder = Mock(wraps=networks.finder)
    finder.find = Mock(return_value=[doubtful])
    recogniser = Recogniser(replace(networks, finder=finder), judge)
    events = list(recogniser.recognise(RecogniseRequest(frame_of(desk), "r")))
    (card,) = finished(events).result.cards
    assert card.match.status is Status.UNREADABLE
    assert card.corners is not None
    assert card.photo is not None


@pytest.mark.parametrize(("width", "height"), [(900, 1250), (1250, 900)])
def test_lines_of_text_about_a_card_are_no_card(recogniser, width, height):
    page = np.full((height, width, 3), 250, np.uint8)
    lines = ["Leafkit   60 HP", *LEAFKIT.attacks, "Illus. Mia Loam", "MDT 012/193  (c)2023"]
    for row, text in enumerate(lines, 1):
        at = (width // 12, row * height // (len(lines) + 1))
        cv2.putText(page, text, at, cv2.FONT_HERSHEY_SIMPLEX, 1.3, (20, 20, 20), 2, cv2.LINE_AA)
    result = finished(list(recogniser.recognise(RecogniseRequest(frame_of(page), "r")))).result
    assert all(card.match.printing is None for card in result.cards)


@pytest.mark.parametrize("number", ["018/193", "012/777", "12/193"])
def test_a_clearly_printed_other_number_is_asked_about(recogniser, number):
    """A proxy, a misprint, a card that the catalogue lacks; or a first digit under glare."""
    frame = on_desk(replace(LEAFKIT, number=number))
    (card,) = finished(list(recogniser.recognise(RecogniseRequest(frame, "r")))).result.cards
    assert card.match.status is Status.UNSURE
    assert card.match.candidates[0].printing.id == "sv90-012"
    assert number in card.match.reason
    assert "proxy, misprint or misread?" in card.match.reason
