"""What the menus offer for batches: pause, go on, and watch a folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from cardscanner_gui.core.batches import BatchState
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.actions import Actions, connect
from cardscanner_gui.qt.scan.picture_scans import PictureScans
from cardscanner_gui.qt.store.batch_queue import BatchQueue
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings


class BatchMenu(QObject):
    """Enables the actions as the batches of this session are, and carries them out."""

    def __init__(
        self,
        queue: BatchQueue,
        scans: PictureScans,
        settings: ChosenSettings,
        actions: Actions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._queue = queue
        self._scans = scans
        self._settings = settings
        self._actions = actions
        self._window = window
        self._watched = ""
        connect(actions.pause_batch, self._pause)
        connect(actions.resume_batch, self._resume)
        connect(actions.watch, self._watch_or_stop)
        queue.watching.connect(self._show_watched)
        scans.progress_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self._actions.pause_batch.setEnabled(bool(self._scans.open_batches))
        self._actions.resume_batch.setEnabled(bool(self._paused()))

    def _paused(self) -> list[int]:
        batches = self._scans.batches
        return [batch.id for batch in batches if batch.state is BatchState.PAUSED]

    def _pause(self) -> None:
        for batch in self._scans.open_batches:
            self._queue.ask("pause", batch.id)

    def _resume(self) -> None:
        for batch_id in self._paused():
            self._queue.ask("resume", batch_id)

    def _watch_or_stop(self) -> None:
        if self._watched:
            self._watch("")
            return
        folder = QFileDialog.getExistingDirectory(
            self._window, tr("Watch a folder for new pictures")
        )
        if folder:
            self._watch(str(Path(folder)))

    def _watch(self, folder: str) -> None:
        self._settings.change(watched_folder=folder)
        self._queue.watch(folder)

    def _show_watched(self, folder: str) -> None:
        self._watched = folder
        words = (
            tr("Stop &watching “{name}”", name=Path(folder).name)
            if folder
            else tr("&Watch a folder…")
        )
        self._actions.watch.setText(words)
