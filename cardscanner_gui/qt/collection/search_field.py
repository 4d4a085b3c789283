"""The search field: completes fields and their values while one types, and says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from cardscanner_gui.core.words import mark, said, tr
from cardscanner_gui.store.search.completion import Completion, Values, completions

_EXAMPLES = mark(
    "Search the collection (Ctrl+F)\n\nchar  or  “PAL 12”: words anywhere\n"
    "set:PAL  rarity:rare  finish:reverse  lang:ja\nqty>1  number:1..20  "
    'condition>=EX  grade>=9  price<5\ntag:"for trade"  folder:red  '
    "-tag:*  has:photo\nadded:today  added:30d  bought:2025-03"
)


class SearchField(QLineEdit):
    """Offers what may follow at the cursor; Down and Enter, or a click, takes it."""

    values_wanted = Signal()
    """Completion needs the collection's values and has none yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Values | None = None
        self._offered: list[Completion] = []
        self.setPlaceholderText(tr("Search: name, set, number, set:PAL qty>1 …"))
        self.setAccessibleName(tr("Search the collection"))
        self.setToolTip(tr(_EXAMPLES))
        self.setClearButtonEnabled(True)
        self._list = QStringListModel(self)
        self.completer_ = QCompleter(self._list, self)
        self.completer_.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer_.setWidget(self)  # not setCompleter: that would replace the whole text
        self.completer_.activated[str].connect(self._take)  # type: ignore[index]
        popup = self.completer_.popup()
        assert popup is not None
        if isinstance(popup, QListView):
            popup.setSpacing(2)
        self._popup = popup
        self.textEdited.connect(self._offer)

    @property
    def offered(self) -> Sequence[Completion]:
        """What is offered now."""
        return self._offered if self._popup.isVisible() else ()

    def know(self, values: Values | None) -> None:
        """Take the collection's values; None: they are to be asked for again."""
        self._values = values
        if values is not None and self.hasFocus() and self.text():
            self._offer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self._popup
        if popup.isVisible() and event.key() in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
            Qt.Key.Key_Tab,
        ):
            if popup.currentIndex().isValid():
                event.ignore()  # the popup takes it
                return
            popup.hide()
        super().keyPressEvent(event)

    def _offer(self) -> None:
        if self._values is None:
            self.values_wanted.emit()
        self._offered = completions(self.text(), self.cursorPosition(), self._values or {})
        popup = self._popup
        if not self._offered:
            popup.hide()
            return
        self._list.setStringList([_line(one) for one in self._offered])
        rect = self.cursorRect()
        rect.setBottom(self.height())  # below the field, not over its edge
        rect.setWidth(max(240, popup.sizeHintForColumn(0) + 32))
        self.completer_.complete(rect)

    def _take(self, line: str) -> None:
        found = next((one for one in self._offered if _line(one) == line), None)
        if found is None:
            return
        self.setText(found.text)
        self.setCursorPosition(found.cursor)
        self._offer()


def _line(one: Completion) -> str:
    return f"{one.shown}   {said(one.hint)}" if one.hint and one.hint != one.shown else one.shown
