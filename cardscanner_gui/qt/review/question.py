"""What is asked of the card under review, and why it must be asked."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import Status
from cardscanner_gui.qt.card.asked import asked_of_scan, question_words
from cardscanner_gui.qt.style.marks import StateLine, mark_of
from cardscanner_gui.qt.style.plain_text import show_literally
from cardscanner_gui.qt.style.theme import STEP, scaled_font


class Question(QWidget):
    """The card's state, "Ninetales: which of four?" where its name is certain, and the reason.

    Attributes:
        count: of how many printings it asks which it is; 0 where it asks nothing.
    """

    def __init__(self, games: Games, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._games = games
        self._reduced = False
        self._unsure = False
        self.count = 0
        self.state = StateLine()
        self.asks = QLabel()
        self.asks.setFont(scaled_font(self.font(), 1.2, bold=True))
        self.reason = QLabel()
        self.reduced = QLabel("The reduced catalogue is in use: the full one may know this card.")
        self.reduced.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        for widget in (self.state, self.asks, self.reason, self.reduced):
            layout.addWidget(widget)
        for label in (self.asks, self.reason, self.reduced):
            label.setWordWrap(True)
        self._show_reduced()
        show_literally(self)

    def show_scan(self, scan: Scan) -> None:
        """Ask about this card."""
        self._unsure = scan.status is not Status.IDENTIFIED
        asked = asked_of_scan(scan, self._games)
        self.count = len(asked.printings) if asked else 0
        self.state.show_state(mark_of(scan.status))
        self.asks.setVisible(asked is not None)
        self.asks.setText(question_words(asked, scan.language) if asked else "")
        self.reason.setText(scan.reason[:1].upper() + scan.reason[1:])
        self._show_reduced()

    def show_catalogue(self, *, reduced: bool) -> None:
        """Say of doubtful cards when the catalogue is a reduced one."""
        self._reduced = reduced
        self._show_reduced()

    def _show_reduced(self) -> None:
        self.reduced.setVisible(self._reduced and self._unsure)
