"""What the program is made of, and under which licences: a list, and the words of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.words import tr
from cardscanner_gui.parts import Part
from cardscanner_gui.qt.style.theme import STEP


class LicencesDialog(QDialog):
    """Text that can be selected and copied.

    Args:
        parts: the libraries; the first is shown.
    """

    def __init__(self, parts: Sequence[Part], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Licences"))
        self.resize(820, 520)
        self._parts = parts
        self.names = QListWidget()
        self.names.setAccessibleName(tr("Libraries"))
        self.names.addItems([f"{part.name} {part.version}" for part in parts])
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Licence"))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.names)
        split.addWidget(self.text)
        split.setStretchFactor(1, 1)
        split.setSizes([260, 560])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(2 * STEP)
        layout.addWidget(split, 1)
        layout.addWidget(buttons)
        self.names.currentRowChanged.connect(self._show)
        self.names.setCurrentRow(0)

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._parts):
            part = self._parts[row]
            head = [
                f"{part.name} {part.version}",
                tr("Licence: {licence}", licence=part.licence),
                part.home,
            ]
            text = part.text or tr("The package brings no text of its own; its web page has it.")
            self.text.setPlainText("\n".join(line for line in head if line) + "\n\n" + text)
