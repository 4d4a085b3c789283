"""One thread that reads the pictures of batches, a few at a time where a model reads too."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from cardscanner_gui.capture.files import printable
from cardscanner_gui.core import events
from cardscanner_gui.core.cancellation import CancelToken, JointToken
from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.errors import CancelledError, StoreError, WorldError
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Frame
from cardscanner_gui.recognition.batch_feed import BatchFeed, Work
from cardscanner_gui.recognition.content import ContentKeys
from cardscanner_gui.recognition.guard import followed, guarded
from cardscanner_gui.recognition.opening import open_picture
from cardscanner_gui.recognition.protocols import ReadsPictures
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.store.batches import BatchStore

log = logging.getLogger(__name__)

TOGETHER = 4
"""Pictures whose cards a model reads together. Each is in memory meanwhile."""
_KEEP_RECOGNISER_SECONDS = 60.0
"""How long an idle worker keeps its networks in memory."""
_GIVE_WAY_SECONDS = 0.02


def _ignore(*_: object) -> None:
    """For whoever doesn't want to hear."""


@dataclass(frozen=True)
class BatchReports:
    """Whom to tell; all are called on the workers' threads.

    Attributes:
        event: a picture's events; `Finished` comes when its cards are recorded.
        opened: the decoded picture, by the request's id.
        recorded: the request's id and which scans were written.
        changed: the id of a batch that is further now, or in another state.
        problem: why nothing goes on, in one line for the user.
    """

    event: Callable[[events.RecognitionEvent], None] = _ignore
    opened: Callable[[str, Frame], None] = _ignore
    recorded: Callable[[str, Change], None] = _ignore
    changed: Callable[[int], None] = _ignore
    problem: Callable[[str], None] = _ignore


Steps = Generator[None, None, events.RecognitionEvent]


class BatchWorker:
    """Takes pictures from the feed until that is closed; `BatchRunner` has the threads.

    Where a card needs a model its picture waits until a few do, or nothing else is to be read:
    their cards are then read together, which shares the decoder's steps.

    Args:
        generation: changes when the recogniser has to be made anew.
    """

    def __init__(
        self,
        feed: BatchFeed,
        store: BatchStore,
        make_recogniser: Callable[[], ReadsPictures],
        reports: BatchReports,
        give_way: Callable[[], bool],
        metrics: Metrics,
        contents: ContentKeys,
        generation: Callable[[], int],
    ) -> None:
        self._feed = feed
        self._store = store
        self._make_recogniser = make_recogniser
        self._reports = reports
        self._give_way = give_way
        self._metrics = metrics
        self._contents = contents
        self._generation = generation
        self._recogniser: ReadsPictures | None = None
        self._built = generation()
        self._waiting: list[tuple[Work, Steps]] = []

    def run(self) -> None:
        """Work; returns when the feed is closed, or this thread was given up as stuck."""
        while not self._feed.closed:
            if self._abandoned_in_next():
                return
        while self._waiting:  # stopped by now, each says so
            if self._abandoned_in_waiting():
                return

    def _abandoned_in_next(self) -> bool:
        """Read the next picture, or those that wait for a model; was the thread given up?"""
        waiting = bool(self._waiting)
        work = self._feed.take(0.0 if waiting else _KEEP_RECOGNISER_SECONDS)
        renewed = self._built != self._generation()
        if waiting and (work is None or renewed) and self._abandoned_in_waiting():
            return True
        if renewed or (work is None and not waiting):
            self._recogniser, self._built = None, self._generation()
        if work is None:
            return False
        if self._abandoned_in(work, self._begin(work)):
            return True
        return len(self._waiting) >= TOGETHER and self._abandoned_in_waiting()

    def _abandoned_in_waiting(self) -> bool:
        """Go on with all that waited, after a model has read their cards."""
        waiting, self._waiting = self._waiting, []
        token = JointToken([work.token for work, _ in waiting])
        if self._recogniser is not None:
            with suppress(CancelledError):
                for _ in self._recogniser.read_together(token):
                    self._wait_for_others(token)
        abandoned = False
        for work, steps in waiting:  # all, also after one that was given up
            abandoned |= self._abandoned_in(work, steps)
        return abandoned

    def _abandoned_in(self, work: Work, steps: Steps) -> bool:
        """Read a picture to where a model is awaited, or to its end."""
        try:
            next(steps)
        except StopIteration:
            pass
        except WorldError as error:  # no recogniser, or the queue can't be written
            self._feed.halt(str(error))
        except Exception as error:
            log.exception("batches can't go on")
            name = type(error).__name__
            self._feed.halt(f"Batches can't go on ({name}); the log has the details")
        else:
            self._waiting.append((work, steps))
            return work.abandoned
        self._feed.done(work)
        if not work.abandoned:
            self._reports.changed(work.item.batch_id)
        return work.abandoned

    def _begin(self, work: Work) -> Steps:
        """Read one picture and record what came out. Raises `WorldError`, such as `StoreError`."""
        if self._recogniser is None:
            self._recogniser = self._make_recogniser()
        content = self._contents.of(work.item.path)
        if content is not None and not self._store.begin_item(work.item.id, content):
            return events.Cancelled(work.request_id, "")
        source = printable(work.item.path)
        steps = partial(self._steps, self._recogniser, work)
        # A store that can't be written stops the batch, not only this picture.
        guard = guarded(work.request_id, source, steps, work.token, beyond=StoreError)
        return (yield from followed(guard, partial(self._hear, work, source)))

    def _steps(self, recogniser: ReadsPictures, work: Work) -> Iterator[events.RecognitionEvent]:
        frame = open_picture(
            work.item.path, self._metrics, work.request_id, draft=True, token=work.token
        )
        self._reports.opened(work.request_id, frame)
        request = RecogniseRequest(frame, work.request_id, Priority.BATCH, together=True)
        for event in recogniser.recognise(request, work.token):
            self._wait_for_others(work.token)
            yield event

    def _hear(self, work: Work, source: str, event: events.RecognitionEvent) -> None:
        """Record what came out, then tell it."""
        if work.abandoned:  # it came back after all, when it was long given up
            return
        change = None
        if isinstance(event, events.Finished):
            result, seconds = event.result, self._feed.seconds_since_last()
            change = self._store.finish_item(
                work.item.id, source, result.cards, seconds, result.look
            )
        elif isinstance(event, events.Failed):
            self._store.fail_item(work.item.id, event.message, self._feed.seconds_since_last())
        self._reports.event(event)
        if change is not None:
            self._reports.recorded(work.request_id, change)

    def _wait_for_others(self, token: CancelToken) -> None:
        token.check()
        while self._give_way():
            if token.wait(_GIVE_WAY_SECONDS):
                token.check()
