"""Threads that call functions for coroutines; one that is stuck is left behind and replaced.

Not a `ThreadPoolExecutor`: that waits at the program's end for threads that never come back.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class StuckError(Exception):
    """A call didn't come back in time and was left behind."""


@dataclass(eq=False)
class _Call:
    function: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]
    on_stuck: Callable[[], None] | None

    def end(self, value: Any, error: BaseException | None) -> None:
        """Hand the outcome over; on any thread, and too late is no error."""
        with suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(self._set, value, error)

    def _set(self, value: Any, error: BaseException | None) -> None:
        if self.answer.done():
            return
        if error is None:
            self.answer.set_result(value)
        else:
            self.answer.set_exception(error)


@dataclass(eq=False)
class _Worker:
    number: int
    call: _Call | None = None
    since: float = 0.0
    left_behind: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class WorkerThreads:
    """So many daemon threads over one queue.

    Args:
        number: how many calls run side by side.
        name: of the threads.
    """

    def __init__(self, number: int, name: str) -> None:
        self._name = name
        self._number = number
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._numbers = itertools.count(1)
        self._workers: list[_Worker] = []
        self._stuck: list[_Worker] = []
        self.refill()

    async def call(
        self, function: Callable[[], T], on_stuck: Callable[[], None] | None = None
    ) -> T:
        """What the function returns or raises, called on one of the threads.

        Args:
            function: what to call.
            on_stuck: called when it is left behind, also if nobody waits for it any more.

        Raises:
            StuckError: it took longer than a call may.
        """
        loop = asyncio.get_running_loop()
        call = _Call(function, loop, loop.create_future(), on_stuck)
        self._calls.put(call)
        answer: T = await call.answer
        return answer

    def leave_stuck(self, seconds: float) -> int:
        """Leave behind the threads whose call takes longer than that; how many these were."""
        latest, stuck = time.monotonic() - seconds, 0
        for worker in list(self._workers):
            with worker.lock:
                call = worker.call
                if call is None or worker.since > latest:
                    continue
                worker.left_behind = True
            log.error("%s %d is stuck and is left behind", self._name, worker.number)
            self._workers.remove(worker)
            self._stuck.append(worker)
            call.end(None, StuckError())
            if call.on_stuck is not None:
                call.on_stuck()
            stuck += 1
        return stuck

    def refill(self) -> None:
        """Start threads in place of those that were left behind."""
        while len(self._workers) < self._number:
            self._workers.append(self._start())

    @property
    def left_behind(self) -> int:
        """How many stuck threads are still inside their call."""
        return sum(worker.call is not None for worker in self._stuck)

    @property
    def busy(self) -> bool:
        """Whether any thread, stuck ones too, is inside a call."""
        return any(worker.call is not None for worker in (*self._workers, *self._stuck))

    def close(self) -> None:
        """Let the threads end after what they do; what still waits is never called."""
        with suppress(queue.Empty):
            while True:
                self._calls.get_nowait()
        for _ in self._workers:
            self._calls.put(None)

    def _start(self) -> _Worker:
        worker = _Worker(next(self._numbers))
        name = f"{self._name} {worker.number}"
        threading.Thread(target=self._run, args=[worker], name=name, daemon=True).start()
        return worker

    def _run(self, worker: _Worker) -> None:
        while not worker.left_behind and (call := self._calls.get()) is not None:
            if call.answer.cancelled():
                continue
            with worker.lock:
                worker.call, worker.since = call, time.monotonic()
            value, error = None, None
            try:
                value = call.function()
            except BaseException as raised:
                error = raised
            call.end(value, error)
            with worker.lock:
                worker.call = None
            del call, value, error
