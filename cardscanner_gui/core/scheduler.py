"""Which job runs next on the inference threads.

One thread takes jobs, or several do; any thread submits them. Jobs are keyed by purpose: submitting
the same key again replaces the job that waits, so a frame that nobody needs any more never runs. A
job of higher priority that finds no idle taker cancels the lowest one that runs; what was
pre-empted goes back to the front of its priority, except speculative work, which is dropped.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from cardscanner_gui.core.cancellation import CancelToken


class Priority(IntEnum):
    """Lower runs first."""

    QUICK = 0
    DETAILS = 1
    BATCH = 2
    SPECULATIVE = 3


@dataclass(eq=False)
class Job:
    """One piece of work.

    Attributes:
        key: its purpose; a waiting job with the same key is replaced.
        work: called on the inference thread with a token to check; stops soon after a cancel.
        on_dropped: called when the job will never run, or run again: replaced, cancelled while it
            waited, dropped after pre-emption, or the scheduler was closed.
        taker: the thread that runs it, or ran it last.
        abandoned: it ran and didn't come back; its taker takes no further job.
    """

    key: str
    priority: Priority
    work: Callable[[CancelToken], None]
    on_dropped: Callable[[], None] | None = None
    token: CancelToken = field(default_factory=CancelToken)
    preempted: bool = False
    taker: threading.Thread | None = None
    abandoned: bool = False
    order: int = 0

    def drop(self) -> None:
        if self.on_dropped is not None:
            self.on_dropped()


class Scheduler:
    """Hands out jobs by priority, first come first served within one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[str, Job] = {}
        self._heap: list[tuple[int, int, Job]] = []
        self._running: list[Job] = []
        self._idle = 0  # takers that wait for a job
        self._counter = itertools.count(1)
        self._closed = False

    def submit(self, job: Job) -> None:
        """Queue a job; replaces one of the same key that waits, pre-empts a lower one that runs.

        Raises:
            RuntimeError: the scheduler is closed.
        """
        with self._changed:
            if self._closed:
                raise RuntimeError("the scheduler is closed")
            replaced = self._waiting.get(job.key)
            job.order = next(self._counter)
            self._put(job)
            victim = self._to_pre_empt(job)
            if victim is not None:
                victim.preempted = True
            self._changed.notify()
        # Callbacks run outside the lock: they may submit or cancel.
        if replaced is not None:
            replaced.drop()
        if victim is not None:
            victim.token.cancel()

    def take(self) -> Job | None:
        """Wait for the next job; None once the scheduler is closed."""
        with self._changed:
            while True:
                if self._closed:
                    return None
                while self._heap:
                    _, _, job = heapq.heappop(self._heap)
                    if self._waiting.get(job.key) is job:
                        del self._waiting[job.key]
                        self._running.append(job)
                        job.taker = threading.current_thread()
                        job.token.seen_at = time.monotonic()
                        return job
                self._idle += 1
                self._changed.wait()
                self._idle -= 1

    def done(self, job: Job, *, stopped: bool) -> None:
        """The taken job returned; a pre-empted one that was `stopped` midway is queued again."""
        dropped: Job | None = None
        with self._changed:
            if job.abandoned:
                return
            self._running.remove(job)
            if job.preempted and stopped:
                if job.priority is Priority.SPECULATIVE or job.key in self._waiting or self._closed:
                    dropped = job
                else:
                    job.preempted = False
                    job.token = CancelToken()
                    self._put(job)  # keeps its order: it stands before its peers
                    self._changed.notify()
        if dropped is not None:
            dropped.drop()

    def abandon_stuck(self, seconds: float) -> list[Job]:
        """Give up the running jobs whose token nobody has checked for so long; these jobs.

        Their takers may never come back; each should be replaced by another.
        """
        latest = time.monotonic() - seconds
        with self._changed:
            stuck = [job for job in self._running if job.token.seen_at < latest]
            for job in stuck:
                job.abandoned = True
                self._running.remove(job)
        for job in stuck:
            job.token.cancel()
        return stuck

    def cancel(self, key: str) -> bool:
        """Cancel the job with this key, waiting or running; False when there is none."""
        with self._changed:
            waiting = self._waiting.pop(key, None)
            running = [job for job in self._running if job.key == key]
            for job in running:
                job.preempted = False
        if waiting is not None:
            waiting.drop()
        for job in running:
            job.token.cancel()
        return waiting is not None or bool(running)

    def cancel_all(self) -> None:
        """Cancel everything that waits or runs."""
        with self._changed:
            keys = [*self._waiting, *(job.key for job in self._running)]
        for key in keys:
            self.cancel(key)

    def busy(self, priority: Priority) -> bool:
        """Whether a job of this priority, or one that goes before it, waits or runs."""
        with self._changed:
            jobs = (*self._waiting.values(), *self._running)
            return any(job.priority <= priority for job in jobs)

    def pending(self) -> int:
        """How many jobs wait."""
        with self._changed:
            return len(self._waiting)

    def close(self) -> None:
        """Drop what waits, cancel what runs, and let `take()` return None."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            waiting, self._waiting = list(self._waiting.values()), {}
            running = list(self._running)
            self._changed.notify_all()
        for job in waiting:
            job.drop()
        for job in running:
            job.token.cancel()

    def _to_pre_empt(self, job: Job) -> Job | None:
        """The running job that must make room; None when a taker is idle or nothing runs lower.

        One whose token is cancelled makes room already, for this job or another.
        """
        if self._idle >= len(self._waiting):
            return None
        lower = (j for j in self._running if j.priority > job.priority and not j.token.cancelled)
        return max(lower, key=lambda j: (j.priority, j.order), default=None)

    def _put(self, job: Job) -> None:
        self._waiting[job.key] = job
        heapq.heappush(self._heap, (job.priority, job.order, job))
