"""From a frame to recognitions, as a lazy stream of events.

A picture that was answered before is answered by memory, and so is a card that looks as one did,
once its text agrees. Of all others, every card of the picture gets its quick result before any is
read further. Closing the stream, or cancelling the token, stops the work at the next step.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace

import numpy as np

from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.events import (
    CardsFound,
    Finished,
    QuickResult,
    RecognitionEvent,
)
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import (
    Frame,
    Match,
    Printing,
    Reading,
    ScanResult,
    Status,
)
from cardscanner_gui.reading.card_reader import READER_ID, CardReader
from cardscanner_gui.reading.picture_reader import PictureReader
from cardscanner_gui.recognition.asking import Models
from cardscanner_gui.recognition.cache.keys import context_of, file_key, picture_key
from cardscanner_gui.recognition.cache.memory import Memory
from cardscanner_gui.recognition.card_progress import (
    SURELY_A_CARD,
    CardProgress,
    match_or_say_why,
)
from cardscanner_gui.recognition.decisions import Journal
from cardscanner_gui.recognition.drafts import fit_to_read, in_picture
from cardscanner_gui.recognition.known import as_known, details, known_events, with_photos
from cardscanner_gui.recognition.request import Request, said_of, summed
from cardscanner_gui.recognition.routing import Choice, Reason, Router
from cardscanner_gui.recognition.second_opinion import SecondReader
from cardscanner_gui.recognition.whole_picture import own_outline, read_whole_picture
from cardscanner_gui.vision.debug import DebugPictures
from cardscanner_gui.vision.finder import CardFinder, FoundCard

log = logging.getLogger(__name__)


class Recogniser:
    """Finds, reads and matches the cards of a picture. One instance belongs to one thread.

    Args:
        matcher: None while there is no catalogue: fields are read, and the status is unsure.
        models: that read too, as mode and router say; the quickest first.
        memory: what was recognised before; None reads everything.
        identity: names everything that decides an answer, such as networks and catalogue. Answers
            are remembered for pictures only where it is given.
        router: chooses among the models.
        metrics: where counts and times go.
    """

    def __init__(
        self,
        finder: CardFinder,
        reader: CardReader,
        picture_reader: PictureReader,
        matcher: Matcher | None,
        models: Sequence[SecondReader] = (),
        mode: ReadingMode = ReadingMode.FAST,
        *,
        memory: Memory | None = None,
        identity: str = "",
        router: Router | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._mode = mode
        self._finder = finder
        self._reader = reader
        self._picture_reader = picture_reader
        self._matcher = matcher
        self._memory = memory
        self._identity = identity
        self._waiting = router.waiting if router is not None else None
        self._metrics = metrics or Metrics()
        self._journal = Journal(self._metrics)
        self._models = Models(models, router or Router(), self._journal)

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
        *,
        priority: Priority = Priority.QUICK,
        photos: bool = True,
    ) -> Iterator[RecognitionEvent]:
        """Events from `CardsFound` to `Finished`.

        Args:
            frame: the picture, or a draft of it, of which all pixels are decoded where they matter.
            request_id: what the events carry.
            token: stops the work at the next step.
            debug: gets a picture of each step of finding.
            outline: where the only card lies, when the caller has followed it already: nothing is
                searched for then, and the picture around it isn't read.
            priority: of the request; decides how long models may take.
            photos: False when nobody looks at the photos: an answer from memory is quicker without.

        Raises:
            CancelledError: by the token, from any step.
        """
        token = token or CancelToken()
        request = Request(request_id, frame, token, priority)
        if self._waiting is not None:
            self._metrics.gauge("queue_length", self._waiting())
        try:
            keys = self._keys_of(frame) if outline is None and debug is None else ()
            known = self._look_up(keys, request) if keys else None
            if known is not None:
                yield from known_events(request_id, known)
                token.check()
                cards = with_photos(frame, known.cards) if photos else known.cards
                result = request.result(cards)
                request.cards = [said_of(card, Choice.EXACT) for card in known.cards]
            else:
                yield from self._read(request, debug, outline)
                result = request.result(request.found)
                # A model that failed meanwhile has changed what such an answer is worth.
                same_context = all(key.startswith(self._context()) for key in keys)
                if same_context and not request.by_user:
                    self._keep(keys, result)
        except (CancelledError, GeneratorExit):
            self._end(request, "cancelled")
            raise
        except Exception:
            self._end(request, "failed")
            raise
        self._end(request, "done")
        yield Finished(request_id, result, request.timings)

    def _read(
        self, request: Request, debug: DebugPictures | None, outline: FoundCard | None
    ) -> Iterator[RecognitionEvent]:
        """Find, read and match; the results are in `request` at the end."""
        request_id, frame, token = request.id, request.frame, request.token
        started = time.perf_counter()
        watch = request.watch
        if outline is None:
            found = self._finder.find(frame.pixels, token=token, debug=debug)
            found = in_picture(frame, found)
            watch.add("find", started)
            frame = fit_to_read(frame, found)
        else:
            found = [outline]
        outlines = tuple(card.corners for card in found)
        yield CardsFound(request_id, frame.width, frame.height, outlines)

        cards = [self._card(frame, f, token) for f in found]
        for card in cards:
            card.stopwatch.ms.update(watch.ms)
        for index, card in enumerate(cards):
            self._recall(index, card, request)
            card.quick()
            yield QuickResult(request_id, index, card.recognition)
        if frame.shrunk > 1 and not all(card.settled for card in cards):
            frame = frame.whole()
            for card in cards:
                card.look_closer(frame)
        flat = self._as_scan(frame, cards, token) if outline is None else None
        if flat is not None and not _says_the_same(cards, flat):
            cards = [flat]
            yield CardsFound(request_id, frame.width, frame.height, (flat.found.corners,))
            yield QuickResult(request_id, 0, flat.recognition)
        for index, card in enumerate(cards):
            if card.looks_like_a_card and card.answered_by is not Choice.NEAR:
                for recognition in card.deepen():
                    yield QuickResult(request_id, index, recognition)
                yield from self._models.ask(self._mode, index, card, request)
            yield from details(request_id, index, card.recognition)

        kept = [card for card in cards if card.looks_like_a_card]
        request.found = [card.recognition for card in kept]
        request.by_user = any(card.by_user for card in kept)
        request.cards = [said_of(card.recognition, card.answered_by) for card in kept]
        answered = any(card.settled or card.hopeless for card in kept)
        if outline is None and len(kept) <= 1 and not answered:
            whole = read_whole_picture(
                frame, self._picture_reader, self._matcher, request.found, token
            )
            if whole is not None:
                request.found = [whole]
                request.cards = [said_of(whole, READER_ID)]
                yield QuickResult(request_id, 0, whole)
                yield from details(request_id, 0, whole)
                kept = []
        request.timings = summed([card.stopwatch.ms for card in cards]) | watch.ms
        self._keep_views(kept)

    def with_mode(self, mode: ReadingMode) -> Recogniser:
        """The same networks, on the same thread, asking the model as this mode says."""
        other = copy(self)
        other._mode = mode
        return other

    def key_of(self, frame: Frame) -> str | None:
        """What `recall` knows this picture by; None if answers aren't remembered. Any thread."""
        if self._memory is None or not self._identity:
            return None
        return picture_key(self._context(), frame.pixels)

    def _keys_of(self, frame: Frame) -> tuple[str, ...]:
        """All that the picture may be known by: of a draft, the pixels say nothing."""
        key = self.key_of(frame) if frame.shrunk == 1 else None
        if self._memory is None or not self._identity or frame.file_hash is None:
            return () if key is None else (key,)
        of_file = file_key(self._context(), frame.file_hash)
        return (of_file,) if key is None else (key, of_file)

    def recall(self, key: str, source: str, request_id: str) -> Sequence[RecognitionEvent]:
        """The events of a picture whose answer is remembered, from its key alone; else none.

        Any thread may call this, whatever is being read meanwhile. The cards have no photos.
        """
        if self._memory is None:
            return ()
        started = time.perf_counter()
        lookup = self._memory.picture(key)
        if lookup.result is None:
            return ()  # reading it will count the miss
        elapsed = (time.perf_counter() - started) * 1000
        known = replace(as_known(lookup.result, elapsed), source=source, elapsed_ms=elapsed)
        self._journal.route(
            request_id, Choice.EXACT, Reason.SAME_PICTURE, kind="exact", asked=lookup.asked
        )
        cards = [said_of(card, Choice.EXACT) for card in known.cards]
        self._journal.scan(request_id, "done", str(self._mode), elapsed, cards, {})
        timings = {"cache": round(elapsed, 1)}
        return (*known_events(request_id, known), Finished(request_id, known, timings))

    def match(self, reading: Reading) -> Match:
        """The printing that a reading means; one joined from several frames, say."""
        return match_or_say_why(self._matcher, reading)

    def expect(self, recent: Sequence[Printing]) -> tuple[str, ...]:
        """Get ready for what probably follows these cards; the ids of the likeliest printings.

        It changes the order of candidates that are equally likely by what was read, nothing else.
        """
        return self._matcher.expect(recent) if self._matcher is not None else ()

    def _context(self) -> str:
        """A name for everything that decides an answer."""
        models = () if self._mode is ReadingMode.FAST else self._models.ids
        return context_of((self._identity, str(self._mode), *models))

    def _look_up(self, keys: Sequence[str], request: Request) -> ScanResult | None:
        assert self._memory is not None
        for key in keys:
            lookup = self._memory.picture(key)
            if lookup.result is not None:
                break
        result = lookup.result
        route = Choice.EXACT, Reason.SAME_PICTURE
        if result is None:
            route = Choice.OCR, Reason.NEW
        self._journal.route(request.id, *route, kind="exact", asked=lookup.asked)
        if result is None:
            return None
        result = as_known(result, request.elapsed_ms)
        request.timings = {"cache": round(request.elapsed_ms, 1)}
        return result

    def _recall(self, index: int, card: CardProgress, request: Request) -> None:
        if self._memory is not None:
            route, asked = card.remember(self._memory)
            self._journal.route(
                request.id, route.choice, route.reason, index=index, kind="near", asked=asked
            )

    def _keep(self, keys: Sequence[str], result: ScanResult) -> None:
        if self._memory is not None:
            for key in keys:
                self._memory.keep_picture(key, result)

    def _keep_views(self, cards: Sequence[CardProgress]) -> None:
        for card in cards if self._memory is not None else ():
            view = card.view_to_keep()
            if view is not None and self._memory is not None:
                self._memory.keep_view(view)

    def _end(self, request: Request, status: str) -> None:
        self._journal.scan(
            request.id, status, str(self._mode), request.elapsed_ms, request.cards, request.watch.ms
        )

    def _card(self, frame: Frame, found: FoundCard, token: CancelToken) -> CardProgress:
        return CardProgress(frame, found, self._reader, self._matcher, token)

    def _as_scan(
        self, frame: Frame, cards: Sequence[CardProgress], token: CancelToken
    ) -> CardProgress | None:
        """The whole picture as one card, where it has a card's shape and that reads better.

        A flatbed scan shows no edge of the card, and the finder then takes frames within its art
        for cards.
        """
        outline = own_outline(frame)
        if outline is None or any(card.settled for card in cards):
            return None
        scan = self._card(frame, FoundCard(outline, score=0.5, upright_confidence=0.5), token)
        scan.quick()
        unclear = all(card.found.score < SURELY_A_CARD for card in cards)
        named = scan.recognition.match.status is not Status.UNREADABLE
        return scan if scan.settled or (unclear and named) else None


def _says_the_same(cards: Sequence[CardProgress], flat: CardProgress) -> bool:
    """Whether the one clear card of the picture, read on, is what the whole picture was read as.

    Its outline and its photo are better than the picture's then.
    """
    clear = [card for card in cards if card.found.score >= SURELY_A_CARD]
    printing = flat.recognition.match.printing
    if len(clear) != 1 or len(cards) != 1 or printing is None:
        return False
    for _ in clear[0].deepen():
        pass
    answer = clear[0].recognition.match.printing
    return answer is not None and answer.id == printing.id
