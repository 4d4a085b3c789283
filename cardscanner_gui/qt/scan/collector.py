"""From what was dropped to pictures: a few are scanned at once, many become a batch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.batches import Batch
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.qt.store.batch_queue import BatchQueue
from cardscanner_gui.qt.store.lane import Lane

SMALL_DROP = 12
"""So many pictures are a drop that somebody watches; more are a batch."""


class Collector(QObject):
    """Lists files, folders and patterns off the GUI thread."""

    pictures = Signal(list)
    """The paths of a small drop."""
    batch = Signal(Batch)
    """The one that was made of a large one."""
    failed = Signal(str)
    """One line for the user."""
    changed = Signal()
    """It has become busy, or has ended one listing."""

    def __init__(self, batches: BatchQueue, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._batches = batches
        self._lane = lane
        self._running: set[CancelToken] = set()

    @property
    def busy(self) -> bool:
        return bool(self._running)

    def start(self, paths: Sequence[Path]) -> None:
        """List what these stand for; returns at once."""
        token = CancelToken()
        self._running.add(token)
        self._lane.run(
            partial(self._collect, paths, token),
            partial(self._collected, token),
            partial(self._not_collected, token),
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Take nothing of what is being listed."""
        for token in self._running:
            token.cancel()
        self._running.clear()

    def _collect(self, paths: Sequence[Path], token: CancelToken) -> list[Path] | Batch:
        from cardscanner_gui.capture.files import collect_pictures  # brings the picture libraries

        try:
            pictures = collect_pictures(paths, token)
        except CancelledError:
            return []
        if len(pictures) <= SMALL_DROP or token.cancelled:
            return pictures
        name = (paths[0] if len(paths) == 1 else pictures[0].parent).name
        return self._batches.create(pictures, name)

    def _collected(self, token: CancelToken, found: list[Path] | Batch) -> None:
        self._running.discard(token)
        if token.cancelled:
            if isinstance(found, Batch):
                self._batches.ask("cancel", found.id)
        elif isinstance(found, Batch):
            self.batch.emit(found)
        elif found:
            self.pictures.emit(found)
        else:
            self.failed.emit("There are no pictures in there")
        self.changed.emit()

    def _not_collected(self, token: CancelToken, message: str) -> None:
        self._running.discard(token)
        self.failed.emit(message)
        self.changed.emit()
