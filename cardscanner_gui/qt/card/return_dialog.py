"""A list of what was put away, from which it can be brought back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font


@dataclass(frozen=True)
class PutAway:
    """One thing on the list, in two lines."""

    id: int
    name: str
    place: str


@dataclass(frozen=True)
class ReturnWords:
    """What the dialog says: its title, a line under it, the button, and the line without things."""

    title: str
    line: str
    button: str
    empty: str


class ReturnDialog(QDialog):
    """Several can be marked and brought back at once."""

    brought_back = Signal(list)
    """Ids of what was marked."""

    def __init__(
        self, words: ReturnWords, things: Sequence[PutAway], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr(words.title))
        title = QLabel(tr(words.title))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.line = QLabel(tr(words.line if things else words.empty))
        self.line.setProperty("role", "muted")
        self.line.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName(tr(words.title))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setUniformItemSizes(True)
        self.list.setVisible(bool(things))
        for thing in things:
            item = QListWidgetItem(f"{thing.name}\n{thing.place}")
            item.setData(Qt.ItemDataRole.UserRole, thing.id)
            self.list.addItem(item)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.back = buttons.addButton(tr(words.button), QDialogButtonBox.ButtonRole.AcceptRole)
        self.back.setProperty("role", "primary")
        buttons.accepted.connect(self._bring_back)
        self.list.itemSelectionChanged.connect(self._marked)
        self.list.itemActivated.connect(self._bring_back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(title)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        if not things:
            layout.addStretch()
        layout.addWidget(buttons)
        self.resize(520, 440 if things else 160)
        if things:
            self.list.setCurrentRow(0)
        self._marked()

    def _marked(self) -> None:
        self.back.setEnabled(bool(self.list.selectedItems()))

    def _bring_back(self) -> None:
        ids = [item.data(Qt.ItemDataRole.UserRole) for item in self.list.selectedItems()]
        self.accept()
        if ids:
            self.brought_back.emit(ids)
