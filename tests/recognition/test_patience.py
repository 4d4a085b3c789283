"""An answer in time: what is known comes at once, and when the time is up it is the answer."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np

from cardscanner_gui.builder import Builder
from cardscanner_gui.core.events import CardsFound, Finished, QuickResult
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Frame, Status
from cardscanner_gui.recognition.card_progress import OUT_OF_TIME
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from tests.recognition.conftest import LEAFKIT, TWINFIN
from training.drawing.cards import draw_card
from training.drawing.scenes import lay_on_desk

# Two printings bear its name and HP, and the artist, in small print, tells which it is.
HARD = replace(TWINFIN, number="", set_code="")
NO_TIME = 1e-6


def picture_of(*faces) -> Frame:
    """Cards side by side on a desk."""
    size = (900, 1200)
    parts = [lay_on_desk(draw_card(face), size=size, fill=0.8)[0] for face in faces]
    return Frame("1", np.hstack(parts), 0.0, "drawn.jpg")


def events_of(recogniser: Recogniser, frame: Frame, **request):
    return list(recogniser.recognise(RecogniseRequest(frame, "r", **request)))


def cards_of(events):
    assert isinstance(events[-1], Finished)
    return events[-1].result.cards


def test_with_time_the_small_print_is_read(recogniser):
    (card,) = cards_of(events_of(recogniser, picture_of(HARD), patience=inf))
    assert card.match.printing is not None, card.match.reason
    assert card.match.printing.id == "sv90-150"


def test_when_its_time_is_up_a_card_is_unsure_with_its_candidates(recogniser):
    events = events_of(recogniser, picture_of(HARD), patience=NO_TIME)
    (card,) = cards_of(events)
    assert card.match.status is Status.UNSURE
    assert card.match.reason.endswith(OUT_OF_TIME)
    assert {c.printing.id for c in card.match.candidates} == {"sv90-050", "sv90-150"}


def test_a_clear_card_needs_no_patience(recogniser):
    (card,) = cards_of(events_of(recogniser, picture_of(LEAFKIT), patience=NO_TIME))
    assert card.match.printing is not None
    assert card.match.printing.id == "sv90-012"


def test_what_is_known_comes_first_and_says_that_it_goes_on(recogniser):
    quick = [e for e in events_of(recogniser, picture_of(HARD)) if isinstance(e, QuickResult)]
    assert quick[0].going_on
    assert quick[0].recognition.match.candidates
    assert not quick[-1].going_on


def test_on_a_page_every_card_is_told_before_any_is_read_on(recogniser):
    events = events_of(recogniser, picture_of(HARD, LEAFKIT, HARD, LEAFKIT))
    assert isinstance(events[0], CardsFound)
    quick = [event.index for event in events if isinstance(event, QuickResult)]
    assert quick[:4] == [0, 1, 2, 3]
    assert len(quick) > 4


def test_nobody_waits_for_a_picture_of_a_batch(networks: Networks, judge):
    hasty = Recogniser(networks, judge, patience=NO_TIME)
    (card,) = cards_of(events_of(hasty, picture_of(HARD), priority=Priority.BATCH))
    assert card.match.status is Status.IDENTIFIED
    (card,) = cards_of(events_of(hasty, picture_of(HARD)))
    assert card.match.status is Status.UNSURE


def test_an_answer_that_was_cut_short_is_not_remembered(
    builder: Builder, networks: Networks, judge
):
    memory = builder.open_memory(None)
    recogniser = Recogniser(networks, judge, memory=memory, identity="these")
    frame = picture_of(HARD)
    (cut,) = cards_of(events_of(recogniser, frame, patience=NO_TIME))
    (card,) = cards_of(events_of(recogniser, frame, patience=inf))
    assert cut.match.status is Status.UNSURE
    assert card.match.status is Status.IDENTIFIED
