"""What is said about the printings' pictures while and after they come, wherever the user is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.style.words import count
from cardscanner_gui.qt.window.catalogue_notices import CatalogueNotices
from cardscanner_gui.qt.window.picture_words import plan_words, report_words
from cardscanner_gui.qt.window.status_strip import StatusStrip
from cardscanner_gui.qt.window.work import BackgroundWork

if TYPE_CHECKING:
    from cardscanner_gui.catalogue.pictures.gathering import Report
    from cardscanner_gui.catalogue.pictures.update import FetchPlan


class PictureNotices(QObject):
    """Follows the fetching, has the recogniser take up what came, and offers what to do next."""

    def __init__(
        self,
        work: BackgroundWork,
        shell: Shell,
        status: StatusStrip,
        catalogue: CatalogueNotices,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._updates = updates = work.printed
        self._notice = shell.notice
        self._line = status.pictures
        self._catalogue = catalogue
        shell.actions.pictures.setEnabled(updates.offered)
        updates.progress.connect(self._show_progress)
        updates.ended.connect(self._ended)
        updates.stopped.connect(self._stopped)
        updates.failed.connect(self._failed)
        status.pictures.stopped.connect(updates.stop)
        work.catalogue.fetched.connect(self._look_for_new)

    def _show_progress(self, words: str, part: float) -> None:
        self._line.show_progress(words, None if part < 0 else part)

    def _ended(self, report: Report) -> None:
        self._line.hide()
        if report.taken or report.refused:
            self._work.rebuild()
        if report.stopped:
            self._tell_broken(report.stopped)
            return
        words = report_words(report)
        waiting = self._work.store.state.pending
        if waiting and report.taken:
            action = tr("Match {waiting_cards} again", waiting_cards=count(waiting, "waiting card"))
            then = self._catalogue.match_again
            self._notice.tell(words, action=action, then=then, stays=True)
        else:
            self._notice.tell(words, mark=Mark.IDENTIFIED)

    def _stopped(self) -> None:
        self._line.hide()
        self._work.rebuild()
        words = tr("Fetching pictures stopped. What came so far is kept")
        self._notice.tell(words, action=tr("Go on"), then=self._updates.go_on, stays=True)

    def _failed(self, message: str) -> None:
        self._line.hide()
        self._tell_broken(message)

    def _tell_broken(self, message: str) -> None:
        self._notice.tell(
            message, action=tr("Try again"), then=self._updates.go_on, mark=Mark.FAILED, stays=True
        )

    def _look_for_new(self) -> None:
        """After the catalogue's update: printings that are new have no fingerprint yet."""
        if not self._work.settings.current.offline:
            self._updates.plan_of_choice(self._offer)

    def _offer(self, plan: FetchPlan | None) -> None:
        if plan is None or not plan.pictures:
            return
        words = tr(
            "The catalogue has new printings: {plan_words}",
            plan_words=plan_words(plan, self._updates.host),
        )
        self._notice.tell(words, action=tr("Fetch"), then=self._updates.fetch_choice, stays=True)
