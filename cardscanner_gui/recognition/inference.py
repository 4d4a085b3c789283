"""The loop that owns a recogniser for its whole life; a window and a service give it threads.

A loop over a scheduler rather than a queue of calls: what waits can be dropped or overtaken, and
nothing drains at shutdown.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial

from cardscanner_gui.core import events
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, WorldError
from cardscanner_gui.core.scheduler import Job, Priority, Scheduler
from cardscanner_gui.recognition.guard import follow, guarded
from cardscanner_gui.recognition.protocols import Recognises

log = logging.getLogger(__name__)

_REBUILD = "rebuild the recogniser"

Report = Callable[[events.RecognitionEvent], None]
EventStream = Callable[[Recognises, CancelToken], Iterator[events.RecognitionEvent]]
"""Gives a request's events from the recogniser, lazily, on the loop's thread."""


class _Own(threading.local):
    """What each of the loop's threads has for itself."""

    def __init__(self) -> None:
        self.recogniser: Recognises | None = None
        self.problem = "the reader hasn't started"
        self.built = 0


class InferenceLoop:
    """Builds the recogniser, then works off the scheduler's jobs until that is closed.

    Several threads may `run` one loop: each builds a recogniser of its own and takes its share.

    Args:
        scheduler: who closes it ends the loop.
        make_recogniser: called on each of the loop's threads; may raise `WorldError`.
        report: called on the loop's thread with the events of requests that have no own report.
        ready: called when a recogniser is built.
        unavailable: called with one line for the user when none can be built; requests then fail
            with the same line.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        make_recogniser: Callable[[], Recognises],
        report: Report,
        ready: Callable[[], None] = lambda: None,
        unavailable: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._scheduler = scheduler
        self._make_recogniser = make_recogniser
        self._report = report
        self._ready = ready
        self._unavailable = unavailable
        self._own: _Own = _Own()
        self._builds = itertools.count(1)
        self._wanted = 0  # the number of the newest rebuild

    def submit(
        self,
        request_id: str,
        source: str,
        stream: EventStream,
        priority: Priority,
        report: Report | None = None,
        on_dropped: Callable[[], None] | None = None,
    ) -> None:
        """Ask for a recognition; any thread may call this.

        What `stream` gives is reported as `guarded` has it: `Started` when the request is taken up,
        and one end. A request that is dropped while it waits reports nothing: `on_dropped` is
        called.

        Raises:
            RuntimeError: the scheduler is closed.
        """
        job = Job(request_id, priority, work=lambda token: None, on_dropped=on_dropped)
        job.work = partial(self._recognise, job, source, stream, report or self._report)
        self._scheduler.submit(job)

    def prepare(self, key: str, work: Callable[[Recognises], object]) -> None:
        """Have something got ready once there is nothing else to do; any thread may call this.

        Raises:
            RuntimeError: the scheduler is closed.
        """

        def prepare(token: CancelToken) -> None:
            if self._own.recogniser is not None:
                work(self._own.recogniser)

        self._scheduler.submit(Job(key, Priority.SPECULATIVE, prepare))

    def cancel(self, request_id: str) -> bool:
        """Stop a request that waits or runs; False when there is none."""
        return self._scheduler.cancel(request_id)

    def rebuild(self) -> None:
        """Build the recogniser anew before the next job, because its catalogue or model changed."""
        self._wanted = next(self._builds)
        # One thread does it at once; the others before their next job.
        self._scheduler.submit(Job(_REBUILD, Priority.QUICK, lambda token: None))

    def run(self) -> None:
        """Work until the scheduler is closed, or somebody gave up a job that this thread ran."""
        self._build()
        while (job := self._scheduler.take()) is not None:
            stopped = False
            if self._own.built < self._wanted:
                self._build()
            try:
                job.work(job.token)
            except CancelledError:
                stopped = True
            except Exception:
                # A bug in one job must not end the loop: the next picture may be fine.
                log.exception("job %s failed", job.key)
            self._scheduler.done(job, stopped=stopped)
            if job.abandoned:
                break
        self._own.recogniser = None

    def _build(self) -> None:
        own = self._own
        own.built, own.recogniser = self._wanted, None
        try:
            own.recogniser = self._make_recogniser()
        except WorldError as error:
            own.problem = str(error)
        except Exception as error:
            log.exception("the recogniser can't be built")
            own.problem = (
                f"The reader can't start ({type(error).__name__}); the log has the details"
            )
        else:
            self._ready()
            return
        self._unavailable(own.problem)

    def _recogniser_or_problem(self) -> Recognises:
        if self._own.recogniser is None:
            raise WorldError(self._own.problem)
        return self._own.recogniser

    def _recognise(
        self, job: Job, source: str, stream: EventStream, report: Report, token: CancelToken
    ) -> None:
        def steps() -> Iterator[events.RecognitionEvent]:
            return stream(self._recogniser_or_problem(), token)

        def hear(event: events.RecognitionEvent) -> None:
            # A pre-empted job runs again, so for the user nothing has ended.
            if not (isinstance(event, events.Cancelled) and job.preempted):
                report(event)

        end = follow(guarded(job.key, source, steps, token), hear)
        if isinstance(end, events.Cancelled):
            raise CancelledError
