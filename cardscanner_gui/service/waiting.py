"""The queue before the readers: how many may wait, how long, and an orderly end."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.refusals import Refusal, closing, queue_full, took_too_long

_FIRST_GUESS_SECONDS = 0.5
_NEWEST_WEIGHT = 0.1
_MOMENT_SECONDS = 0.3


class Unanswered:
    """What is being worked on: who asks the same meanwhile waits for that answer."""

    def __init__(self) -> None:
        self._done: dict[Hashable, asyncio.Event] = {}

    def get(self, question: Hashable) -> asyncio.Event | None:
        """Set as soon as somebody's same question has ended; None if nobody asked it."""
        return self._done.get(question)

    @contextmanager
    def begun(self, question: Hashable) -> Iterator[None]:
        """Somebody works on it as long as the block lasts."""
        done = self._done[question] = asyncio.Event()
        try:
            yield
        finally:
            if self._done.get(question) is done:
                del self._done[question]
            done.set()


class WaitingRoom:
    """Counts who waits; belongs to one event loop, but for what it tells."""

    def __init__(self, options: ServiceOptions, metrics: Metrics) -> None:
        self._options = options
        self._metrics = metrics
        self._accepted = 0
        self._mean_seconds = _FIRST_GUESS_SECONDS
        self._end = math.inf  # of the event loop's clock: what isn't answered then is given back
        self._grace_end = math.inf
        self._limits: set[asyncio.Timeout] = set()

    @property
    def accepted(self) -> int:
        """How many pictures wait or are read."""
        return self._accepted

    @property
    def closing(self) -> bool:
        """Whether nothing more is taken on."""
        return self._end < math.inf

    @property
    def seconds_left(self) -> float:
        """Until the grace is over, and a moment more for what needs only that."""
        if not self.closing:
            return _MOMENT_SECONDS
        return max(_MOMENT_SECONDS, self._grace_end - asyncio.get_running_loop().time())

    @property
    def seconds_to_wait(self) -> float:
        """Until what is accepted now will be done, as far as one can tell."""
        return self._accepted * self._mean_seconds / self._options.workers

    def close(self, grace_seconds: float) -> None:
        """Take nothing more on; what isn't answered after `grace_seconds` is given back."""
        self._end = asyncio.get_running_loop().time() + grace_seconds
        if math.isinf(self._grace_end):
            self._grace_end = self._end
        for limit in self._limits:
            limit.reschedule(min(limit.when() or self._end, self._end))

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue.

        Raises:
            Refusal: the queue is full, or the service stops.
        """
        if self.closing:
            raise closing(self._options.grace_seconds)
        if self._accepted >= self._options.queue:
            raise queue_full(self.seconds_to_wait)
        started, ahead = time.perf_counter(), self._accepted
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)
            each = (time.perf_counter() - started) * self._options.workers / (ahead + 1)
            self._mean_seconds += _NEWEST_WEIGHT * (each - self._mean_seconds)

    def deadline(self) -> float:
        """When a picture that comes now must be answered, by the event loop's clock."""
        return asyncio.get_running_loop().time() + self._options.answer_seconds

    @asynccontextmanager
    async def until(
        self, deadline: float, late: Callable[[], Refusal] | None = None
    ) -> AsyncIterator[asyncio.Timeout]:
        """Give up at the deadline, or before it when the service ends, with a `Refusal`.

        Args:
            deadline: by the event loop's clock; what is yielded can move it.
            late: the refusal at the deadline; without it, that the picture took too long.
        """
        try:
            async with asyncio.timeout_at(min(deadline, self._end)) as limit:
                self._limits.add(limit)
                try:
                    yield limit
                finally:
                    self._limits.discard(limit)
        except TimeoutError:
            if asyncio.get_running_loop().time() >= self._end:
                raise closing(1.0) from None
            raise (late() if late else took_too_long(self._options.answer_seconds)) from None

    def _count(self, pictures: int) -> None:
        self._accepted += pictures
        self._metrics.gauge("queue_length", self._accepted)
