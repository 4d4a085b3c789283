"""Hands the pictures of batches to the workers, a few at a time, oldest batch first."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection

from cardscanner_gui.core.batches import BatchItem
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.store.batches import BatchStore

_GROUP = 4
"""Pictures taken from the database at once: each time costs a write to the disk."""
_LOOK_SECONDS = 3.0
"""How often an idle feed looks for batches that another process queued."""


class Work:
    """One picture that a worker reads, and how to stop it.

    Attributes:
        taker: the thread that reads it.
        abandoned: the worker was stuck in it; it takes nothing more.
    """

    def __init__(self, item: BatchItem) -> None:
        self.item = item
        self.token = CancelToken()
        self.taker = threading.current_thread()
        self.abandoned = False

    @property
    def request_id(self) -> str:
        """What the events of this picture carry."""
        return f"batch-item-{self.item.id}"


class BatchFeed:
    """Safe to use from any thread; the database is asked by whichever worker needs work.

    Args:
        store: the queue.
        only: the batches to work on; None for all.
        problem: called with one line for the user when the queue can't be read or written.
    """

    def __init__(
        self, store: BatchStore, only: Collection[int] | None, problem: Callable[[str], None]
    ) -> None:
        self._store = store
        self._only = only
        self._problem = problem
        self._changed = threading.Condition()
        self._ready: deque[BatchItem] = deque()
        self._running: list[Work] = []
        self._batch: int | None = None
        self._last = 0.0
        self._halted = False
        self._closed = False

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def halted(self) -> bool:
        return self._halted

    def take(self, seconds: float) -> Work | None:
        """The next picture; None after so long without any, or once the feed is closed."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not self._closed:
                if not self._ready and not self._halted:
                    self._fill()
                if self._ready:
                    work = Work(self._ready.popleft())
                    self._running.append(work)
                    return work
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(min(left, _LOOK_SECONDS))
        return None

    def seconds_since_last(self) -> float:
        """How long the batch took since its last picture ended, all workers together."""
        with self._changed:
            now = time.monotonic()
            since, self._last = now - self._last, now
        return since

    def done(self, work: Work) -> None:
        """A worker has ended this picture, or stopped."""
        with self._changed:
            if not work.abandoned:
                self._running.remove(work)
                self._changed.notify_all()

    def abandon_stuck(self, seconds: float) -> list[Work]:
        """Give up the pictures of workers that checked no token for so long; these pictures."""
        latest = time.monotonic() - seconds
        with self._changed:
            # A worker may hold several pictures; it goes on as long as one of them does.
            going_on = {work.taker for work in self._running if work.token.seen_at >= latest}
            stuck = [work for work in self._running if work.taker not in going_on]
            for work in stuck:
                work.abandoned = True
                self._running.remove(work)
            self._changed.notify_all()
        for work in stuck:
            work.token.cancel()
        return stuck

    def wake(self) -> None:
        """Look at the database again, also after a problem."""
        with self._changed:
            self._halted = False
            self._changed.notify_all()

    def halt(self, problem: str) -> None:
        """Take nothing more until `wake`, and say why, once."""
        with self._changed:
            first, self._halted = not self._halted, True
            self._ready.clear()
        if first:
            self._problem(problem)

    def drop(self, batch_id: int, *, stop_running: bool) -> None:
        """Hand out nothing more of a batch that was paused; stop its running pictures, if asked."""
        with self._changed:
            self._ready = deque(item for item in self._ready if item.batch_id != batch_id)
            running = [work for work in self._running if work.item.batch_id == batch_id]
            self._changed.notify_all()
        if stop_running:
            for work in running:
                work.token.cancel()

    def wait_until_done(self, seconds: float) -> bool:
        """Whether nothing is left to do; waits up to so long for that."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while self._batch is not None or self._running or self._ready or not self._empty():
                left = deadline - time.monotonic()
                if self._halted or self._closed or left <= 0:
                    return False
                self._changed.wait(min(left, _LOOK_SECONDS))
        return True

    def close(self) -> None:
        """Hand out nothing more, and stop what runs."""
        with self._changed:
            self._closed = True
            self._ready.clear()
            running = list(self._running)
            self._changed.notify_all()
        for work in running:
            work.token.cancel()

    def release(self) -> None:
        """Leave the batch in hand to whoever comes next; when no worker runs any more."""
        with self._changed:
            if self._batch is not None:
                batch, self._batch = self._batch, None
                self._changed.notify_all()
                self._store.release(batch)

    def _empty(self) -> bool:
        return not any(self._wanted(batch.id) for batch in self._store.unfinished())

    def _wanted(self, batch_id: int) -> bool:
        return self._only is None or batch_id in self._only

    def _fill(self) -> None:
        """Take some pictures of the batch in hand, or of the next one."""
        try:
            if self._batch is not None:
                self._ready.extend(self._store.next_items(self._batch, _GROUP))
                if self._ready or self._running:
                    return
                self.release()
            for batch in self._store.unfinished():
                if self._wanted(batch.id) and self._store.claim(batch.id):
                    self._batch, self._last = batch.id, time.monotonic()
                    self._ready.extend(self._store.next_items(batch.id, _GROUP))
                    return
        except StoreError as error:
            self._halted = True
            self._problem(str(error))
