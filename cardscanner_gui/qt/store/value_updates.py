"""Prices in the window: asked for in the background, and only while the user wants that."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.settings import Settings

_LOOK_EVERY_MS = 60 * 60 * 1000


class ValueUpdates(QObject):
    """Has a thread of its own: a server may let one wait."""

    progress = Signal(int)
    """So many cards were asked for."""
    updated = Signal(int)
    """All that was due was asked for."""
    failed = Signal(str)
    """One line for the user."""

    def __init__(
        self, services: WindowServices, settings: ChosenSettings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._settings = settings
        self._lane = Lane("values", 1, self)
        self._token: CancelToken | None = None
        self._wanted = settings.current.values
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_EVERY_MS)
        self._clock.timeout.connect(self.ask)
        settings.changed.connect(self._chosen)

    @property
    def allowed(self) -> bool:
        """Whether the user wants prices, and lets anything be fetched at all."""
        settings = self._settings.current
        return settings.values and not settings.offline

    @property
    def asking(self) -> bool:
        return self._token is not None

    def start(self) -> None:
        """Ask for what is due now, and look again every hour."""
        self.ask()
        self._clock.start()

    def ask(self) -> None:
        """Ask for the prices that are due; never while the user doesn't want that."""
        if not self.allowed or self._token is not None:
            return
        self._token = CancelToken()
        server = self._settings.current.values_server
        work = partial(_ask, self._services, server, self._token, self.progress.emit)
        self._lane.run(work, self._asked, self._failed)

    def stop(self) -> None:
        """Ask for no more; what was answered stays."""
        if self._token is not None:
            self._token.cancel()
            self._token = None

    def close(self) -> None:
        """The same, and let the thread end."""
        self.stop()
        self._lane.close()

    def _chosen(self, _: Settings) -> None:
        wanted = self.allowed
        if wanted and not self._wanted:
            self.ask()
        elif not wanted:
            self.stop()
        self._wanted = wanted

    def _asked(self, cards: int) -> None:
        self._token = None
        self.updated.emit(cards)

    def _failed(self, message: str) -> None:
        self._token = None
        self.failed.emit(message)


def _ask(
    services: WindowServices, server: str, token: CancelToken, told: Callable[[int], None]
) -> int:
    from cardscanner_gui.store.quotes import QuoteStore
    from cardscanner_gui.valuing.asking import Asking

    return Asking(QuoteStore(services.database), services.games, server).run(token, told)
