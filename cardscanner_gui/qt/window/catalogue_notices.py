"""What the window says about the card catalogue: it came, it is missing, it is being fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cardscanner_gui.qt.services import CatalogueFacts
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.style.words import count

if TYPE_CHECKING:
    from cardscanner_gui.qt.window.main_window import MainWindow


class CatalogueNotices(QObject):
    """Follows the window's catalogue and matching again, and offers what to do next."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.catalogue.opened.connect(self._catalogue_opened)
        window.catalogue.fetched.connect(self._catalogue_fetched)
        window.catalogue.missing.connect(self._catalogue_missing)
        window.catalogue.progress.connect(self._show_fetching)
        window.catalogue.fetch_failed.connect(self._fetch_failed)
        window.catalogue.fetch_stopped.connect(self._fetch_stopped)
        window.rematch.ended.connect(self._rematched)

    def _catalogue_opened(self, facts: CatalogueFacts) -> None:
        self._window.status.show_catalogue(facts.printings)
        self._window.show_state(self._window.store.state)

    def _catalogue_missing(self) -> None:
        self._window.status.show_catalogue(None)
        if self._window.settings.offline:
            self._offer_fetch("There is no card catalogue yet, and Cardscanner is set to offline.")
        else:
            self._window.catalogue.fetch()

    def _show_fetching(self, words: str, part: float) -> None:
        self._window.status.fetching.show_progress(words, None if part < 0 else part)
        self._window.commands.update_catalogue.setEnabled(False)
        self._window.commands.stop_update.setEnabled(True)

    def _fetch_ended(self) -> None:
        self._window.status.fetching.hide()
        self._window.commands.update_catalogue.setEnabled(True)
        self._window.commands.stop_update.setEnabled(False)

    def _catalogue_fetched(self, facts: CatalogueFacts) -> None:
        self._fetch_ended()
        self._window.rebuild()
        words = f"The card catalogue is here: {count(facts.printings, 'printing')}"
        waiting = self._window.store.state.pending
        if waiting:
            action = f"Match {count(waiting, 'waiting card')} again"
            self._window.notice.tell(words, action=action, then=self.match_again, stays=True)
        else:
            self._window.notice.tell(words, mark=Mark.IDENTIFIED)

    def _fetch_failed(self, message: str) -> None:
        self._fetch_ended()
        self._window.notice.tell(
            message,
            action="Try again",
            then=self._window.catalogue.fetch,
            mark=Mark.FAILED,
            stays=True,
        )

    def _fetch_stopped(self) -> None:
        self._fetch_ended()
        if self._window.catalogue.facts is None:
            self._offer_fetch("Without the card catalogue, cards are read but not identified.")

    def _offer_fetch(self, words: str) -> None:
        self._window.notice.tell(
            words, action="Get it now", then=self._window.catalogue.fetch, stays=True
        )

    def match_again(self) -> None:
        """Match the cards that wait for review with the catalogue that is there now."""
        self._window.rematch.start(self._window.settings)

    def _rematched(self, total: int, identified: int) -> None:
        words = f"Matched {count(total, 'card')} again; {identified:,} identified"
        self._window.notice.tell(words, mark=Mark.IDENTIFIED if identified else Mark.UNSURE)
