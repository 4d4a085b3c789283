"""Reads a page anew when what it shows has changed, but only while somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_PAUSE_MS = 60
"""Changes that come closer together than this, as in a batch, are read once."""


class LazyReload(QObject):
    """Calls `reload` soon after `request()`; for a hidden page, when it is shown."""

    def __init__(self, page: QWidget, reload: Callable[[], None]) -> None:
        super().__init__(page)
        self._page = page
        self._stale = True
        self._reload = reload
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._run)
        page.installEventFilter(self)

    def request(self) -> None:
        """What the page shows has changed."""
        self._stale = True
        if self._page.isVisible() and not self._timer.isActive():
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and self._stale:
            self._run()
        return super().eventFilter(watched, event)

    def _run(self) -> None:
        self._stale = False
        self._reload()
