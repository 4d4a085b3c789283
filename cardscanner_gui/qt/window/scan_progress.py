"""How far the scans are, in the status line and the menu, and which pictures couldn't be read."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.actions import connect
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.scan.picture_scans import PictureScans
from cardscanner_gui.qt.store.batch_queue import BatchQueue
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.style.words import count
from cardscanner_gui.qt.window.dialogs import Dialogs
from cardscanner_gui.qt.window.status_strip import WorkLine


class ScanProgress(QObject):
    """Shows the work that goes on, lets it be stopped, and tells of pictures that failed."""

    def __init__(
        self,
        scans: PictureScans,
        batches: BatchQueue,
        shell: Shell,
        line: WorkLine,
        dialogs: Dialogs,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._scans = scans
        self._actions = shell.actions
        self._notice = shell.notice
        self._line = line
        self._dialogs = dialogs
        connect(shell.actions.stop, scans.cancel)
        shell.actions.problems.setEnabled(False)
        line.stopped.connect(scans.cancel)
        scans.progress_changed.connect(self._show)
        scans.picture_failed.connect(self._picture_failed)
        scans.drained.connect(self._drained)
        batches.found_unfinished.connect(self._goes_on)

    def _show(self) -> None:
        scans = self._scans
        self._actions.stop.setEnabled(scans.busy)
        self._actions.problems.setEnabled(bool(scans.failures))
        if not scans.busy:
            self._line.hide()
        elif scans.total == 0:
            self._line.show_progress(tr("Looking for pictures"), None)
        else:
            words = tr(
                "Files {done:,} of {total:,}",
                done=min(scans.done + 1, scans.total),
                total=scans.total,
            )
            self._line.show_progress(words, scans.done / scans.total)

    def _goes_on(self, pictures: int) -> None:
        words = tr(
            "Going on where it was: {pictures} left to scan", pictures=count(pictures, "picture")
        )
        self._notice.tell(words, action=tr("Stop"), then=self._scans.cancel)

    def _picture_failed(self, message: str) -> None:
        if len(self._scans.failures) > 1:
            self._tell_problems()
        else:
            self._notice.tell(message, mark=Mark.FAILED)

    def _drained(self) -> None:
        if len(self._scans.failures) > 1:
            self._tell_problems()

    def _tell_problems(self) -> None:
        self._notice.tell(
            tr("{pictures} couldn't be read", pictures=count(len(self._scans.failures), "picture")),
            action=tr("Show"),
            then=self._dialogs.show_problems,
            mark=Mark.FAILED,
        )
