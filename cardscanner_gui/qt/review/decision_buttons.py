"""Keep, reject or leave the card that is under review."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.theme import STEP

TYPING = "Whatever else you type is a search, such as PAL 12 or XY 12"


class DecisionButtons(QWidget):
    """The three, side by side."""

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keep = QPushButton("Keep")
        self.keep.setProperty("role", "primary")
        self.keep.setToolTip("Keep the card as the marked printing (Enter)")
        self.reject = QPushButton("Reject")
        self.reject.setToolTip(f"Don't keep this card (Del, or X and Enter)\n{TYPING}")
        # Neither Space nor Enter may come to it by the way the focus goes.
        self.reject.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.later = QPushButton("Later")
        self.later.setToolTip(
            f"Leave it in the list and look at the next (Page Down, or N and Enter)\n{TYPING}"
        )
        icons.give(self.keep, "keep", "on_accent")
        icons.give(self.reject, "reject")
        icons.give(self.later, "next")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        for button in (self.keep, self.reject, self.later):
            layout.addWidget(button, 1)
