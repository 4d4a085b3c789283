"""The collection as a table that reads its rows page by page, off the GUI thread."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from cardscanner_gui.core.collection import Entry, EntryQuery, SortKey
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.style.plain_text import plain_tip
from cardscanner_gui.qt.style.words import LANGUAGE_NAMES, finish_line, finish_words

PAGE = 100
_KEPT_PAGES = 40

COLUMNS: tuple[tuple[str, SortKey | None], ...] = (
    ("Name", SortKey.NAME),
    ("Set", SortKey.SET),
    ("Number", SortKey.NUMBER),
    ("Rarity", SortKey.RARITY),
    ("Finish", SortKey.FINISH),
    ("Condition", SortKey.CONDITION),
    ("Language", SortKey.LANGUAGE),
    ("Copies", SortKey.QUANTITY),
    ("Added", SortKey.SCANNED_AT),
)
_COPIES = 7
AnyIndex = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = Qt.ItemDataRole.UserRole


class EntryModel(QAbstractTableModel):
    """Knows how many rows there are; fetches those that are looked at.

    A row that isn't here yet is blank for a moment, so scrolling never waits for the disk.
    """

    counted = Signal(int, int)
    """Entries and copies that match."""
    refreshed = Signal()

    def __init__(
        self, services: WindowServices, store: AsyncStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._collection = services.collection
        self._finishes = finish_words(services.games)
        self._store = store
        self._query = EntryQuery()
        self._count = 0
        self._pages: OrderedDict[int, list[Entry]] = OrderedDict()
        self._asked: set[int] = set()
        self._turn = 0

    @property
    def query(self) -> EntryQuery:
        return self._query

    def show_query(self, query: EntryQuery) -> None:
        """Show other entries, or in another order."""
        self._query = query
        self.reload()

    def reload(self) -> None:
        """Read the count and the first page anew; the rows change when both are here."""
        self._turn += 1
        self._store.read(
            partial(self._read_start, self._query), partial(self._show_start, self._turn)
        )

    def entry(self, row: int) -> Entry | None:
        """The entry of a row, None while it isn't here."""
        page = self._pages.get(row // PAGE)
        position = row % PAGE
        return page[position] if page is not None and position < len(page) else None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section][0]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(section)
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role not in (Qt.ItemDataRole.DisplayRole, ENTRY_ROLE, Qt.ItemDataRole.ToolTipRole):
            return None
        entry = self.entry(index.row())
        if entry is None:
            self._ask(index.row() // PAGE)
            return None
        if role == ENTRY_ROLE:
            return entry
        text = _cell(entry, index.column(), self._finishes)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(entry.note or text)
        return text

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        key = COLUMNS[column][1] if 0 <= column < len(COLUMNS) else None
        if key is not None:
            descending = order == Qt.SortOrder.DescendingOrder
            self.show_query(EntryQuery(self._query.text, key, descending))

    def _read_start(self, query: EntryQuery) -> tuple[int, int, list[Entry]]:
        collection = self._collection
        return collection.count(query), collection.copies(query), collection.page(query, 0, PAGE)

    def _show_start(self, turn: int, start: tuple[int, int, list[Entry]]) -> None:
        if turn != self._turn:
            return  # a newer query is on its way
        count, copies, page = start
        if count == self._count:
            # The same number of rows: selection and scroll position stay.
            kept = set(self._pages)
            self._pages = OrderedDict({0: page})
            self._asked.clear()
            for number in kept - {0}:
                self._ask(number)
            if count:
                self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(COLUMNS) - 1))
        else:
            self.beginResetModel()
            self._count = count
            self._pages = OrderedDict({0: page})
            self._asked.clear()
            self.endResetModel()
        self.counted.emit(count, copies)
        self.refreshed.emit()

    def _ask(self, number: int) -> None:
        if number in self._asked or number in self._pages:
            return
        self._asked.add(number)
        work = partial(self._collection.page, self._query, number * PAGE, PAGE)
        self._store.read(work, partial(self._show_page, self._turn, number))

    def _show_page(self, turn: int, number: int, page: list[Entry]) -> None:
        if turn != self._turn:
            return
        self._asked.discard(number)
        self._pages[number] = page
        while len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
        last = min(self._count, (number + 1) * PAGE) - 1
        if last >= number * PAGE:
            top, bottom = self.index(number * PAGE, 0), self.index(last, len(COLUMNS) - 1)
            self.dataChanged.emit(top, bottom)


def _alignment(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if column == _COPIES else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


def _cell(entry: Entry, column: int, finishes: Mapping[str, str]) -> str:
    printing = entry.printing
    texts = (
        printing.title(entry.language),
        printing.set_name_in(entry.language),
        printing.printed_number,
        printing.rarity or "",
        finish_line(finishes, entry),
        entry.condition,
        LANGUAGE_NAMES.get(entry.language, entry.language),
        str(entry.quantity),
        time.strftime("%Y-%m-%d", time.localtime(entry.scanned_at)) if entry.scanned_at else "",
    )
    return str(texts[column])
