"""A prepared model as a reader of cards: core types in, fields and a reading out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.game import Game, Games
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import (
    BODY,
    WHOLE_CARD,
    CardImage,
    Field,
    Printing,
    Reading,
    TextLine,
)
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import FieldRead, RecordRead
from cardscanner_gui.vlm.layouts import STRIPS, Layout
from cardscanner_gui.vlm.record import expected_values
from cardscanner_gui.vlm.tuning import Tuning

WORTH_TELLING = 0.2
"""Values that the model itself gives less than this are not passed on."""


class ModelReader:
    """Reads cards with SmolVLM. Belongs to the thread that makes it.

    Args:
        folder: the model's folder, prepared.
        games: whose cards it may be shown.
        known: gives the values that a game's catalogue has, by field; called once for each game,
            while the model is opened.
        layout: which tiles are made of a card.
        metrics: counts `model_looks_total{outcome=done|known}` and
            `model_pictures_total{outcome=hit|miss}`: was a picture that is read looked at before?

    Raises:
        ModelError: the model isn't prepared, or a file is missing, damaged or doesn't fit.

    Attributes:
        id: the model's id, which becomes the reader of its readings.
    """

    def __init__(
        self,
        folder: Path,
        games: Games,
        known: Callable[[Game], Mapping[str, Sequence[str]]] = lambda _: {},
        layout: Layout = STRIPS,
        tuning: Tuning | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._games = games
        asked = {
            game.id: question
            for game in games.values()
            if (question := game.question(partial(known, game))) is not None
        }
        # What lists phrases stands in the middle of a card, where other readers find its lines.
        self._listings = {
            name
            for question in asked.values()
            for name, field in question.fields.items()
            if field.kind == "listing"
        }
        self._engine = Engine(folder, asked, tuning)
        self._layout = layout
        self._metrics = metrics or Metrics()
        self.id = self._engine.plan.model

    def warm_up(self) -> None:
        self._engine.warm_up()

    def look(
        self,
        card: CardImage,
        token: CancelToken | None = None,
        fingerprint: Hashable | None = None,
    ) -> None:
        """Compute ahead what depends on the picture only; `read` of the same pixels is quick then.

        Args:
            card: as it will be read.
            token: cancels from any thread, within a few hundredths of a second.
            fingerprint: equal for equal pictures, if the caller knows; `read` needs the same then.

        Raises:
            CancelledError: the token was cancelled.
            ModelError: the model failed.
        """
        computed = self._engine.look(card, self._layout, token, fingerprint)
        self._count("model_looks_total", "done" if computed else "known")

    def _count(self, name: str, outcome: str) -> None:
        self._metrics.count(name, reader=self.id, outcome=outcome)

    def read(
        self,
        card: CardImage,
        expected: Printing | None = None,
        language: str | None = None,
        token: CancelToken | None = None,
        fingerprint: Hashable | None = None,
    ) -> Iterator[tuple[str, Field]]:
        """Fields as they are read, under their names in a reading; empty ones are left out.

        Args:
            card: where tiles are cut from.
            language: in which the expected printing is taken to be.
            token: cancels from any thread.
            expected: the printing it probably is, whose values the model checks in one go.
            fingerprint: as `look` was given it.

        Raises:
            CancelledError: the token was cancelled.
            ModelError: the model failed.
        """
        game = self._games.get(expected.game) if expected else None
        values = expected_values(game, expected, language or "en") if game and expected else None
        events = self._engine.read(
            card,
            None,
            self._layout,
            values,
            token,
            fingerprint,
            english=language in (None, "en"),
            game=game.id if game else None,
        )
        for event in events:
            if isinstance(event, RecordRead):
                self._count("model_pictures_total", "hit" if event.reused else "miss")
            if isinstance(event, FieldRead) and event.text and event.confidence > WORTH_TELLING:
                yield event.name, Field(event.text, event.confidence)

    def reading(self, fields: Sequence[tuple[str, Field]]) -> Reading:
        """Fields that were read, as a reading; its lines hold every value as it was written."""
        found: dict[str, tuple[Field, ...]] = {
            name: (value,) for name, value in fields if name not in self._listings
        }
        phrases = [
            Field(phrase, value.confidence)
            for name, value in fields
            if name in self._listings
            for phrase in value.text.split(", ")
        ]
        if phrases:
            found[BODY] = tuple(phrases)
        return Reading(
            reader=self.id,
            lines=tuple(TextLine(f.text, f.confidence, WHOLE_CARD) for _, f in fields),
            fields=found,
        )
