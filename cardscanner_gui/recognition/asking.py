"""Asks models about a card, one after the other, as the router says."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, WorldError
from cardscanner_gui.core.events import FieldResult, ModelAwaited, QuickResult, RecognitionEvent
from cardscanner_gui.core.types import CardImage, Field, Printing
from cardscanner_gui.recognition.card_progress import CardProgress
from cardscanner_gui.recognition.decisions import Journal
from cardscanner_gui.recognition.picture_progress import PictureProgress
from cardscanner_gui.recognition.routing import Choice, Route, Router
from cardscanner_gui.recognition.second_opinion import SecondReader, likeliest

log = logging.getLogger(__name__)

Told = tuple[str, Field]


@dataclass(eq=False)
class _Awaited:
    """A card that a model is to read, and what it read once that was done together with others."""

    reader: SecondReader
    image: CardImage
    expected: Printing | None
    language: str | None
    told: list[Told] = field(default_factory=list)
    done: bool = False
    seconds: float = 0.0
    together: int = 1


class Models:
    """The models there are, the quickest first; one that fails isn't asked again."""

    def __init__(self, readers: Sequence[SecondReader], router: Router, journal: Journal) -> None:
        self._readers = {reader.id: reader for reader in readers}
        self._router = router
        self._journal = journal
        self._awaited: list[_Awaited] = []

    @property
    def ids(self) -> list[str]:
        """Of those that can be asked."""
        return list(self._readers)

    def expect(self, card: CardProgress, picture: PictureProgress) -> None:
        """Have the model look at a card that it would read if nothing more was found out."""
        if not self._readers:
            return
        route = self._next(card, picture, [])
        if route.choice != Choice.ENOUGH:
            self._readers[route.choice].look_ahead(card.image)

    def ask(
        self, index: int, card: CardProgress, picture: PictureProgress
    ) -> Iterator[RecognitionEvent]:
        """Events of everything that models read on this card; its answer is in `card`."""
        asked: list[str] = []
        while True:
            route = self._next(card, picture, asked)
            self._journal.route(picture.id, route.choice, route.reason, index=index)
            if route.choice == Choice.ENOUGH:
                return
            asked.append(route.choice)
            yield from self._read(self._readers[route.choice], index, card, picture)

    def read_together(self, token: CancelToken) -> Iterator[None]:
        """Read all cards that were announced by `ModelAwaited` and not gone on with since.

        Gives the word back after each value that was read. What can't be read together, since it
        was cancelled or failed, is read by itself when its events go on.
        """
        waiting, self._awaited = self._awaited, []
        for reader_id in dict.fromkeys(one.reader.id for one in waiting):
            group = [one for one in waiting if one.reader.id == reader_id]
            if len(group) < 2:
                continue
            started = time.perf_counter()
            try:
                for place, name, value in group[0].reader.read_together(
                    [one.image for one in group],
                    [one.expected for one in group],
                    [one.language for one in group],
                    token,
                ):
                    group[place].told.append((name, value))
                    yield
            except (CancelledError, WorldError) as error:
                log.info("cards can't be read together: %s", error)
                continue
            except Exception:  # a bug in one way of reading mustn't end the other
                log.exception("cards can't be read together")
                continue
            seconds = (time.perf_counter() - started) / len(group)
            for one in group:
                one.done, one.seconds, one.together = True, seconds, len(group)

    def _next(self, card: CardProgress, picture: PictureProgress, asked: Sequence[str]) -> Route:
        return self._router.next_model(
            picture.mode,
            card.recognition.match,
            self.ids,
            asked,
            doubt=card.doubt,
            priority=picture.request.priority,
        )

    def _read(
        self, reader: SecondReader, index: int, card: CardProgress, picture: PictureProgress
    ) -> Iterator[RecognitionEvent]:
        answer = card.recognition
        awaited = _Awaited(reader, card.image, likeliest(answer.match), answer.language)
        if picture.request.together:
            self._awaited.append(awaited)
            reader.look_ahead(card.image)  # while others are read up to here
            try:
                yield ModelAwaited(picture.id, index)
            finally:
                if awaited in self._awaited:
                    self._awaited.remove(awaited)
        started, share = time.perf_counter(), None
        try:
            for name, value in self._told(awaited, picture.token):
                if value.confidence > 0:
                    yield FieldResult(picture.id, index, name, value, reader.id)
            evidence = [(name, value) for name, value in awaited.told if value.confidence > 0]
            share = card.hear(reader.reading(evidence), awaited.told)
        except WorldError as error:
            log.warning("%s Cards are read without the model until the next start.", error)
            self._readers.pop(reader.id, None)
        seconds = awaited.seconds + time.perf_counter() - started
        self._router.took(reader.id, seconds)
        self._journal.model(
            picture.id, index, reader.id, seconds * 1000, share, together=awaited.together
        )
        card.stopwatch.add("model", time.perf_counter() - seconds)
        yield QuickResult(picture.id, index, card.recognition)

    def _told(self, awaited: _Awaited, token: CancelToken) -> Iterator[Told]:
        """What was read together with others already, or is read now."""
        if awaited.done:
            yield from awaited.told
            return
        awaited.told.clear()
        found = awaited.reader.read(awaited.image, awaited.expected, awaited.language, token)
        for told in found:
            awaited.told.append(told)
            yield told
