"""What is said about the card catalogue: it came, it is missing, it is being fetched."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from cardscanner_gui.core.collection import Change, ChangeKind
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.actions import connect
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.services import CatalogueFacts
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.style.words import count
from cardscanner_gui.qt.window.status_strip import StatusStrip
from cardscanner_gui.qt.window.work import BackgroundWork


class CatalogueNotices(QObject):
    """Follows the catalogue and matching again, and offers what to do next."""

    def __init__(
        self, work: BackgroundWork, shell: Shell, status: StatusStrip, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue = work.catalogue
        self._work = work
        self._notice = shell.notice
        self._actions = actions = shell.actions
        self._status = status
        catalogue.opened.connect(self._opened)
        catalogue.fetched.connect(self._fetched)
        catalogue.missing.connect(self._missing)
        catalogue.progress.connect(self._show_fetching)
        catalogue.fetch_failed.connect(self._fetch_failed)
        catalogue.smaller.connect(self._ask_about_smaller)
        status.full_catalogue.clicked.connect(catalogue.fetch_full)
        catalogue.fetch_stopped.connect(self._fetch_stopped)
        work.rematch.ended.connect(self._rematched)
        work.store.state_changed.connect(self._offer_rematch)
        status.fetching.stopped.connect(catalogue.cancel)
        connect(actions.update_catalogue, catalogue.fetch)
        connect(actions.stop_update, catalogue.cancel)
        connect(actions.rematch, self.match_again)
        actions.stop_update.setEnabled(False)
        actions.rematch.setEnabled(False)

    def match_again(self) -> None:
        """Match the cards that wait for review with the catalogue that is there now."""
        self._work.rematch.start(self._work.settings.current)

    def _offer_rematch(self) -> None:
        waiting = self._work.store.state.pending > 0
        self._actions.rematch.setEnabled(waiting and self._catalogue.facts is not None)

    def _opened(self, facts: CatalogueFacts) -> None:
        self._status.show_catalogue(facts.printings, reduced=facts.reduced)
        self._offer_rematch()

    def _missing(self) -> None:
        self._status.show_catalogue(None)
        if self._work.settings.current.offline:
            self._offer_fetch(
                tr("There is no card catalogue yet, and Cardscanner is set to offline.")
            )
        else:
            self._catalogue.fetch()

    def _show_fetching(self, words: str, part: float) -> None:
        self._status.fetching.show_progress(words, None if part < 0 else part)
        self._actions.update_catalogue.setEnabled(False)
        self._actions.stop_update.setEnabled(True)

    def _fetch_ended(self) -> None:
        self._status.fetching.hide()
        self._actions.update_catalogue.setEnabled(True)
        self._actions.stop_update.setEnabled(False)

    def _fetched(self, facts: CatalogueFacts) -> None:
        self._fetch_ended()
        self._work.store.tell(Change(ChangeKind.UPDATED, ()))  # entries may know more now
        self._work.rebuild()
        words = tr(
            "The card catalogue is here: {printings}", printings=count(facts.printings, "printing")
        )
        if facts.reduced:
            words = tr(
                "{words}. It is the reduced one, which lacks cards and languages", words=words
            )
        waiting = self._work.store.state.pending
        if waiting:
            action = tr("Match {waiting_cards} again", waiting_cards=count(waiting, "waiting card"))
            self._tell(words, action, self.match_again)
        else:
            self._notice.tell(words, mark=Mark.IDENTIFIED, about="catalogue")

    def _ask_about_smaller(self, words: str) -> None:
        self._fetch_ended()
        self._tell(words, tr("Use it all the same"), self._catalogue.fetch_smaller, Mark.UNSURE)

    def _fetch_failed(self, message: str) -> None:
        self._fetch_ended()
        self._tell(message, tr("Try again"), self._catalogue.fetch, Mark.FAILED)

    def _fetch_stopped(self) -> None:
        self._fetch_ended()
        if self._catalogue.facts is None:
            self._offer_fetch(tr("Without the card catalogue, cards are read but not identified."))

    def _offer_fetch(self, words: str) -> None:
        self._tell(words, tr("Get it now"), self._catalogue.fetch)

    def _tell(
        self, words: str, action: str, then: Callable[[], None], mark: Mark | None = None
    ) -> None:
        """What stays until the user answers; a later line about the catalogue takes its place."""
        self._notice.tell(words, action=action, then=then, mark=mark, stays=True, about="catalogue")

    def _rematched(self, total: int, identified: int) -> None:
        words = tr(
            "Matched {cards} again; {identified:,} identified",
            cards=count(total, "card"),
            identified=identified,
        )
        self._notice.tell(words, mark=Mark.IDENTIFIED if identified else Mark.UNSURE)
