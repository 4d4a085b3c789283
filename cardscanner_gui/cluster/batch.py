"""The driver of a cluster's batch: gives pictures to the readers, and records what they say.

The ledger is in the collection's database, and this process is the only one that writes it. Readers
may end at any time, and the driver too: a picture waits until its answer is on the disk, and is
given out again as long as it waits (docs/adr/0034-past-one-machine.md).
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cardscanner_gui.capture.files import printable
from cardscanner_gui.capture.pages import file_and_page
from cardscanner_gui.cluster.batch_reader import ReadOutcome
from cardscanner_gui.cluster.object_store import name_of
from cardscanner_gui.cluster.ray_start import ClusterError
from cardscanner_gui.core.batches import BatchItem, BatchState, ItemState
from cardscanner_gui.core.metrics import Snapshot
from cardscanner_gui.core.text import file_name
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.cluster_batches import ClusterBatches, ReadPicture
from cardscanner_gui.store.metrics import MetricTotals

if TYPE_CHECKING:
    from cardscanner_gui.store.database import Database

log = logging.getLogger(__name__)

GROUP, _GROUP_SECONDS = 16, 0.25
"""Pictures recorded at once, and how long one may wait for others: each time costs the disk."""
_LOST = 2
"""A picture at which readers ended in so many passes is read alone, last of all."""
_IDLE_PASSES, _PAUSE_SECONDS = 3, 2.0
"""Passes that get nowhere before the batch is left for later, and the pause after the first."""
_UNREACHED = 20
"""Pictures one after the other that can't be fetched end a pass."""
_LOOK_SECONDS = 1.0


Read = Callable[[Sequence[BatchItem], int], Iterator[ReadOutcome]]


class StoppedError(ClusterError):
    """Somebody paused or cancelled the batch."""


@dataclass
class _Pass:
    """What one round over the waiting pictures came to."""

    recorded: int = 0
    unreached: int = 0
    in_a_row: int = 0
    problem: str = ""
    told: set[int] = field(default_factory=set)


class BatchDriver:
    """Works off one batch.

    Args:
        database: with the ledger.
        read: has pictures read by so many readers, and gives what they say, such as `RayPictures`.
        readers: how many.
        remote: whether the pictures lie in an object store.
        recorded: told how many more pictures have ended.
        pause: called with seconds between two passes.
    """

    def __init__(
        self,
        database: Database,
        read: Read,
        readers: int,
        recorded: Callable[[int], object] = lambda number: None,
        *,
        remote: bool = False,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._store = BatchStore(database)
        self._ledger = ClusterBatches(database)
        self._totals = MetricTotals(database)
        self._started = time.time()
        self._read = read
        self._remote = remote
        self._readers = readers
        self._recorded = recorded
        self._pause = pause
        self._lost: Counter[int] = Counter()
        self._waiting: list[ReadPicture] = []
        self._last = 0.0

    def run(self, batch_id: int) -> None:
        """Read what waits of a batch that this process has claimed; it is given back at the end.

        Raises:
            ClusterError: it can't go on, or was paused; what was read is recorded.
            StoreError: nothing can be recorded.
        """
        try:
            self._last = time.monotonic()
            self._passes(batch_id)
        finally:
            self._store.release(batch_id)

    def _passes(self, batch_id: int) -> None:
        idle = 0
        while items := self._store.items(batch_id, ItemState.WAITING):
            fresh = [item for item in items if self._lost[item.id] < _LOST]
            done = self._pass(batch_id, fresh or items, self._readers if fresh else 1)
            if not fresh:
                done.recorded += self._give_up(batch_id, items, done)
            idle = 0 if done.recorded else idle + 1
            if idle == _IDLE_PASSES:
                left = len(self._store.items(batch_id, ItemState.WAITING))
                why = done.problem or "The readers end as fast as they are started."
                raise ClusterError(f"{why} {left} of the pictures wait for the next run.")
            if idle:
                self._pause(_PAUSE_SECONDS * 2 ** (idle - 1))

    def _pass(self, batch_id: int, items: Sequence[BatchItem], readers: int) -> _Pass:
        done = _Pass()
        by_id = {item.id: item for item in items}
        looked = time.monotonic()
        try:
            for outcome in self._read(items, min(readers, len(items))):
                done.told.add(outcome.item_id)
                self._hear(by_id[outcome.item_id], outcome, done)
                if done.in_a_row >= _UNREACHED:
                    break
                if time.monotonic() - looked > _LOOK_SECONDS:
                    looked = time.monotonic()
                    self._check_running(batch_id)
        finally:
            done.recorded += self._flush()
        self._check_running(batch_id)
        if done.in_a_row < _UNREACHED:  # else it ended early, and nothing is known of the others
            self._lost.update(by_id.keys() - done.told)
        return done

    def _hear(self, item: BatchItem, outcome: ReadOutcome, done: _Pass) -> None:
        if outcome.missing and not os.path.lexists(file_and_page(item.path)[0]):
            outcome = ReadOutcome(
                item.id, _failed(item, self._source(item), "the file isn't there")
            )
        if outcome.read is not None:
            done.in_a_row = 0
            self._waiting.append(outcome.read)
            due = time.monotonic() - self._last > _GROUP_SECONDS
            if due or len(self._waiting) >= GROUP:
                done.recorded += self._flush()
            return
        if outcome.missing:
            raise ClusterError(
                f"{outcome.problem}, but it is here: every node must see the pictures under the"
                " same path. Share the folder, or read them from an object store (--s3)."
            )
        if outcome.hopeless:
            raise ClusterError(outcome.problem)
        log.warning("%s", outcome.problem)
        done.unreached += 1
        done.in_a_row += 1
        done.problem = outcome.problem

    def _flush(self) -> int:
        """Record what was heard; how many of these hadn't ended before."""
        read, self._waiting = self._waiting, []
        now = time.monotonic()
        seconds, self._last = now - self._last, now
        recorded = self._ledger.record(read, seconds)
        counted = Snapshot()
        for one in read:
            counted = counted.plus(one.counted)
        self._totals.add(counted, self._started)
        if recorded:
            self._recorded(recorded)
        return recorded

    def _give_up(self, batch_id: int, items: Sequence[BatchItem], done: _Pass) -> int:
        """Fail the pictures at which a reader ended alone too; how many."""
        words = "the reader ended each time while it read this picture, also alone"
        self._waiting += [
            _failed(item, self._source(item), words)
            for item in items
            if item.id not in done.told and done.in_a_row < _UNREACHED
        ]
        return self._flush()

    def _source(self, item: BatchItem) -> str:
        return printable(item.path) if not self._remote else name_of(item.path)

    def _check_running(self, batch_id: int) -> None:
        batch = self._ledger.state(batch_id)
        if batch not in (BatchState.RUNNING, BatchState.DONE):
            what = "deleted" if batch is None else str(batch)
            raise StoppedError(f"Batch {batch_id} was {what} from elsewhere.")


def _failed(item: BatchItem, source: str, why: str) -> ReadPicture:
    empty = {"file": source, "width": 0, "height": 0, "elapsed_ms": 0, "cards": []}
    return ReadPicture(item.id, {**empty, "error": f"{file_name(source) or source}: {why}"})
