"""From what was dropped to pictures: a few are scanned at once, many become a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.batches import Batch
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.store.batch_queue import BatchQueue
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.store.scans import ScanLog

SMALL_DROP = 12
"""So many pictures are a drop that somebody watches; more are a batch."""


@dataclass(frozen=True)
class FoundPicture:
    """A picture of a small drop.

    Attributes:
        content: the hash of the file; None for one that can't be read.
        again: it is to be counted even if it was before.
    """

    path: Path
    content: str | None
    again: bool = False


@dataclass(frozen=True)
class _Drop:
    fresh: list[FoundPicture]
    repeated: list[Path]


class Collector(QObject):
    """Lists files, folders and patterns off the GUI thread."""

    pictures = Signal(list)
    """The `FoundPicture`s of a small drop."""
    repeated = Signal(list)
    """The paths of those in a small drop that were counted before, or lie in it twice."""
    batch = Signal(Batch)
    """The one that was made of a large one."""
    failed = Signal(str)
    """One line for the user."""
    changed = Signal()
    """It has become busy, or has ended one listing."""

    def __init__(
        self, batches: BatchQueue, lane: Lane, scans: ScanLog, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._scans = scans
        self._batches = batches
        self._lane = lane
        self._running: set[CancelToken] = set()

    @property
    def busy(self) -> bool:
        return bool(self._running)

    def start(self, paths: Sequence[Path], *, again: bool = False) -> None:
        """List what these stand for; returns at once. With `again`, nothing is skipped."""
        token = CancelToken()
        self._running.add(token)
        self._lane.run(
            partial(self._collect, paths, token, again),
            partial(self._collected, token),
            partial(self._not_collected, token),
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Take nothing of what is being listed."""
        for token in self._running:
            token.cancel()
        self._running.clear()

    def _collect(self, paths: Sequence[Path], token: CancelToken, again: bool) -> _Drop | Batch:
        from cardscanner_gui.capture.files import collect_pictures  # brings the picture libraries

        try:
            pictures = collect_pictures(paths, token)
        except CancelledError:
            return _Drop([], [])
        if token.cancelled:
            return _Drop([], [])
        if len(pictures) <= SMALL_DROP:
            return self._drop_of(pictures, again)
        name = (paths[0] if len(paths) == 1 else pictures[0].parent).name
        return self._batches.create(pictures, name, again=again)

    def _drop_of(self, pictures: Sequence[Path], again: bool) -> _Drop:
        from cardscanner_gui.recognition.content import ContentKeys

        keys = ContentKeys()
        found = [FoundPicture(path, keys.of(path), again) for path in pictures]
        if again:
            return _Drop(found, [])
        known = self._scans.counted([one.content for one in found if one.content is not None])
        drop = _Drop([], [])
        for one in found:
            if one.content is None or one.content not in known:
                drop.fresh.append(one)
                known |= {one.content} if one.content is not None else set()
            else:
                drop.repeated.append(one.path)
        return drop

    def _collected(self, token: CancelToken, found: _Drop | Batch) -> None:
        self._running.discard(token)
        if token.cancelled:
            if isinstance(found, Batch):
                self._batches.ask("cancel", found.id)
        elif isinstance(found, Batch):
            self.batch.emit(found)
        elif found.fresh or found.repeated:
            if found.repeated:
                self.repeated.emit(found.repeated)
            if found.fresh:
                self.pictures.emit(found.fresh)
        else:
            self.failed.emit(tr("There are no pictures in there"))
        self.changed.emit()

    def _not_collected(self, token: CancelToken, message: str) -> None:
        self._running.discard(token)
        self.failed.emit(message)
        self.changed.emit()
