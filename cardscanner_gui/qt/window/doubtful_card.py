"""A card that waits in Review, compared with the pictures of its candidates, by consent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QPushButton

from cardscanner_gui.core.types import Status
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.review.page import ReviewPage
from cardscanner_gui.qt.style.words import count
from cardscanner_gui.qt.window.picture_words import size_words, time_words
from cardscanner_gui.qt.window.work import BackgroundWork

if TYPE_CHECKING:
    from cardscanner_gui.catalogue.pictures.gathering import Report
    from cardscanner_gui.catalogue.pictures.update import FetchPlan


class DoubtfulCard(QObject):
    """Offers under the candidates to fetch what they look like, then matches the card again."""

    def __init__(self, work: BackgroundWork, review: ReviewPage, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._updates = work.printed
        self._review = review
        self._missing: tuple[str, ...] = ()
        self._compared: int | None = None
        self.button = QPushButton()
        self.button.setProperty("role", "link")
        self.button.setToolTip(tr("Fetch small pictures of these candidates only"))
        self.button.hide()
        self.button.clicked.connect(self._ask)
        review.candidates.add_below(self.button)
        review.candidates.use_pictures(self._updates.picture)
        review.candidates.shown.connect(self._look)
        self._updates.progress.connect(self.button.hide)
        self._updates.stopped.connect(self._look)
        self._updates.failed.connect(self._look)
        self._updates.ended.connect(self._ended)

    def _look(self) -> None:
        """Is there anything to compare the shown card with that isn't there yet?"""
        self.button.hide()
        scan = self._review.scan
        if scan is None or scan.status is Status.IDENTIFIED or not scan.has_photo:
            return
        if not self._work.settings.current.offline:
            ids = [printing.id for printing, _ in scan.candidates]
            self._updates.without(ids, partial(self._offer, scan.id))

    def _offer(self, scan_id: int, missing: tuple[str, ...]) -> None:
        scan = self._review.scan
        if missing and scan is not None and scan.id == scan_id:
            self._missing = missing
            self.button.setText(
                tr("Compare with {pictures} more…", pictures=count(len(missing), "picture"))
            )
            self.button.show()

    def _ask(self) -> None:
        from cardscanner_gui.catalogue.pictures.wanted import Wanted

        wanted = Wanted(printings=self._missing)
        scan = self._review.scan
        if scan is not None:
            then = partial(self._consent, scan.id)
            self._updates.plan(wanted, False, then, self._work.failed.emit)

    def _consent(self, scan_id: int, plan: FetchPlan) -> None:
        if not plan.pictures:
            self.button.setText(tr("Nobody knows where these pictures are"))
            return
        if not self._updates.agreed:
            words = tr(
                "{small_pictures} from {host}, about {size_words}, {time_words}. "
                "Only fingerprints of 64 bytes are kept. You won't be asked again "
                "before the next start.",
                small_pictures=count(plan.pictures, "small picture"),
                host=self._updates.host,
                size_words=size_words(plan.bytes),
                time_words=time_words(plan.seconds()),
            )
            question = QMessageBox.question(self._review, tr("Fetch these pictures?"), words)
            if question != QMessageBox.StandardButton.Yes:
                return
            self._updates.agreed = True
        from cardscanner_gui.catalogue.pictures.wanted import Wanted

        self._compared = scan_id
        self._updates.fetch(Wanted(printings=self._missing))

    def _ended(self, report: Report) -> None:
        """Match the card again that this was for, and offer it for the next."""
        scan_id, self._compared = self._compared, None
        if scan_id is not None and report.taken:
            self._work.rematch.start(self._work.settings.current, {scan_id})
        self._look()
