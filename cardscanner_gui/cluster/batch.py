"""The driver of a cluster's batch: gives pictures to the readers, and records what they say.

The ledger is in the collection's database, and this process is the only one that writes it. Readers
may end at any time, and the driver too: a picture waits until its answer is on the disk, and is
given out again as long as it waits (docs/adr/0034-past-one-machine.md).
"""

from __future__ import annotations

import logging
import os
import re
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cardscanner_gui.capture.files import printable
from cardscanner_gui.capture.pages import file_and_page
from cardscanner_gui.cluster.batch_reader import BatchSpec, Outcome, PictureReader, unpacked
from cardscanner_gui.cluster.object_store import name_of
from cardscanner_gui.cluster.ray_start import ClusterError
from cardscanner_gui.core.batches import BatchItem, BatchState, ItemState
from cardscanner_gui.core.text import file_name
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.cluster_batches import ClusterBatches, ReadPicture

if TYPE_CHECKING:
    from cardscanner_gui.store.database import Database

log = logging.getLogger(__name__)

_GROUP, _GROUP_SECONDS = 16, 0.25
"""Pictures recorded at once, and how long one may wait for others: each time costs the disk."""
_MOST_BLOCKS = 10_000
"""Up to so many pictures each goes to a reader alone; of more, several together."""
_IN_HAND = 2
"""Pictures at a reader, the one that it reads included."""
_LOST = 3
"""A picture at which readers ended in so many passes is read alone, last of all."""
_RETRIES = 1
"""Of Ray, in one pass, when a reader ends."""
_IDLE_PASSES, _PAUSE_SECONDS = 3, 2.0
"""Passes that get nowhere before the batch is left for later, and the pause after the first."""
_UNREACHED = 20
"""Pictures one after the other that can't be fetched end a pass."""
_LOOK_SECONDS = 1.0
_START_DEATHS = 2


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
    """Works off one batch; Ray must run.

    Args:
        database: with the ledger.
        spec: of the readers.
        readers: how many.
        recorded: told how many more pictures have ended.
        pause: called with seconds between two passes.
    """

    def __init__(
        self,
        database: Database,
        spec: BatchSpec,
        readers: int,
        recorded: Callable[[int], object] = lambda number: None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._store = BatchStore(database)
        self._ledger = ClusterBatches(database)
        self._spec = spec
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
            for outcome in self._outcomes(items, min(readers, len(items))):
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

    def _hear(self, item: BatchItem, outcome: Outcome, done: _Pass) -> None:
        if outcome.missing and not os.path.lexists(file_and_page(item.path)[0]):
            outcome = Outcome(item.id, _failed(item, self._source(item), "the file isn't there"))
        if outcome.read is not None:
            done.in_a_row = 0
            self._waiting.append(outcome.read)
            due = time.monotonic() - self._last > _GROUP_SECONDS
            if due or len(self._waiting) >= _GROUP:
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
        return printable(item.path) if self._spec.place is None else name_of(item.path)

    def _check_running(self, batch_id: int) -> None:
        batch = self._ledger.state(batch_id)
        if batch not in (BatchState.RUNNING, BatchState.DONE):
            what = "deleted" if batch is None else str(batch)
            raise StoppedError(f"Batch {batch_id} was {what} from elsewhere.")

    def _outcomes(self, items: Sequence[BatchItem], readers: int) -> Iterator[Outcome]:
        """What the readers say, as it comes; nothing of a picture at which one ended.

        Raises:
            ClusterError: Ray can't go on, or no reader can be built.
        """
        import ray

        data: Any = ray.data  # its annotations leave out classes that are mapped, and tables
        rows = [{"item": item.id, "path": os.fsencode(item.path)} for item in items]
        _quieten()
        pictures = data.from_items(rows, override_num_blocks=min(len(rows), _MOST_BLOCKS))
        compute = data.ActorPoolStrategy(size=readers, max_tasks_in_flight_per_actor=_IN_HAND)
        with warnings.catch_warnings():
            # Up to 2.63 there is no other way to bound the retries; without a bound a picture at
            # which each reader ends would go round for ever.
            warnings.simplefilter("ignore")
            read = pictures.map(
                PictureReader,
                fn_constructor_args=(self._spec,),
                compute=compute,
                num_cpus=1,
                max_restarts=-1,
                max_task_retries=_RETRIES,
            )
        try:
            for table in read.iter_batches(
                batch_size=None, prefetch_batches=0, batch_format="pyarrow"
            ):
                for packed in table.column("outcome").to_pylist():
                    yield unpacked(packed)
        except (ray.exceptions.RayError, OSError, RuntimeError) as error:
            raise ClusterError(_words(error)) from error


def _failed(item: BatchItem, source: str, why: str) -> ReadPicture:
    empty = {"file": source, "width": 0, "height": 0, "elapsed_ms": 0, "cards": []}
    return ReadPicture(item.id, {**empty, "error": f"{file_name(source) or source}: {why}"})


def _quieten() -> None:
    """Ray Data says more than a user wants to know; what goes wrong is said by us."""
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    # A picture whose reader ended is given out again by us, a bounded number of times.
    context.max_errored_blocks = -1
    context.max_consecutive_actor_init_deaths = _START_DEATHS
    for name in ("ray.data", "ray"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _words(error: BaseException) -> str:
    """What Ray says, in one line: our own words where a reader said them."""
    text = str(error)
    own = re.findall(r"^(?:cardscanner_gui\.[\w.]+\.)?\w*Error: (.+)$", text, re.MULTILINE)
    if "cardscanner_gui" in text and own:
        return str(own[-1])
    lines: list[Any] = text.strip().splitlines() or [type(error).__name__]
    return f"Ray can't go on ({lines[0][:200]}); the same command goes on where this ended."
