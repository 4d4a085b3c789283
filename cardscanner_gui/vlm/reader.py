"""A prepared model as a reader of cards: core types in, fields and a reading out."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from cardscanner_gui.vlm.ahead import LookAhead
from cardscanner_gui.vlm.control import kept_control
from cardscanner_gui.vlm.cpu import physical_cores
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import FieldRead, RecordRead, VlmEvent
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
        tuning: how processor and memory are used.
        metrics: counts `model_looks_total{outcome=done|known}` and
            `model_pictures_total{outcome=hit|miss}`: was a picture that is read looked at before?
        ahead: whether `look_ahead` does anything.
        controls: gives a few printings of a game, whose drafts are held against blank pictures;
            without any, what the model confirms counts in full.

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
        *,
        ahead: bool = True,
        controls: Callable[[Game], Sequence[Printing]] = lambda _: (),
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
        self._ahead = LookAhead(self.look) if ahead else None
        self.id = self._engine.plan.model
        self._tell_use()
        self._controls = {
            name: kept_control(folder, self._engine, drafts, layout, name)
            for name in asked
            if (drafts := [expected_values(games[name], one) for one in controls(games[name])])
        }

    def _tell_use(self) -> None:
        """How processor and memory are used, as gauges; -1 for what was wanted and refused."""
        tuning, lock = self._engine.tuning, self._engine.memory_lock
        self._metrics.gauge("model_threads", tuning.threads or physical_cores())
        self._metrics.gauge("model_pinned", 1 if tuning.affinity else 0)
        locked = 0 if lock is None else 1 if lock.locked else -1
        self._metrics.gauge("model_memory_locked", locked)
        if lock is not None and lock.limit is not None:
            self._metrics.gauge("model_lock_limit_bytes", lock.limit)

    def warm_up(self) -> None:
        self._engine.warm_up()

    def look(
        self,
        card: CardImage,
        token: CancelToken | None = None,
        fingerprint: Hashable | None = None,
    ) -> None:
        """Compute what depends on the picture only; `read` of the same pixels is quick then.

        Args:
            card: as it will be read.
            token: cancels from any thread, within a few hundredths of a second.
            fingerprint: equal for equal pictures, if the caller knows; `read` needs the same then.

        Raises:
            CancelledError: the token was cancelled.
            ModelError: the model failed.
        """
        begun = time.perf_counter()
        computed = self._engine.look(card, self._layout, token, fingerprint)
        milliseconds = (time.perf_counter() - begun) * 1000
        self._metrics.observe("stage_ms", milliseconds, stage="look", reader=self.id)
        self._count("model_looks_total", "done" if computed else "known")

    def look_ahead(self, card: CardImage) -> None:
        """Do the same on a thread of its own, until somebody reads another card."""
        if self._ahead is not None:
            self._ahead.want(card)

    def _count(self, name: str, outcome: str) -> None:
        self._metrics.count(name, reader=self.id, outcome=outcome)

    @contextmanager
    def _engine_for(self, cards: Sequence[CardImage]) -> Iterator[Engine]:
        if self._ahead is None:
            yield self._engine
            return
        with self._ahead.reading(cards):
            yield self._engine

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
            expected: the printing it probably is, whose values the model checks in one go. A value
                that it would confirm of a blank card too comes with less confidence, or with none.
            fingerprint: as `look` was given it.

        Raises:
            CancelledError: the token was cancelled.
            ModelError: the model failed.
        """
        game = self._games.get(expected.game) if expected else None
        values = self._draft(expected, language)
        with self._engine_for([card]) as engine:
            events = engine.read(
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
                yield from self._told(event, game)

    def read_together(
        self,
        cards: Sequence[CardImage],
        expected: Sequence[Printing | None],
        languages: Sequence[str | None],
        token: CancelToken | None = None,
    ) -> Iterator[tuple[int, str, Field]]:
        """Fields of several cards, each with its card's place; decoding shares steps.

        Cards of one game and of like languages are read together. Raises as `read` does.
        """
        groups: dict[tuple[str | None, bool], list[int]] = {}
        for place, (printing, language) in enumerate(zip(expected, languages, strict=True)):
            game = self._games.get(printing.game) if printing else None
            key = (game.id if game else None, language in (None, "en"))
            groups.setdefault(key, []).append(place)
        with self._engine_for(cards) as engine:
            for (name, english), places in groups.items():
                game = self._games[name] if name else None
                events = engine.read_many(
                    [cards[place] for place in places],
                    None,
                    self._layout,
                    [self._draft(expected[place], languages[place]) for place in places],
                    token,
                    english=english,
                    game=name,
                )
                for index, event in events:
                    for told in self._told(event, game):
                        yield places[index], *told

    def _draft(self, printing: Printing | None, language: str | None) -> dict[str, str] | None:
        game = self._games.get(printing.game) if printing else None
        if game is None or printing is None:
            return None
        return expected_values(game, printing, language or "en")

    def _told(self, event: VlmEvent, game: Game | None) -> Iterator[tuple[str, Field]]:
        """What an event tells, weighed by what the model says of blank pictures."""
        if isinstance(event, RecordRead):
            self._count("model_pictures_total", "hit" if event.reused else "miss")
        if not isinstance(event, FieldRead) or not event.text:
            return
        if event.confidence <= WORTH_TELLING:
            return
        control = self._controls.get(game.id) if game else None
        weight = control.weight(event.name) if control and event.expected else 1.0
        yield event.name, Field(event.text, weight * event.confidence)

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
