"""The panel of the review page: what is doubtful, the candidates, the search, and the decision."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import Status
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.card.asked import asked_of_scan, question_words
from cardscanner_gui.qt.card.candidate_list import CandidateList
from cardscanner_gui.qt.card.copy_form import CopyForm
from cardscanner_gui.qt.card.evidence import read_text
from cardscanner_gui.qt.card.other_match import PrintingSearch, Search
from cardscanner_gui.qt.card.panel import make_scrolling
from cardscanner_gui.qt.card.read_by import read_by_scan
from cardscanner_gui.qt.review.decision_buttons import TYPING, DecisionButtons
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.marks import StateLine, mark_of
from cardscanner_gui.qt.style.theme import STEP, scaled_font

_WIDTH = 400
_LOW = 430
"""Pixels of height under which the copy's fields scroll with the rest."""


class QuestionPanel(QFrame):
    """Holds the widgets; the page says what they do.

    Attributes:
        asked: of how many printings it asks which it is; 0 where it asks nothing.
    """

    def __init__(self, search: Search, games: Games, icons: IconSet) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setMinimumWidth(_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._games = games
        self.asked = 0
        self.state = StateLine()
        self.asks = QLabel()
        self.asks.setFont(scaled_font(self.font(), 1.2, bold=True))
        self.asks.setTextFormat(Qt.TextFormat.PlainText)
        self.asks.setWordWrap(True)
        self.reason = QLabel()
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        self.asked = 0
        self._in_use = False
        self.reduced = QLabel(
            tr("The reduced catalogue is in use: the full one may know this card.")
        )
        self.reduced.setProperty("role", "muted")
        self.reduced.setWordWrap(True)
        self.candidates = CandidateList()
        self.search = PrintingSearch(search)
        self.search.field.setToolTip(tr(TYPING))
        self.form = CopyForm(games)
        self.decisions = DecisionButtons(icons)
        self._low = False
        self._lay_out()
        self.search.results_shown.connect(self._show_search)
        self.search.field.textChanged.connect(self._show_search)

    def _lay_out(self) -> None:
        self.heading = QLabel()
        self.heading.setProperty("role", "muted")
        self.heading.setBuddy(self.search.field)
        question = QWidget()
        self._inner = QVBoxLayout(question)
        self._inner.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        self._inner.setSpacing(STEP)
        for widget in (self.state, self.asks, self.reason, self.reduced):
            self._inner.addWidget(widget)
        self._inner.addWidget(self.candidates)
        self._inner.addWidget(self.heading)
        self._inner.addWidget(self.search)
        self._inner.addStretch()
        self.area = make_scrolling(question)
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(2 * STEP, 0, 2 * STEP, 2 * STEP)
        self._foot.setSpacing(2 * STEP)
        self._foot.addWidget(self.form)
        self._foot.addWidget(self.decisions)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(STEP)
        layout.addWidget(self.area, 1)
        layout.addLayout(self._foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = event.size().height() < _LOW
        if low != self._low:
            self._low = low
            if low:
                self._inner.insertWidget(self._inner.count() - 1, self.form)
            else:
                self._foot.insertWidget(0, self.form)
            margin = STEP if low else 2 * STEP
            self._foot.setContentsMargins(margin, 0, margin, margin)

    def _show_search(self) -> None:
        """What is typed and found is seen, however low the window; once it is laid out."""
        if self.search.field.text():
            QTimer.singleShot(0, self, self._scroll_to_search)

    def _scroll_to_search(self) -> None:
        bar, place = self.area.verticalScrollBar(), self.search.geometry()
        if place.bottom() - bar.value() > self.area.viewport().height() or place.y() < bar.value():
            bar.setValue(place.y())

    def show_scan(self, scan: Scan) -> None:
        """Say how sure the answer is, and what is asked of the card."""
        self.state.show_state(mark_of(scan.status))
        asked = asked_of_scan(scan, self._games)
        self.asked = len(asked.printings) if asked else 0
        self.asks.setVisible(asked is not None)
        self.asks.setText(question_words(asked, read_text(scan.reading, "name")) if asked else "")
        said_reason = said(scan.reason)
        reason = said_reason[:1].upper() + said_reason[1:]
        read_by = f"\n{read_by_scan(scan, self._games)}" if scan.model is not None else ""
        self.reason.setText(reason + read_by)
        self.heading.setText(tr("None of these?") if scan.candidates else tr("Which card is it?"))
        self.show_reduced(scan)

    def show_reduced(self, scan: Scan | None, in_use: bool | None = None) -> None:
        """Say of a doubtful card when the catalogue in use is a reduced one."""
        if in_use is not None:
            self._in_use = in_use
        doubtful = scan is not None and scan.status is not Status.IDENTIFIED
        self.reduced.setVisible(self._in_use and doubtful)
