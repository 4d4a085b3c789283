"""Asks models about a card, one after the other, as the router says."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence

from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.events import FieldResult, QuickResult, RecognitionEvent
from cardscanner_gui.recognition.card_progress import CardProgress
from cardscanner_gui.recognition.decisions import Journal
from cardscanner_gui.recognition.picture_progress import PictureProgress
from cardscanner_gui.recognition.routing import Choice, Router
from cardscanner_gui.recognition.second_opinion import SecondReader, likeliest

log = logging.getLogger(__name__)


class Models:
    """The models there are, the quickest first; one that fails isn't asked again."""

    def __init__(self, readers: Sequence[SecondReader], router: Router, journal: Journal) -> None:
        self._readers = {reader.id: reader for reader in readers}
        self._router = router
        self._journal = journal

    @property
    def ids(self) -> list[str]:
        """Of those that can be asked."""
        return list(self._readers)

    def ask(
        self, index: int, card: CardProgress, picture: PictureProgress
    ) -> Iterator[RecognitionEvent]:
        """Events of everything that models read on this card; its answer is in `card`."""
        asked: list[str] = []
        while True:
            route = self._router.next_model(
                picture.mode,
                card.recognition.match,
                self.ids,
                asked,
                doubt=card.doubt,
                priority=picture.request.priority,
            )
            self._journal.route(picture.id, route.choice, route.reason, index=index)
            if route.choice == Choice.ENOUGH:
                return
            asked.append(route.choice)
            yield from self._read(self._readers[route.choice], index, card, picture)

    def _read(
        self, reader: SecondReader, index: int, card: CardProgress, picture: PictureProgress
    ) -> Iterator[RecognitionEvent]:
        started = time.perf_counter()
        answer = card.recognition
        expected = likeliest(answer.match)
        fields = []
        try:
            for name, value in reader.read(card.image, expected, answer.language, picture.token):
                fields.append((name, value))
                yield FieldResult(picture.id, index, name, value, reader.id)
            card.hear(reader.reading(fields))
        except WorldError as error:
            log.warning("%s Cards are read without the model until the next start.", error)
            del self._readers[reader.id]
        seconds = time.perf_counter() - started
        self._router.took(reader.id, seconds)
        self._journal.model(picture.id, index, reader.id, seconds * 1000)
        card.stopwatch.add("model", started)
        yield QuickResult(picture.id, index, card.recognition)
