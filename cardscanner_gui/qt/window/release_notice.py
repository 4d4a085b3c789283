"""A line about a newer version, for who wants to be told."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.releases import Release, newest_release
from cardscanner_gui.settings import Settings

log = logging.getLogger(__name__)
_ONCE_A_DAY_MS = 24 * 60 * 60 * 1000


class ReleaseNotice(QObject):
    """Asks at the start and once a day, only while that is allowed; tells each version once.

    Args:
        address: whom to ask; empty asks nobody.
        version: of this program.
    """

    _answered = Signal(Release)

    def __init__(
        self,
        address: str,
        version: str,
        settings: ChosenSettings,
        notice: Notice,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._address = address
        self._version = version
        self._settings = settings
        self._notice = notice
        self._allowed = False
        self._told = ""
        self._clock = QTimer(self)
        self._clock.setInterval(_ONCE_A_DAY_MS)
        self._clock.timeout.connect(self._ask)
        self._answered.connect(self._tell)

    def start(self) -> None:
        """Begin, once the window is on the screen."""
        self._settings.changed.connect(self._choose)
        self._choose(self._settings.current)

    def _choose(self, settings: Settings) -> None:
        before = self._allowed
        self._allowed = bool(self._address) and settings.release_notice and not settings.offline
        if self._allowed and not before:
            self._clock.start()
            self._ask()
        elif not self._allowed:
            self._clock.stop()

    def _ask(self) -> None:
        # Nobody waits for it: a server that doesn't answer must not hold up the end.
        threading.Thread(target=self._fetch, name="releases", daemon=True).start()

    def _fetch(self) -> None:
        try:
            release = newest_release(self._address)
        except WorldError as error:
            log.info("%s", error)
            return
        with suppress(RuntimeError):  # the window is gone meanwhile
            self._answered.emit(release)

    def _tell(self, release: Release) -> None:
        if not self._allowed or release.version == self._told:
            return
        if not release.newer_than(self._version):
            return
        self._told = release.version
        words = tr(
            "Cardscanner {version} is there; this is {version2}",
            version=release.version,
            version2=self._version,
        )
        if release.page:
            self._notice.tell(
                words, action=tr("Read about it"), then=lambda: _open(release.page), stays=True
            )
        else:
            self._notice.tell(words, stays=True)


def _open(page: str) -> None:
    QDesktopServices.openUrl(QUrl(page))
