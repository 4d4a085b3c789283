"""The loop that owns a recognizer for its whole life; a window and a service each give it a thread.

A loop over a scheduler rather than a queue of calls: what waits can be dropped or overtaken, and
nothing drains at shutdown.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePath
from typing import Generic, TypeVar

from cardscanner_gui.core import events
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import Cancelled, WorldError
from cardscanner_gui.core.scheduler import Job, Priority, Scheduler

log = logging.getLogger(__name__)

_REBUILD = "rebuild the recognizer"

R = TypeVar("R")
"""What recognises: a `Recognizer`, or a test's stand-in."""

Report = Callable[[events.RecognitionEvent], None]
EventStream = Callable[[R, CancelToken], Iterator[events.RecognitionEvent]]
"""Gives a request's events from the recognizer, lazily, on the loop's thread."""


class InferenceLoop(Generic[R]):
    """Builds the recognizer, then works off the scheduler's jobs until that is closed.

    Args:
        scheduler: who closes it ends the loop.
        make_recognizer: called on the loop's thread; may raise `WorldError`.
        report: called on the loop's thread with the events of requests that have no own report.
        ready: called when a recognizer is built.
        unavailable: called with one line for the user when none can be built; requests then fail
            with the same line.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        make_recognizer: Callable[[], R],
        report: Report,
        ready: Callable[[], None] = lambda: None,
        unavailable: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._scheduler = scheduler
        self._make_recognizer = make_recognizer
        self._report = report
        self._ready = ready
        self._unavailable = unavailable
        self._recognizer: R | None = None
        self._problem = "the reader hasn't started"

    def submit(
        self,
        request_id: str,
        source: str,
        stream: EventStream[R],
        priority: Priority,
        report: Report | None = None,
        on_dropped: Callable[[], None] | None = None,
    ) -> None:
        """Ask for a recognition; any thread may call this.

        `Started` is reported when the request is taken up, then what `stream` gives, and in the end
        `Finished` from it, or `Failed`, or `Cancelled`. A request that is dropped while it waits
        reports nothing: `on_dropped` is called.

        Raises:
            RuntimeError: the scheduler is closed.
        """
        job = Job(request_id, priority, work=lambda token: None, on_dropped=on_dropped)
        job.work = partial(self._recognise, job, source, stream, report or self._report)
        self._scheduler.submit(job)

    def rebuild(self) -> None:
        """Build the recognizer anew before the next job, because its catalogue or model changed."""
        self._scheduler.submit(Job(_REBUILD, Priority.QUICK, self._build))

    def run(self) -> None:
        """Work until the scheduler is closed."""
        self._build(CancelToken())
        while (job := self._scheduler.take()) is not None:
            stopped = False
            try:
                job.work(job.token)
            except Cancelled:
                stopped = True
            except Exception:
                # A bug in one job must not end the loop: the next picture may be fine.
                log.exception("job %s failed", job.key)
            self._scheduler.done(job, stopped=stopped)
        self._recognizer = None

    def _build(self, token: CancelToken) -> None:
        self._recognizer = None
        try:
            self._recognizer = self._make_recognizer()
        except WorldError as error:
            self._problem = str(error)
        except Exception as error:
            log.exception("the recognizer can't be built")
            self._problem = (
                f"The reader can't start ({type(error).__name__}); the log has the details"
            )
        else:
            self._ready()
            return
        self._unavailable(self._problem)

    def _recognizer_or_problem(self) -> R:
        if self._recognizer is None:
            raise WorldError(self._problem)
        return self._recognizer

    def _recognise(
        self, job: Job, source: str, stream: EventStream[R], report: Report, token: CancelToken
    ) -> None:
        request_id = job.key
        try:
            recognizer = self._recognizer_or_problem()
            report(events.Started(request_id, source))
            for event in stream(recognizer, token):
                token.check()
                report(event)
        except Cancelled:
            # A pre-empted job runs again, so for the user nothing has ended.
            if not job.preempted:
                report(events.Cancelled(request_id, source))
            raise
        except WorldError as error:
            report(events.Failed(request_id, source, str(error)))
        except Exception:
            log.exception("%s: recognition failed", source)
            name = PurePath(source).name or source
            message = f"{name}: this picture made the program stumble; the log has the details"
            report(events.Failed(request_id, source, message, bug=traceback.format_exc()))
