"""Pictures that nobody had read when the window was closed: offered at the next start."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSettings

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.scan.picture_scans import PictureScans
from cardscanner_gui.qt.style.words import count

_KEY = "unread"


class UnreadPictures(QObject):
    """Batches go on by themselves; a small drop is forgotten with the window, but for this list.

    Args:
        file: where the list is kept.
    """

    def __init__(self, file: Path, scans: PictureScans, notice: Notice, parent: QObject) -> None:
        super().__init__(parent)
        self._file = file
        self._scans = scans
        self._notice = notice

    def keep(self) -> None:
        """Write down what isn't read; nothing where all is."""
        self._write(self._scans.unread)

    def offer(self) -> None:
        """Ask whether to read what was left, once."""
        left = self._open().value(_KEY)
        paths = [left] if isinstance(left, str) else list(left or ())
        self._write(())
        there = [str(path) for path in paths if Path(str(path)).is_file()]
        if there:
            self._notice.tell(
                tr("{pictures} weren't read when the window was closed", pictures=_count(there)),
                action=tr("Scan them"),
                then=partial(self._scans.add, there),
                stays=True,
                about=_KEY,
            )

    def _write(self, paths: Sequence[str]) -> None:
        settings = self._open()
        if paths:
            settings.setValue(_KEY, list(paths))
        else:
            settings.remove(_KEY)
        settings.sync()

    def _open(self) -> QSettings:
        return QSettings(str(self._file), QSettings.Format.IniFormat)


def _count(paths: Sequence[str]) -> str:
    return count(len(paths), "picture")
