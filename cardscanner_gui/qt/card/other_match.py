"""Picking another printing: the other candidates one key away, and a search for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.theme import STEP
from cardscanner_gui.qt.style.words import number_line, set_line

Search = Callable[[str, Callable[[list[Printing]], None], Callable[[str], None]], None]
"""Searches the catalogue off the GUI thread: text, then, failed."""

_TYPING_PAUSE_MS = 120
_LIMIT = 30
_RESULTS_HEIGHT = 200
_LEAST_HEIGHT = 80
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class TypedCommand:
    """What Enter does when nothing but its letter was typed.

    Attributes:
        words: say so, under the field, before anything is done.
    """

    words: str
    run: Callable[[], object]


class PrintingSearch(QWidget):
    """Type a code or a name (`PAL 12`, `012/193`, `sprigatito`), pick from what fits.

    Attributes:
        commands: by letter, in lower case; typed alone and ended with Enter, it is done.
    """

    picked = Signal(Printing)
    results_shown = Signal(bool)

    def __init__(self, search: Search, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = search
        self._asked = ""
        self.commands: Mapping[str, TypedCommand] = {}
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(tr("Type a code or a name: PAL 12"))
        self.field.setAccessibleName(tr("Search the catalogue"))
        self.field.setClearButtonEnabled(True)
        self.results = QListWidget(self)
        self.results.setAccessibleName(tr("Printings found"))
        self.results.setMinimumHeight(_LEAST_HEIGHT)
        self.results.setMaximumHeight(_RESULTS_HEIGHT)
        self.results.hide()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.line = QLabel(self)
        self.line.setProperty("role", "muted")
        self.line.setWordWrap(True)
        self.line.hide()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._pick_first)
        self.results.itemActivated.connect(self._pick)
        self.results.itemClicked.connect(self._pick)
        self.field.installEventFilter(self)
        self.results.installEventFilter(self)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self.field)
        layout.addWidget(self.line)
        layout.addWidget(self.results)

    def clear(self) -> None:
        self.field.clear()
        self._show([], "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _ENTER:
            event.accept()  # Enter picks here; elsewhere it keeps the card
            return True
        if event.type() == QEvent.Type.ShortcutOverride and self._has_nothing_for(event):
            event.ignore()  # what was done before the typing is taken back, or done again
            return True
        if event.type() == QEvent.Type.KeyPress and watched is self.field:
            if event.key() == Qt.Key.Key_Down and self.results.count():
                self.results.setFocus()
                self.results.setCurrentRow(0)
                return True
            if event.key() == Qt.Key.Key_Escape and self.field.text():
                self.clear()
                return True
        return super().eventFilter(watched, event)

    def _has_nothing_for(self, event: QKeyEvent) -> bool:
        """Whether undo or redo is meant for the cards: nothing stands in the field."""
        keys = (Qt.Key.Key_Z, Qt.Key.Key_Y)
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        return not self.field.text() and event.key() in keys and bool(held)

    def _typed(self, text: str) -> None:
        command = self._command()
        if text.strip() and command is None:
            self._pause.start()
            return
        self._pause.stop()
        self._asked = ""
        self._show([], "")
        if command is not None:
            self.line.setText(command.words)
            self.line.show()

    def _command(self) -> TypedCommand | None:
        return self.commands.get(self.field.text().strip().lower())

    def _ask(self) -> None:
        text = self._asked = self.field.text().strip()

        def show(found: list[Printing]) -> None:
            if text == self._asked:
                self._show(
                    found[:_LIMIT],
                    "" if found else tr("Nothing in the catalogue fits “{text}”", text=text),
                )

        def failed(message: str) -> None:
            if text == self._asked:
                self._show([], message)

        self._search(text, show, failed)

    def _show(self, found: Sequence[Printing], line: str) -> None:
        self.results.clear()
        for printing in found:
            item = QListWidgetItem(
                f"{printing.name}\n{set_line(printing)} · {number_line(printing)}"
            )
            item.setData(Qt.ItemDataRole.UserRole, printing)
            self.results.addItem(item)
        self.results.setVisible(bool(found))
        self.line.setText(line)
        self.line.setVisible(bool(line))
        self.results_shown.emit(bool(found or line))

    def _pick_first(self) -> None:
        command = self._command()
        if command is not None:
            self.clear()
            command.run()
        elif self._asked == self.field.text().strip() and self.results.count():
            self._pick(self.results.item(max(0, self.results.currentRow())))

    def _pick(self, item: QListWidgetItem) -> None:
        printing = item.data(Qt.ItemDataRole.UserRole)
        self.clear()
        self.picked.emit(printing)
