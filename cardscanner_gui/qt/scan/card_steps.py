"""From card to card, in a window that has no room for the strip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.scan.strip import ScanStrip
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.theme import STEP


class CardSteps(QWidget):
    """Two buttons that go along the strip's cards, seen or not."""

    def __init__(self, strip: ScanStrip, icons: IconSet) -> None:
        super().__init__()
        self._strip = strip
        self.newer = self._button(icons, "back", tr("The next newer card"), -1)
        self.older = self._button(icons, "next", tr("The next older card"), 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self.newer)
        layout.addWidget(self.older)

    def refresh(self) -> None:
        """Offer the ways that there are."""
        row, last = self._strip.currentIndex().row(), self._strip.cards.rowCount() - 1
        self.newer.setEnabled(row > 0)
        self.older.setEnabled(row < last)

    def _button(self, icons: IconSet, icon: str, words: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._strip.step(by))
        icons.give(button, icon)
        return button
