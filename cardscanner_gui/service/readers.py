"""The threads that read cards; one that is stuck in a picture is left behind and replaced.

A thread can't be killed, and a stuck one keeps its networks. So only so many are replaced; after
that the process says that it wants to be restarted.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable

from cardscanner_gui.core import events
from cardscanner_gui.core.scheduler import Priority, Scheduler
from cardscanner_gui.recognition.inference import EventStream, InferenceLoop, Report
from cardscanner_gui.recognition.protocols import Recognises

log = logging.getLogger(__name__)


class Readers:
    """So many reading threads over one scheduler. Safe to use from any thread.

    Args:
        make_recogniser: called on each reading thread; may raise `WorldError`.
        number: of threads.
        give_up: called with the id of a request whose reader is stuck.
    """

    def __init__(
        self,
        make_recogniser: Callable[[], Recognises],
        number: int,
        give_up: Callable[[str], None],
    ) -> None:
        self._number = number
        self._give_up = give_up
        self._scheduler = Scheduler()
        self._loop = InferenceLoop(
            self._scheduler, make_recogniser, _unheard, self._one_is_ready, self._one_failed
        )
        self._names = (f"reader {number}" for number in itertools.count(1))
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._left_behind: list[threading.Thread] = []
        self._ready: set[threading.Thread] = set()
        self._problem: str | None = None

    @property
    def ready(self) -> bool:
        """Whether every reading thread has its recogniser."""
        return len(self._ready) >= self._number

    @property
    def problem(self) -> str | None:
        """One line that says why no recogniser can be built; None while none failed."""
        return self._problem

    @property
    def left_behind(self) -> int:
        """How many stuck threads are still alive."""
        return sum(thread.is_alive() for thread in self._left_behind)

    def start(self) -> None:
        """Begin to build the recognisers."""
        for _ in range(self._number):
            self._start_one()

    def close(self) -> None:
        """Let the threads end; whoever still waits is sent away."""
        self._scheduler.close()

    def join(self, seconds: float) -> bool:
        """Wait up to so long; whether all threads have ended, also those that were stuck."""
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        running = [t for t in (*self._threads, *self._left_behind) if t.is_alive()]
        for thread in running:
            log.error("%s didn't stop", thread.name)
        return not running

    def submit(
        self,
        request_id: str,
        source: str,
        stream: EventStream,
        priority: Priority,
        report: Report,
        on_dropped: Callable[[], None],
    ) -> None:
        """As `InferenceLoop.submit`."""
        self._loop.submit(request_id, source, stream, priority, report, on_dropped)

    def cancel(self, request_id: str) -> None:
        """Stop a request that waits or runs."""
        self._scheduler.cancel(request_id)

    def leave_stuck(self, seconds: float) -> int:
        """Leave behind the threads that came to no step for so long; how many these were."""
        stuck = self._scheduler.abandon_stuck(seconds)
        with self._lock:
            for job in stuck:
                thread = job.taker
                if thread is not None:
                    log.error("%s is stuck and is left behind", thread.name)
                    self._threads.remove(thread)
                    self._left_behind.append(thread)
                    self._ready.discard(thread)
        for job in stuck:
            self._give_up(job.key)
        return len(stuck)

    def refill(self) -> None:
        """Start threads in place of those that were left behind."""
        while len(self._threads) < self._number:
            self._start_one()

    def _start_one(self) -> None:
        thread = threading.Thread(target=self._loop.run, name=next(self._names), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _one_is_ready(self) -> None:
        with self._lock:
            self._ready.add(threading.current_thread())

    def _one_failed(self, problem: str) -> None:
        log.error("%s", problem)
        self._problem = problem


def _unheard(event: events.RecognitionEvent) -> None:
    """Every request has a report of its own."""
