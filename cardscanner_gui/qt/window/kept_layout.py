"""The window's size and columns, kept a moment after they change."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, QTimer
from PySide6.QtWidgets import QHeaderView, QMainWindow

_KEPT_MS = 1000
"""After the last of several changes, such as those of a border that is dragged."""


class KeptLayout(QObject):
    """Not only kept at the end: a crash, or a desktop that ends, leaves no time for that.

    Args:
        file: where it is kept; a damaged one is as good as none.
        header: of the collection's table.
    """

    def __init__(self, file: Path, header: QHeaderView, window: QMainWindow) -> None:
        super().__init__(window)
        self._file = file
        self._header = header
        self._window = window
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(_KEPT_MS)
        self._clock.timeout.connect(self.save)
        for changed in (header.sectionResized, header.sectionMoved):
            changed.connect(self.changed)

    def restore(self) -> None:
        """Take up what was kept."""
        layout = self._open()
        geometry, header = layout.value("geometry"), layout.value("columns")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        if isinstance(header, QByteArray):
            self._header.restoreState(header)

    def changed(self, *_: int) -> None:
        """Keep it soon."""
        self._clock.start()

    def save(self) -> None:
        """Keep it now, and not once more for what changed before."""
        self._clock.stop()
        layout = self._open()
        layout.setValue("geometry", self._window.saveGeometry())
        layout.setValue("columns", self._header.saveState())
        layout.sync()

    def _open(self) -> QSettings:
        return QSettings(str(self._file), QSettings.Format.IniFormat)
