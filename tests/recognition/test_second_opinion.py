"""What a model may change in an answer, in each reading mode, through the real pipeline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from cardscanner_gui.builder import Builder
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.events import FieldResult, Finished, RecognitionEvent
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import CardImage, Field, Frame, Printing, Reading, Status
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.recognition.figures import figures_of
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.recognition.second_opinion import contradictions
from tests.recognition.conftest import LEAFKIT, STRANGER
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

MODEL = "scripted"


@dataclass
class ScriptedReader:
    """Says what it was told to: a model takes seconds, and its answers aren't ours to choose."""

    says: dict[str, str]
    confidence: float = 0.95
    fails: bool = False
    alone_only: bool = False
    asked: list[str | None] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    ahead: list[CardImage] = field(default_factory=list)
    id: str = MODEL

    def read(
        self,
        card: CardImage,
        expected: Printing | None = None,
        language: str | None = None,
        token: CancelToken | None = None,
    ) -> Iterator[tuple[str, Field]]:
        self.asked.append(expected.id if expected else None)
        for name, text in self.says.items():
            yield name, Field(text, self.confidence)
        if self.fails:
            raise WorldError("The model failed.")

    def read_together(
        self,
        cards: Sequence[CardImage],
        expected: Sequence[Printing | None],
        languages: Sequence[str | None],
        token: CancelToken | None = None,
    ) -> Iterator[tuple[int, str, Field]]:
        self.groups.append(len(cards))
        if self.alone_only:
            raise WorldError("There isn't enough memory to read cards together.")
        for place, card in enumerate(cards):
            for name, value in self.read(card, expected[place], languages[place], token):
                yield place, name, value

    def look_ahead(self, card: CardImage) -> None:
        self.ahead.append(card)

    def reading(self, fields: Sequence[tuple[str, Field]]) -> Reading:
        found = {name: (value,) for name, value in fields}
        return Reading(
            MODEL,
            fields={
                "name": found.get("name", ()),
                "number": found.get("number", ()),
                "hp": found.get("hp", ()),
            },
        )


@pytest.fixture
def pipeline(networks: Networks, judge: Judge) -> Callable[..., Recogniser]:
    """Makes a recogniser with this second reader and mode."""

    def make(
        second: ScriptedReader | None, mode: ReadingMode, metrics: Metrics | None = None
    ) -> Recogniser:
        return Recogniser(networks, judge, (second,) if second else (), mode, metrics=metrics)

    return make


def frame(face: CardFace, hide_number: bool = False) -> Frame:
    card = draw_card(face)
    if hide_number:
        card = card.copy()
        card[-90:, : card.shape[1] // 2] = card[-100, 40]
    pixels, _ = lay_on_desk(card, seed=face.seed)
    return Frame("1", pixels, 0.0, "desk.png")


def events(recogniser: Recogniser, picture: Frame) -> list[RecognitionEvent]:
    return list(recogniser.recognise(RecogniseRequest(picture, "r")))


def last(found: Sequence[RecognitionEvent]):
    assert isinstance(found[-1], Finished)
    return found[-1].result.cards[0].match


RIGHT = {"name": "Leafkit", "number": "012/193", "hp": "60"}


def test_fast_never_asks_and_balanced_asks_only_when_unsure(pipeline) -> None:
    for mode in (ReadingMode.FAST, ReadingMode.BALANCED):
        reader = ScriptedReader(RIGHT)
        assert last(events(pipeline(reader, mode), frame(LEAFKIT))).status is Status.IDENTIFIED
        assert reader.asked == []


def test_thorough_confirms_and_shows_what_the_model_read(pipeline) -> None:
    reader = ScriptedReader(RIGHT)
    found = events(pipeline(reader, ReadingMode.THOROUGH), frame(LEAFKIT))
    match = last(found)
    assert match.status is Status.IDENTIFIED
    assert match.reason.endswith(f"confirmed by {MODEL}")
    assert reader.asked == [match.printing.id]
    told = {e.name: e.field.text for e in found if isinstance(e, FieldResult) and e.origin == MODEL}
    assert told == RIGHT
    assert "model" in found[-1].timings_ms


def test_a_disagreement_is_shown_and_overrides_nothing(pipeline) -> None:
    reader = ScriptedReader(RIGHT | {"number": "013/193"})
    match = last(events(pipeline(reader, ReadingMode.THOROUGH), frame(LEAFKIT)))
    assert match.status is Status.IDENTIFIED
    assert match.printing.number == "012"
    assert match.reason.endswith(f"but {MODEL} reads number 013/193")


def test_a_hesitant_model_contradicts_nobody(pipeline) -> None:
    reader = ScriptedReader(RIGHT | {"name": "Twinfin"}, confidence=0.3)
    match = last(events(pipeline(reader, ReadingMode.THOROUGH), frame(LEAFKIT)))
    assert "Twinfin" not in match.reason


def test_balanced_settles_what_both_readers_speak_for(pipeline) -> None:
    bare = replace(LEAFKIT, attacks=(), artist="", year="", set_code="")
    picture = frame(bare, hide_number=True)
    alone = last(events(pipeline(None, ReadingMode.FAST), picture))
    assert alone.status is Status.UNSURE, "the test needs a card that stays unsure"
    reader = ScriptedReader(RIGHT)
    match = last(events(pipeline(reader, ReadingMode.BALANCED), picture))
    assert match.status is Status.IDENTIFIED
    assert match.printing.number == "012"
    assert match.reason.endswith(f"read by {MODEL} too")


def test_a_model_alone_settles_nothing(pipeline) -> None:
    reader = ScriptedReader(RIGHT)
    found = events(pipeline(reader, ReadingMode.THOROUGH), frame(STRANGER))
    assert all(c.match.status is not Status.IDENTIFIED for c in found[-1].result.cards)


def test_a_model_that_fails_leaves_the_answer_and_is_not_asked_again(
    pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    reader = ScriptedReader(RIGHT, fails=True)
    recogniser = pipeline(reader, ReadingMode.THOROUGH)
    with caplog.at_level(logging.WARNING):
        assert last(events(recogniser, frame(LEAFKIT))).status is Status.IDENTIFIED
    assert "The model failed." in caplog.text
    events(recogniser, frame(LEAFKIT))
    assert len(reader.asked) == 1


def test_without_a_model_every_mode_works(
    builder: Builder, invented_catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    assert builder.with_mode("fast").make_second_readers(invented_catalogue) == ()
    assert not caplog.records
    assert builder.with_mode("thorough").make_second_readers(invented_catalogue) == ()
    assert "isn't prepared" in caplog.text


def test_a_blank_picture_asks_no_model(pipeline) -> None:
    reader = ScriptedReader(RIGHT)
    blank = Frame("2", np.full((600, 800, 3), 120, np.uint8), 0.0, "blank.png")
    events(pipeline(reader, ReadingMode.THOROUGH), blank)
    assert reader.asked == []


@pytest.mark.parametrize("number", ["012/193", "12", "012/198", "O12/193"])
def test_the_same_number_written_another_way_is_no_contradiction(number: str) -> None:
    printing = Printing("sv90-012", {"en": "Leafkit"}, "sv90", {"en": "Meadow"}, "012", 193)
    reading = Reading(MODEL, fields={"number": (Field(number, 0.95),)})
    assert contradictions(printing, reading, POKEMON) == []


def test_another_number_is_a_contradiction() -> None:
    printing = Printing("sv90-012", {"en": "Leafkit"}, "sv90", {"en": "Meadow"}, "012", 193)
    reading = Reading(MODEL, fields={"number": (Field("112/193", 0.95),)})
    assert contradictions(printing, reading, POKEMON) == ["number 112/193"]


def test_what_the_model_had_to_do_with_the_answer_is_told(pipeline) -> None:
    """Hits, additions and contradictions by field; the answer and the figures have them."""
    metrics = Metrics()
    reader = ScriptedReader({"name": "Leafkit", "number": "013/193", "year": "2023"})
    bare = replace(LEAFKIT, year="")
    recogniser = pipeline(reader, ReadingMode.THOROUGH, metrics)
    found = events(recogniser, frame(bare))
    share = found[-1].result.cards[0].model
    assert share is not None
    assert share.reader == MODEL
    assert share.agreed == ("name",)
    assert share.contradicted == ("number",)
    assert share.added == ("year",)
    assert not share.settled
    figures = figures_of(metrics.snapshot()).model
    assert (figures.asked, figures.agreed, figures.added, figures.contradicted) == (1, 1, 1, 1)


def test_a_model_that_settles_a_card_says_so(pipeline) -> None:
    bare = replace(LEAFKIT, attacks=(), artist="", year="", set_code="")
    metrics = Metrics()
    recogniser = pipeline(ScriptedReader(RIGHT), ReadingMode.BALANCED, metrics)
    found = events(recogniser, frame(bare, hide_number=True))
    share = found[-1].result.cards[0].model
    assert share.settled
    assert share.added == ("number",)
    assert figures_of(metrics.snapshot()).model.settled == 1


def test_what_is_no_evidence_settles_and_confirms_nothing(pipeline) -> None:
    """A value that the model confirms of blank cards too comes without confidence."""
    bare = replace(LEAFKIT, attacks=(), artist="", year="", set_code="")
    metrics = Metrics()
    reader = ScriptedReader(RIGHT, confidence=0.0)
    match = last(
        events(pipeline(reader, ReadingMode.BALANCED, metrics), frame(bare, hide_number=True))
    )
    assert match.status is Status.UNSURE
    found = events(pipeline(reader, ReadingMode.THOROUGH, metrics), frame(LEAFKIT))
    assert MODEL not in last(found).reason
    assert not [e for e in found if isinstance(e, FieldResult) and e.origin == MODEL]
    assert set(found[-1].result.cards[0].model.refused) == set(RIGHT)
    assert figures_of(metrics.snapshot()).model.refused == 2


def test_the_next_card_is_looked_at_while_its_text_is_read(pipeline) -> None:
    reader = ScriptedReader(RIGHT)
    events(pipeline(reader, ReadingMode.THOROUGH), frame(LEAFKIT))
    assert len(reader.ahead) == 1
    fast = ScriptedReader(RIGHT)
    events(pipeline(fast, ReadingMode.FAST), frame(LEAFKIT))
    events(pipeline(fast, ReadingMode.BALANCED), frame(LEAFKIT))
    assert fast.ahead == []
