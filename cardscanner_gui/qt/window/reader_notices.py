"""What is said about the reader: it is ready, it can't be, a model of it is being prepared."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.window.status_strip import StatusStrip
from cardscanner_gui.qt.window.work import BackgroundWork


class ReaderNotices(QObject):
    """Keeps the status line in step with the inference thread and the upkeep of models."""

    def __init__(
        self, work: BackgroundWork, notice: Notice, status: StatusStrip, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._notice = notice
        self._status = status
        work.inference.reports.ready.connect(self._ready)
        work.inference.reports.unavailable.connect(self._unavailable)
        work.upkeep.progressed.connect(status.preparing.show_progress)
        work.upkeep.ended.connect(status.preparing.hide)
        status.preparing.stopped.connect(work.upkeep.stop)

    def _ready(self) -> None:
        self._status.show_reader(tr("Reader ready"), Mark.IDENTIFIED)

    def _unavailable(self, message: str) -> None:
        self._status.show_reader(tr("Reader not available"), Mark.FAILED)
        self._notice.tell_failure(message)
