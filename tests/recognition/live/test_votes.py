"""Several frames of one card, joined to one answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cardscanner_gui.core.look import SIDE, Look
from cardscanner_gui.core.types import (
    Candidate,
    Field,
    Match,
    Printing,
    Reading,
    Recognition,
    Status,
)
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.live.votes import decided, joined

LEAFKIT = Printing("sv90-012", {"en": "Leafkit"}, "sv90", {"en": "Meadow Tales"}, "012", 193)
TWINFIN = Printing("sv90-150", {"en": "Twinfin"}, "sv90", {"en": "Meadow Tales"}, "150", 193)


def reading(name: str, *numbers: str, confidence: float = 0.9) -> Reading:
    return Reading(
        "ocr",
        fields={
            "name": (Field(name, confidence),),
            "number": tuple(Field(number, confidence) for number in numbers),
        },
    )


def unsure(read: Reading, *printings: Printing) -> Recognition:
    candidates = tuple(Candidate(p, 10.0 - i, 0.5) for i, p in enumerate(printings))
    return Recognition(Match(Status.UNSURE, "unclear", candidates=candidates), read)


def matches(expected: str):
    """A matcher that knows Leafkit by its number alone."""

    def match(read: Reading, look: Look | None = None) -> Match:
        if [field.text for field in read.of("number")] == [expected]:
            return Match(Status.IDENTIFIED, "number and name agree", LEAFKIT, 9.0)
        return Match(Status.UNSURE, "unclear")

    return match


def test_what_two_frames_agree_on_outweighs_what_one_shows():
    three = [
        reading("Leafkit", "012/193", "O12/193"),
        reading("Leafkjt", "072/193", confidence=0.99),
        reading("Leafkit", "012/193"),
    ]
    together = joined(three)
    assert [field.text for field in together.of("name")] == ["Leafkit"]
    assert [field.text for field in together.of("number")] == ["012/193"]


def test_frames_that_agree_on_nothing_keep_every_hypothesis_the_surest_first():
    together = joined([reading("Leafkit", "012/193"), reading("Leafkit", "072/193", confidence=1)])
    assert [field.text for field in together.of("number")] == ["072/193", "012/193"]


def test_the_joined_reading_settles_the_card():
    frames = [
        unsure(reading("Leafkit", "012/193", "072/193"), LEAFKIT),
        unsure(reading("Leafkit", "012/193"), TWINFIN, LEAFKIT),
    ]
    answer = decided(frames, matches("012/193"))
    assert answer.match.printing == LEAFKIT
    assert answer.match.reason == "number and name agree in 2 pictures"


def test_the_joined_reading_is_judged_with_the_picture_of_the_frame_that_told_most():
    seen, seldom = (Look({SIDE: np.zeros((2, 512), np.float32)}) for _ in range(2))
    frames = [
        replace(unsure(reading("Leafkit", "012/193"), LEAFKIT), look=seen),
        replace(unsure(reading("Leafkit")), look=seldom),
    ]

    def match(read: Reading, look: Look | None = None) -> Match:
        status = Status.IDENTIFIED if look is seen else Status.UNSURE
        return Match(status, "artwork agrees", LEAFKIT if look is seen else None, 9.0)

    assert decided(frames, match).match.printing == LEAFKIT


def test_a_printing_that_one_frame_rules_out_is_no_answer():
    frames = [
        unsure(reading("Leafkit", "012/193"), LEAFKIT),
        unsure(reading("Leafkit", "012/193"), TWINFIN),
    ]
    assert decided(frames, matches("012/193")).match.status is Status.UNSURE


def test_a_frame_that_is_sure_needs_no_vote():
    sure = Recognition(
        Match(Status.IDENTIFIED, "number and name agree", TWINFIN, 9.0), reading("Twinfin")
    )
    blurred = unsure(reading("Leafkit", "012/193"), LEAFKIT)
    assert decided([blurred, sure], matches("012/193")).match.printing == TWINFIN


def test_an_unreadable_frame_beside_an_unsure_one_gives_the_unsure_one():
    nothing = Recognition(Match(Status.UNREADABLE, "no text could be read"), Reading(""))
    doubtful = unsure(reading("Leafkit"), LEAFKIT)
    assert decided([nothing, doubtful], matches("x")) is doubtful


def test_frames_agree_when_name_number_and_hp_are_the_same():
    agree = Judge(GAMES, {}).agree
    assert agree(reading("Leafkit", "012/193"), reading("LEAFKIT", "012/193", confidence=0.4))
    assert not agree(reading("Leafkit", "012/193"), reading("Leafkit", "072/193"))
    assert not agree(reading("Leafkit", "012/193"), reading("Leafkit"))
