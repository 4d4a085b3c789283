"""Queues what arrives in a watched folder: each version of a file once, over restarts too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cardscanner_gui.capture.pages import page_of, split_pages
from cardscanner_gui.capture.watched_folder import WatchedFolder
from cardscanner_gui.core.batches import BatchOptions
from cardscanner_gui.store.batches import BatchStore


class BatchInbox:
    """Watches a folder and puts its new pictures into one batch a day.

    A file that was renamed, or copied within the folder, has another path but the same content: it
    is queued, and ends as the first one did without being read.

    Args:
        store: the queue.
        options: what to do with the cards, asked for each new file; `watched` names the folder.
        queued: called on the folder's thread when there is something new to do.
        problem: as `WatchedFolder` has it.
    """

    def __init__(
        self,
        store: BatchStore,
        options: Callable[[], BatchOptions],
        queued: Callable[[], None],
        problem: Callable[[str], None],
    ) -> None:
        self._store = store
        self._options = options
        self._queued = queued
        self._folder = WatchedFolder(Path(options().watched), self._arrived, problem)

    def start(self) -> None:
        """Begin to watch; what is in the folder already and isn't known is queued first."""
        self._folder.start()

    def stop(self) -> None:
        """Stop watching; what was queued stays queued."""
        self._folder.stop()

    def _arrived(self, file: Path, version: str) -> None:
        if any(self._store.knows(path, version) for path in (file, page_of(file, 1))):
            return
        options = self._options()
        batch = self._store.watched(options.watched)
        if batch is None or batch.options != options:
            batch = self._store.create([], options, Path(options.watched).name)
        self._store.append(batch.id, split_pages(file), version)
        self._queued()
