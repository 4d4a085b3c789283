"""A batch: many pictures that are worked off in the background, over restarts too."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cardscanner_gui.core.copies import CopyDefaults


class BatchState(StrEnum):
    """What happens to a batch; queued and running ones go on by themselves at the next start."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    """What became of one picture of a batch."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class BatchOptions:
    """What to do with the cards of a batch.

    Attributes:
        keep: identified cards go to the collection at once; the others wait for review.
        defaults: what kept cards start as.
        skip_counted: a file whose cards are in the collection already, or wait in Review, is not
            scanned again.
        watched: the folder that the pictures arrive in, where that is watched. A file that was
            scanned from there in an earlier batch is not scanned again.
        record: the cards are recorded, in the collection or for review; else only the answers of a
            cluster's batch are kept.
    """

    keep: bool = True
    defaults: CopyDefaults = field(default_factory=CopyDefaults)
    watched: str = ""
    skip_counted: bool = False
    record: bool = True

    @property
    def keep_as(self) -> CopyDefaults | None:
        """What identified cards start as; None where they are not kept."""
        return self.defaults if self.keep else None


@dataclass(frozen=True)
class Batch:
    """How far a batch is.

    Attributes:
        name: for people, such as the folder the pictures came from.
        total, done, failed: pictures; what is neither done nor failed waits.
        repeated: how many of the done ones are the same file as another, and were not read again.
        counted_before: how many of those were scanned before this batch.
        worked_seconds: how long it has been worked on; pauses don't count.
        source: what a cluster was told to read; empty where this program works it off itself.
    """

    id: int
    name: str
    created_at: float
    state: BatchState
    options: BatchOptions
    total: int
    done: int = 0
    failed: int = 0
    repeated: int = 0
    counted_before: int = 0
    worked_seconds: float = 0.0
    source: str = ""

    @property
    def waiting(self) -> int:
        """Pictures that are still to be done."""
        return self.total - self.done - self.failed

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far; None while nothing was read yet."""
        read = self.done + self.failed - self.repeated
        return self.worked_seconds / read * self.waiting if read else None


@dataclass(frozen=True)
class BatchItem:
    """One picture of a batch.

    Attributes:
        path: the file; a page of a document as `document.pdf#3`.
        error: one line for the user, empty unless it failed.
        same_as: the item of the same file that was read in its place.
        scan_ids: the recorded cards, in the picture's order; those of `same_as` where that is set.
    """

    id: int
    batch_id: int
    path: Path
    state: ItemState = ItemState.WAITING
    attempts: int = 0
    error: str = ""
    same_as: int | None = None
    scan_ids: tuple[int, ...] = ()
