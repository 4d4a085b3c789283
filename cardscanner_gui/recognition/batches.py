"""Works batches off in the background: one picture after the other in each of a few threads.

Each worker has a recogniser of its own whose networks use one thread: two pictures side by side
take less time than one after the other on two threads (docs/adr/0011-batches.md). Workers give way
to whoever waits for an answer: between two steps of a picture they ask, and wait.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Collection

from cardscanner_gui.capture.files import printable
from cardscanner_gui.core import events
from cardscanner_gui.core.batches import BatchState
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.text import file_name
from cardscanner_gui.recognition.batch_feed import BatchFeed
from cardscanner_gui.recognition.batch_worker import BatchReports, BatchWorker
from cardscanner_gui.recognition.content import ContentKeys
from cardscanner_gui.recognition.protocols import ReadsPictures
from cardscanner_gui.store.batches import BatchStore

__all__ = ["BatchReports", "BatchRunner"]

log = logging.getLogger(__name__)


class BatchRunner:
    """Works on every unfinished batch, also those that an earlier process left.

    Methods may be called from any thread; those that change a batch raise `StoreError`.

    Args:
        store: the queue.
        make_recogniser: called on each worker's thread, which owns what it returns; may raise
            `WorldError`: then nothing goes on until `wake` or `rebuild`.
        reports: whom to tell.
        workers: how many pictures are read at once.
        give_way: whether somebody waits for an answer now; asked often, so it must be quick.
        only: work on these batches only; None for all.
        metrics: notes how long opening takes.
    """

    def __init__(
        self,
        store: BatchStore,
        make_recogniser: Callable[[], ReadsPictures],
        reports: BatchReports | None = None,
        *,
        workers: int = 1,
        give_way: Callable[[], bool] = lambda: False,
        only: Collection[int] | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._store = store
        self._make_recogniser = make_recogniser
        self._reports = reports or BatchReports()
        self._give_way = give_way
        self._metrics = metrics or Metrics()
        self._feed = BatchFeed(store, only, self._reports.problem)
        self._contents = ContentKeys()
        self._generation = 0
        self._workers = workers
        self._names = (f"batch-{n}" for n in itertools.count())
        self._threads: list[threading.Thread] = []
        self._left_behind: list[threading.Thread] = []

    @property
    def halted(self) -> bool:
        """Whether something keeps it from going on, which `reports.problem` was told."""
        return self._feed.halted

    def start(self) -> None:
        """Go on with what an earlier process left, and then with what comes."""
        self.refill()

    def refill(self) -> None:
        """Start workers in place of those that were left behind."""
        while len(self._threads) < self._workers:
            # A stuck one mustn't keep the program from ending.
            thread = threading.Thread(target=self._work, name=next(self._names), daemon=True)
            self._threads.append(thread)
            thread.start()

    def leave_stuck(self, seconds: float) -> int:
        """Give up the pictures that came to no step for so long, and leave their workers behind.

        Returns:
            How many these were.
        """
        stuck = self._feed.abandon_stuck(seconds)
        for work in stuck:
            log.error("%s is stuck and is left behind", work.taker.name)
            if work.taker in self._threads:  # it may have held several pictures
                self._threads.remove(work.taker)
                self._left_behind.append(work.taker)
            source = printable(work.item.path)
            message = f"{file_name(source)}: the reader got stuck in this picture and gave it up"
            try:
                self._store.fail_item(work.item.id, message, self._feed.seconds_since_last())
            except StoreError as error:
                self._feed.halt(str(error))
            self._reports.event(events.Failed(work.request_id, source, message))
            self._reports.changed(work.item.batch_id)
        return len(stuck)

    @property
    def left_behind(self) -> int:
        """How many stuck workers are still alive."""
        return sum(thread.is_alive() for thread in self._left_behind)

    def wake(self) -> None:
        """There is a new batch, or what was wrong is mended."""
        self._feed.wake()

    def rebuild(self) -> None:
        """Make new recognisers before the next pictures: the catalogue or a model has changed."""
        self._generation += 1
        self._feed.wake()

    def pause(self, batch_id: int) -> None:
        """Let the pictures that are being read end, and leave the others until `resume`."""
        self._stop(batch_id, BatchState.PAUSED, stop_running=False)

    def cancel(self, batch_id: int) -> None:
        """Stop at once; what was recorded stays, and `resume` would go on with the rest."""
        self._stop(batch_id, BatchState.CANCELLED, stop_running=True)

    def resume(self, batch_id: int) -> None:
        """Go on with a paused or cancelled batch."""
        self._store.set_state(batch_id, BatchState.QUEUED)
        self._feed.wake()
        self._reports.changed(batch_id)

    def retry(self, batch_id: int) -> int:
        """Read the failed pictures again; how many there are."""
        number = self._store.retry_failed(batch_id)
        self._feed.wake()
        self._reports.changed(batch_id)
        return number

    def wait(self, seconds: float) -> bool:
        """Wait up to so long until all is done, and say whether it is; not if it can't go on."""
        return self._feed.wait_until_done(seconds)

    def stop(self) -> None:
        """Begin to stop: nothing more is taken up, and what is being read stops."""
        self._feed.close()

    def close(self, seconds: float = 10.0) -> bool:
        """Stop within a picture; the rest goes on at the next start. False if one still runs."""
        self.stop()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        stopped = not any(t.is_alive() for t in (*self._threads, *self._left_behind))
        if stopped:
            try:
                self._feed.release()
            except StoreError as error:  # whoever comes next sees that this process has ended
                log.warning("%s", error)
        return stopped

    def _stop(self, batch_id: int, state: BatchState, *, stop_running: bool) -> None:
        self._store.set_state(batch_id, state)
        self._feed.drop(batch_id, stop_running=stop_running)
        self._reports.changed(batch_id)

    def _work(self) -> None:
        BatchWorker(
            self._feed, self._store, self._make_recogniser, self._reports, self._give_way,
            self._metrics, self._contents, lambda: self._generation,
        ).run()  # fmt: skip
