"""One card that was laid down, until its one answer is reported."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import (
    Cancelled,
    Failed,
    Finished,
    QuickResult,
    RecognitionEvent,
    Started,
)
from cardscanner_gui.core.live import DeskState
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Recognition, Status
from cardscanner_gui.recognition.inference import EventStream, InferenceLoop, Report
from cardscanner_gui.recognition.live.expectation import Expectation
from cardscanner_gui.recognition.live.glare import Glare
from cardscanner_gui.recognition.live.look import LiveLook
from cardscanner_gui.recognition.live.options import LiveOptions
from cardscanner_gui.recognition.live.speculation import Speculation
from cardscanner_gui.recognition.live.votes import decided
from cardscanner_gui.recognition.protocols import Recognises
from cardscanner_gui.recognition.request import RecogniseRequest

log = logging.getLogger(__name__)

_STATES = {
    Status.IDENTIFIED: DeskState.IDENTIFIED,
    Status.UNSURE: DeskState.UNSURE,
    Status.UNREADABLE: DeskState.UNREADABLE,
}


class Presented:
    """Reads the card, from several frames if need be, and reports exactly one end.

    Args:
        loop: where it is read.
        request_id: what its events carry.
        look: the frame in which it had settled.
        settled_at: when that frame came, in `time.perf_counter` seconds.
        report: gets the events, on the loop's or the caller's thread; may not wait for the scanner.
        glare: what the frames tell about the finish.
    """

    def __init__(
        self,
        loop: InferenceLoop,
        request_id: str,
        look: LiveLook,
        settled_at: float,
        options: LiveOptions,
        report: Report,
        expectation: Expectation,
        glare: Glare,
        metrics: Metrics,
    ) -> None:
        self.request_id = request_id
        self.look = look
        self._loop = loop
        self._settled_at = settled_at
        self._options = options
        self._report = report
        self._expectation = expectation
        self._glare = glare
        self._metrics = metrics
        self._lock = threading.RLock()
        self._state = DeskState.READING
        self._started = self._quick = self._closed = self._agreed = False
        self._reading = True
        self._recognitions: list[Recognition] = []
        self._withheld: Finished | None = None
        self._newest = look

    @property
    def state(self) -> DeskState:
        """Reading, or what came of it."""
        return self._state

    @property
    def closed(self) -> bool:
        """Whether its end was reported."""
        return self._closed

    @property
    def waits(self) -> bool:
        """Whether nothing is being read, for now or for good."""
        return self._closed or not self._reading

    def read(self) -> None:
        """Read the settled frame, before anything else."""
        self._submit(self.look, Priority.QUICK, self._first)

    def adopt(self, speculation: Speculation) -> bool:
        """Take over what was read ahead; False when that came to nothing."""
        return speculation.adopt(self._hear, self.read)

    def confirm(self, look: LiveLook) -> None:
        """Offer a further frame in which the card is seen well."""
        with self._lock:
            wanted = self._withheld is not None and not self._reading and not self._closed
            if not wanted:
                return
            self._reading = True
            self._newest = look
        self._submit(look, Priority.DETAILS, self._further)

    def tick(self, lying: bool) -> None:
        """Finish with what there is once the card was lifted, or time is up."""
        with self._lock:
            age = time.perf_counter() - self._settled_at
            if (
                self._withheld is not None
                and not self._reading
                and (not lying or age > self._options.vote_s)
            ):
                self._close(self._withheld)

    def _submit(self, look: LiveLook, priority: Priority, stream: EventStream) -> None:
        source = look.frame.source
        try:
            self._loop.submit(
                self.request_id, source, stream, priority, self._hear, partial(self._drop, source)
            )
        except RuntimeError:  # the loop was closed meanwhile
            self._drop(source)

    def _first(self, recogniser: Recognises, token: CancelToken) -> Iterator[RecognitionEvent]:
        self._expectation.ask(recogniser)
        return recogniser.recognise(self._request(self.look), token)

    def _further(self, recogniser: Recognises, token: CancelToken) -> Iterator[RecognitionEvent]:
        """Only the end of it: what all frames say together, and behind it what this one says."""
        look = self._newest
        for event in recogniser.recognise(self._request(look), token):
            if not isinstance(event, Finished):
                continue
            cards = event.result.cards[:1]
            seen = [*self._recognitions, *cards]
            if cards and self._recognitions:
                before = self._recognitions[-1].reading
                self._agreed = recogniser.agree(before, cards[0].reading)
            answer = decided(seen, recogniser.match)
            yield QuickResult(self.request_id, 0, answer)
            yield replace(event, result=replace(event.result, cards=(answer, *seen[-1:])))

    def _request(self, look: LiveLook) -> RecogniseRequest:
        return RecogniseRequest(look.frame, self.request_id, outline=look.found)

    def _hear(self, event: RecognitionEvent) -> None:
        with self._lock:
            if self._closed:
                return
            if isinstance(event, Started):
                if self._started:
                    return
                self._started = True
            elif isinstance(event, QuickResult):
                self._note_quick()
            elif isinstance(event, Finished):
                self._finished(event)
                return
            elif isinstance(event, Failed | Cancelled):
                self._close(self._withheld or event)
                return
            self._report(event)

    def _finished(self, event: Finished) -> None:
        """One frame was read to its end: that is the answer, or one vote."""
        self._reading = False
        cards = event.result.cards
        if not cards:
            self._close(event)
            return
        answer, newest = cards[0], cards[-1]
        enough = answer.match.status is Status.IDENTIFIED or not self._options.votes
        enough |= self._agreed
        self._recognitions.append(newest)
        enough |= len(self._recognitions) >= self._options.most_frames
        event = replace(event, result=replace(event.result, cards=(answer,)))
        if enough:
            self._close(event)
        else:
            self._withheld = event

    def _note_quick(self) -> None:
        if not self._quick:
            self._quick = True
            elapsed = (time.perf_counter() - self._settled_at) * 1000
            self._metrics.observe("settled_to_quick_ms", max(0.0, elapsed))

    def _drop(self, source: str) -> None:
        with self._lock:
            if self._closed:
                return
            self._close(self._withheld or Cancelled(self.request_id, source))

    def _close(self, event: RecognitionEvent) -> None:
        self._closed = True
        self._withheld = None
        self._state = DeskState.EMPTY
        if isinstance(event, Finished):
            event = self._with_finish(event)
            self._state = DeskState.UNREADABLE
            for card in event.result.cards:
                self._state = _STATES[card.match.status]
                if card.match.printing is not None:
                    self._expectation.came(card.match.printing)
                    self._prepare()
        self._report(event)

    def _prepare(self) -> None:
        """Fetch ahead what the next card will probably need, while nothing else is to be done."""
        with suppress(RuntimeError):  # the loop was closed meanwhile
            self._loop.prepare("expect", self._expectation.ask)

    def _with_finish(self, event: Finished) -> Finished:
        """With the finish that the glare suggests, where nothing else tells it."""
        cards = tuple(
            card
            if card.finish or card.match.printing is None
            else replace(card, finish=self._glare.finish_of(card.match.printing))
            for card in event.result.cards
        )
        return replace(event, result=replace(event.result, cards=cards))
