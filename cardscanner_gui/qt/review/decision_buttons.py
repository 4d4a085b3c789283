"""Keep, reject or leave the card that is under review."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.theme import STEP

TYPING = mark("Whatever else you type is a search, such as PAL 12 or XY 12")


class DecisionButtons(QWidget):
    """Side by side; one for several cards only where there are some."""

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keep = QPushButton(tr("Keep"))
        self.keep.setProperty("role", "primary")
        self.keep.setToolTip(tr("Keep the card as the marked printing (Enter)"))
        self.keep_all = QPushButton()
        self.keep_all.setToolTip(
            tr(
                "The cards of this picture that ask the same question: keep all of "
                "them as the marked printing (A and Enter)\n{typing}",
                typing=tr(TYPING),
            )
        )
        self.reject = QPushButton(tr("Reject"))
        self.reject.setToolTip(
            tr("Don't keep this card (Del, or X and Enter)\n{typing}", typing=tr(TYPING))
        )
        # Neither Space nor Enter may come to it by the way the focus goes.
        self.reject.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.later = QPushButton(tr("Later"))
        self.later.setToolTip(
            tr(
                "Leave it in the list and look at the next (Page Down, or N and Enter)\n{typing}",
                typing=tr(TYPING),
            )
        )
        icons.give(self.keep, "keep", "on_accent")
        icons.give(self.keep_all, "keep")
        icons.give(self.reject, "reject")
        icons.give(self.later, "next")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        for button in (self.keep, self.keep_all, self.reject, self.later):
            layout.addWidget(button, 1)
        self.offer_all(1)

    def offer_all(self, count: int) -> None:
        """So many cards ask the same question, the shown one counted."""
        self.keep_all.setText(tr("Keep all {count}", count=count))
        self.keep_all.setVisible(count > 1)
