"""The pictures that couldn't be read, one line each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import count


class ProblemsDialog(QDialog):
    """Text that can be selected and copied."""

    def __init__(self, failures: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Pictures that couldn't be read"))
        self.setMinimumSize(560, 320)
        title = QLabel(tr("{pictures} couldn't be read", pictures=count(len(failures), "picture")))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.lines = QPlainTextEdit("\n".join(failures))
        self.lines.setReadOnly(True)
        self.lines.setAccessibleName(tr("Pictures and reasons"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(2 * STEP)
        layout.addWidget(title)
        layout.addWidget(self.lines, 1)
        layout.addWidget(buttons)
