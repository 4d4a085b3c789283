"""The batches that this session has seen at work, and how far they are together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cardscanner_gui.core.batches import Batch, BatchState

_OPEN = (BatchState.QUEUED, BatchState.RUNNING)


class FollowedBatches:
    """Batches by their id, as they were told of last. A paused one doesn't count as work."""

    def __init__(self) -> None:
        self._batches: dict[int, Batch] = {}

    @property
    def all(self) -> Sequence[Batch]:
        return list(self._batches.values())

    @property
    def open(self) -> Sequence[Batch]:
        """Those that are worked on, or wait for that."""
        return [batch for batch in self._batches.values() if batch.state in _OPEN]

    @property
    def total(self) -> int:
        """Their pictures."""
        return sum(batch.total for batch in self._counted)

    @property
    def done(self) -> int:
        """How many of them have ended."""
        return sum(batch.total - batch.waiting for batch in self._counted)

    @property
    def _counted(self) -> Sequence[Batch]:
        return [b for b in self._batches.values() if b.state is not BatchState.PAUSED]

    def follow(self, batch: Batch) -> None:
        """One was made; what was told of it meanwhile is newer."""
        self._batches.setdefault(batch.id, batch)

    def update(self, batches: Iterable[Batch]) -> None:
        """These are so now."""
        self._batches |= {batch.id: batch for batch in batches}

    def start_afresh(self) -> None:
        """Forget those that have ended; with a paused one the menu offers to go on."""
        self._batches = {batch.id: batch for batch in self.all if batch.state is BatchState.PAUSED}


def any_open(batches: Iterable[Batch]) -> bool:
    """Whether one of them is worked on, or waits for that."""
    return any(batch.state in _OPEN for batch in batches)
