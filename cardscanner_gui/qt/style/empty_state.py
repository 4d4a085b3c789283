"""What a page shows when it has nothing yet: what belongs here, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cardscanner_gui.qt.style.card_sketch import CardSketch
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font

LOW = 300
"""Pixels of height under which the words need the room of the drawing."""


class EmptyState(QWidget):
    """A drawing, a title, a sentence, and one button that leads on."""

    acted = Signal()

    def __init__(self, title: str, line: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(title)
        self.title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.line = QLabel(line)
        self.line.setProperty("role", "muted")
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self.line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.line.setWordWrap(True)
        self.line.setMaximumWidth(440)
        self.button = QPushButton(action)
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(self.acted)
        # Between stretches, not aligned: an aligned label gets the height that its text would need
        # in the whole page's width, and its last line is cut off.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.line, 1000)
        middle.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(STEP)
        self._sketch = CardSketch()
        layout.addStretch(1)
        layout.addWidget(self._sketch, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(STEP)
        layout.addWidget(self.title)
        layout.addLayout(middle)
        layout.addSpacing(STEP)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sketch.setVisible(event.size().height() >= LOW)
