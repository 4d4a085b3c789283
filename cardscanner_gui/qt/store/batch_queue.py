"""The window's batches: made, worked off and watched over off the GUI thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from cardscanner_gui.core.batches import Batch, BatchState
from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Frame
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.images import PREVIEW_SIDE, reduced
from cardscanner_gui.store.batches import BatchStore

if TYPE_CHECKING:  # they bring the picture libraries, which the first paint doesn't wait for
    from cardscanner_gui.recognition.batch_inbox import BatchInbox
    from cardscanner_gui.recognition.batches import BatchRunner

log = logging.getLogger(__name__)

_OPEN = (BatchState.QUEUED, BatchState.RUNNING)


class BatchQueue(QObject):
    """Takes orders on the GUI thread; its lane of one thread works on the queue, in order."""

    reported = Signal(RecognitionEvent)
    """Of a batch's picture; `Finished` when its cards are recorded."""
    picture = Signal(str, QImage)
    """Request id and the picture, reduced for showing."""
    recorded = Signal(str, Change)
    """Request id and the change that recording its cards made."""
    progress = Signal(tuple)
    """Open batches as they are now; one that was paused or has ended comes once more."""
    found_unfinished = Signal(int)
    """An earlier run left so many pictures; they go on."""
    problem = Signal(str)
    """Why nothing goes on, in one line for the user."""
    watching = Signal(str)
    """The folder that is watched from now on; empty for none."""
    _changed = Signal()
    _queued = Signal()

    def __init__(
        self, services: WindowServices, settings: ChosenSettings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._settings = settings
        self._store = BatchStore(services.database)
        self._lane = Lane("batch-queue", 1, self)
        self._runner: BatchRunner | None = None
        self._inbox: BatchInbox | None = None
        self._open: dict[int, Batch] = {}
        self._asked = threading.Event()
        self._closed = False
        self._changed.connect(self._read, Qt.ConnectionType.QueuedConnection)
        self._queued.connect(self._begin, Qt.ConnectionType.QueuedConnection)
        self._lane.failed.connect(self.problem)

    @property
    def idle(self) -> bool:
        """Nothing runs, and nothing is still to be told."""
        return not self._open and self._lane.idle

    def start(self) -> None:
        """Go on with what an earlier run left, and watch the folder that the settings name."""
        self._lane.run(self._store.unfinished, self._go_on)
        watched = self._settings.current.watched_folder
        if watched:
            self.watch(watched)

    def create(self, pictures: Sequence[Path], name: str, *, again: bool = False) -> Batch:
        """Queue a batch and begin; any thread may call this, once listing pictures is done there.

        With `again`, pictures that were counted before are counted once more.

        Raises:
            StoreError: it can't be written.
        """
        options = replace(self._settings.current.batch_options(), skip_counted=not again)
        made = self._store.create(pictures, options, name)
        self._open[made.id] = made
        self._queued.emit()
        return made

    def count_again(self, batch: Batch) -> None:
        """Scan what a batch has skipped, as a batch of its own."""

        def make() -> Batch:
            return self.create(self._store.counted_before(batch.id), batch.name, again=True)

        self._lane.run(make, lambda made: self.progress.emit((made,)))

    def ask(self, action: str, batch_id: int) -> None:
        """Carry out `pause`, `resume`, `cancel` or `retry`."""
        self._lane.run(partial(self._carry_out, action, batch_id), lambda _: self._read())

    def rebuild(self) -> None:
        """The catalogue or a model has changed: read on with what is there now."""
        self._lane.run(self._restart)

    def watch(self, folder: str) -> None:
        """Scan what is in a folder and what arrives there; an empty one ends that."""
        self._lane.run(partial(self._watch, folder), self.watching.emit)

    def close(self) -> bool:
        """Stop within a picture, leaving the rest for the next start; False if one still runs."""
        self._closed = True
        stopped = threading.Event()
        self._lane.run(partial(self._stop, stopped))
        self._lane.drain()
        return stopped.is_set()

    def _go_on(self, left: Sequence[Batch]) -> None:
        pictures = sum(batch.waiting for batch in left)
        if pictures:
            self._open |= {batch.id: batch for batch in left}
            self.progress.emit(tuple(left))
            self.found_unfinished.emit(pictures)
            self._begin()

    def _begin(self) -> None:
        self._lane.run(self._wake)

    def _wake(self) -> None:
        self._running().wake()
        self._changed.emit()

    def _running(self) -> BatchRunner:
        """The runner, made when there is something to do; only the lane's thread calls this."""
        if self._runner is None:
            from cardscanner_gui.recognition.batches import BatchReports, BatchRunner

            make, workers = self._services.batch_recognisers()
            self._runner = BatchRunner(
                self._store,
                make,
                BatchReports(
                    event=self.reported.emit,
                    opened=self._show,
                    recorded=self.recorded.emit,
                    changed=self._note_change,
                    problem=self.problem.emit,
                ),
                workers=workers,
                # Whatever the window's own reader does is for somebody who looks at it.
                give_way=partial(self._services.scheduler.busy, Priority.SPECULATIVE),
                metrics=self._services.metrics,
            )
            self._runner.start()
        return self._runner

    def _carry_out(self, action: str, batch_id: int) -> None:
        runner = self._running()
        orders: dict[str, Callable[[int], object]] = {
            "pause": runner.pause,
            "resume": runner.resume,
            "cancel": runner.cancel,
            "retry": runner.retry,
        }
        orders[action](batch_id)

    def _restart(self) -> None:
        if self._runner is not None:
            self._runner.close()
            self._runner = None
            self._running()

    def _watch(self, folder: str) -> str:
        if self._inbox is not None:
            self._inbox.stop()
            self._inbox = None
        if folder:
            from cardscanner_gui.recognition.batch_inbox import BatchInbox

            self._inbox = BatchInbox(
                self._store,
                lambda: self._settings.current.batch_options(watched=folder),
                self._queued.emit,
                self._trouble,
            )
            self._inbox.start()
        return folder

    def _trouble(self, message: str) -> None:
        if message:
            self.problem.emit(message)

    def _stop(self, stopped: threading.Event) -> None:
        if self._inbox is not None:
            self._inbox.stop()
        if self._runner is None or self._runner.close(3.0):
            stopped.set()

    def _show(self, request_id: str, frame: Frame) -> None:
        self.picture.emit(request_id, reduced(frame.pixels, PREVIEW_SIDE))

    def _note_change(self, batch_id: int) -> None:
        # Any number of pictures that end before the queue is read are one reading.
        if not self._asked.is_set():
            self._asked.set()
            self._changed.emit()

    def _read(self) -> None:
        self._asked.clear()
        if not self._closed:
            self._lane.run(partial(self._as_stored, set(self._open)), self._tell)

    def _as_stored(self, known: set[int]) -> list[Batch]:
        found = {batch.id: batch for batch in self._store.unfinished()}
        for batch_id in known - found.keys():
            batch = self._store.get(batch_id)
            if batch is not None:
                found[batch_id] = batch
        return [found[batch_id] for batch_id in sorted(found)]

    def _tell(self, batches: list[Batch]) -> None:
        for batch in batches:
            self._open.pop(batch.id, None)
            if batch.state in _OPEN:
                self._open[batch.id] = batch
        self.progress.emit(tuple(batches))
