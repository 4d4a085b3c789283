"""From a frame to recognitions, as a lazy stream of events.

Every card of the picture gets its quick result before any card is read further. Closing the stream,
or cancelling the token, stops the work at the next step.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence

import numpy as np

from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.events import (
    CardsFound,
    FieldResult,
    Finished,
    QuickResult,
    RecognitionEvent,
)
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import Corners, Frame, Recognition, ScanResult, Status
from cardscanner_gui.reading.card_reader import CardReader
from cardscanner_gui.reading.picture_reader import PictureReader
from cardscanner_gui.recognition.card_progress import (
    SURELY_A_CARD,
    CardProgress,
    Stopwatch,
    match_or_say_why,
)
from cardscanner_gui.recognition.details import CATALOGUE, detail_fields, finish_of, language_of
from cardscanner_gui.recognition.second_opinion import SecondReader, likeliest, wanted
from cardscanner_gui.vision.debug import DebugPictures
from cardscanner_gui.vision.finder import CardFinder, FoundCard

log = logging.getLogger(__name__)

_CARD_ASPECT = 63 / 88
_ASPECT_TOLERANCE = 0.07


class Recognizer:
    """Finds, reads and matches the cards of a picture. One instance belongs to one thread.

    Args:
        matcher: None while there is no catalogue: fields are read, and the status is unsure.
        second: a model that reads too, as the mode says; None without one.
    """

    def __init__(
        self,
        finder: CardFinder,
        reader: CardReader,
        picture_reader: PictureReader,
        matcher: Matcher | None,
        second: SecondReader | None = None,
        mode: ReadingMode = ReadingMode.FAST,
    ) -> None:
        self._second = second
        self._mode = mode
        self._finder = finder
        self._reader = reader
        self._picture_reader = picture_reader
        self._matcher = matcher

    def warm_up(self) -> None:
        """Run every network once: its first run is slow, and no card should wait for it."""
        self._finder.find(np.full((240, 320, 3), 128, np.uint8))
        self._reader.warm_up()

    def recognise(
        self,
        frame: Frame,
        request_id: str,
        token: CancelToken | None = None,
        debug: DebugPictures | None = None,
        outline: FoundCard | None = None,
    ) -> Iterator[RecognitionEvent]:
        """Events from `CardsFound` to `Finished`.

        Args:
            frame: the picture.
            request_id: what the events carry.
            token: stops the work at the next step.
            debug: gets a picture of each step of finding.
            outline: where the only card lies, when the caller has followed it already: nothing is
                searched for then, and the picture around it isn't read.

        Raises:
            Cancelled: by the token, from any step.
        """
        token = token or CancelToken()
        started = time.perf_counter()
        watch = Stopwatch()
        if outline is None:
            found = self._finder.find(frame.pixels, token=token, debug=debug)
            watch.add("find", started)
        else:
            found = [outline]
        outlines = tuple(card.corners for card in found)
        yield CardsFound(request_id, frame.width, frame.height, outlines)

        cards = [self._card(frame, f, token) for f in found]
        for card in cards:
            card.stopwatch.ms.update(watch.ms)
        for index, card in enumerate(cards):
            card.quick()
            yield QuickResult(request_id, index, card.recognition)
        scan = self._as_scan(frame, cards, token) if outline is None else None
        if scan is not None:
            cards = [scan]
            yield CardsFound(request_id, frame.width, frame.height, (scan.found.corners,))
            yield QuickResult(request_id, 0, scan.recognition)
        for index, card in enumerate(cards):
            if card.looks_like_a_card:
                for recognition in card.deepen():
                    yield QuickResult(request_id, index, recognition)
                yield from self._ask_second(request_id, index, card, token)
            yield from _details(request_id, index, card.recognition)

        kept = [card for card in cards if card.looks_like_a_card]
        results = [card.recognition for card in kept]
        answered = any(card.settled or card.hopeless for card in kept)
        if outline is None and len(kept) <= 1 and not answered:
            whole = self._read_picture(frame, results, token)
            if whole is not None:
                results = [whole]
                yield QuickResult(request_id, 0, whole)
                yield from _details(request_id, 0, whole)
        elapsed = (time.perf_counter() - started) * 1000
        timings = _summed([card.stopwatch.ms for card in cards]) | watch.ms
        result = ScanResult(
            frame.source, frame.width, frame.height, round(elapsed, 1), tuple(results)
        )
        yield Finished(request_id, result, timings)

    def _ask_second(
        self, request_id: str, index: int, card: CardProgress, token: CancelToken
    ) -> Iterator[RecognitionEvent]:
        """Let the model read too, where the mode wants that; a model that fails changes nothing."""
        match = card.recognition.match
        if self._second is None or not wanted(self._mode, match):
            return
        started = time.perf_counter()
        fields = []
        try:
            reader = self._second
            language = card.recognition.language
            for name, value in reader.read(card.image, likeliest(match), language, token):
                fields.append((name, value))
                yield FieldResult(request_id, index, name, value, reader.id)
            card.hear(reader.reading(fields))
        except WorldError as error:
            log.warning("%s Cards are read without the model until the next start.", error)
            self._second = None
        card.stopwatch.add("model", started)
        yield QuickResult(request_id, index, card.recognition)

    def _card(self, frame: Frame, found: FoundCard, token: CancelToken) -> CardProgress:
        return CardProgress(frame, found, self._reader, self._matcher, token)

    def _as_scan(
        self, frame: Frame, cards: Sequence[CardProgress], token: CancelToken
    ) -> CardProgress | None:
        """The whole picture as one card, where it has a card's shape and that reads better.

        A flatbed scan shows no edge of the card, and the finder then takes frames within its art
        for cards.
        """
        outline = _whole_picture(frame)
        if outline is None or any(card.settled for card in cards):
            return None
        scan = self._card(frame, FoundCard(outline, score=0.5, upright_confidence=0.5), token)
        scan.quick()
        unclear = all(card.found.score < SURELY_A_CARD for card in cards)
        named = scan.recognition.match.status is not Status.UNREADABLE
        return scan if scan.settled or (unclear and named) else None

    def _read_picture(
        self, frame: Frame, results: Sequence[Recognition], token: CancelToken
    ) -> Recognition | None:
        """The last resort: all text of the picture as if it were one card; None if no better."""
        token.check()
        watch = Stopwatch()
        started = time.perf_counter()
        reading = self._picture_reader.read(frame.pixels, token)
        watch.add("read", started)
        match = match_or_say_why(self._matcher, reading)
        if match.status is not Status.IDENTIFIED:
            return None
        known = results[0] if results else None
        return Recognition(
            match=match,
            reading=reading,
            corners=known.corners if known else None,
            photo=known.photo if known else None,
            language=language_of(reading, match.printing) if match.printing else None,
            finish=finish_of(match.printing) if match.printing else None,
            fingerprint=known.fingerprint if known else None,
            timings_ms=watch.ms,
        )


def _whole_picture(frame: Frame) -> Corners | None:
    """The picture's own corners, if it has a card's shape, upright or lying on its side."""
    width, height = frame.width, frame.height
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    for turn, aspect in ((0, width / height), (1, height / width)):
        if abs(aspect / _CARD_ASPECT - 1) < _ASPECT_TOLERANCE:
            return np.roll(corners, turn, axis=0)
    return None


def _details(request_id: str, index: int, recognition: Recognition) -> Iterator[FieldResult]:
    """What is known beyond the quick result: from the catalogue, or else as it was read."""
    printing = recognition.match.printing
    if printing is not None:
        for name, value in detail_fields(printing, recognition.language):
            yield FieldResult(request_id, index, name, value, CATALOGUE)
        return
    for name, value in recognition.reading.best().items():
        yield FieldResult(request_id, index, name, value, recognition.reading.reader)


def _summed(timings: Sequence[dict[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for one in timings:
        for step, ms in one.items():
            total[step] = round(total.get(step, 0.0) + ms, 1)
    return total
