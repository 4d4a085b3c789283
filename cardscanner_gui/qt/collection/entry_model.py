"""The collection as a table that reads its rows page by page, off the GUI thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import accumulate
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from cardscanner_gui.core.collection import Entry, EntryQuery, Group, SortKey
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.own_values import edited_value, field_value
from cardscanner_gui.qt.collection.columns import ALL
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.style.plain_text import plain_tip
from cardscanner_gui.qt.style.words import finish_words

PAGE = 100
_KEPT_PAGES = 40

COLUMNS: tuple[tuple[str, SortKey | None], ...] = tuple((c.title, c.sort) for c in ALL)
AnyIndex = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = Qt.ItemDataRole.UserRole
_Start = tuple[int, list[Entry], list[Group]]
"""How many rows there are, the first of them, and the groups they are in."""
_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.EditRole,
    Qt.ItemDataRole.ToolTipRole,
    ENTRY_ROLE,
)


class EntryModel(QAbstractTableModel):
    """Knows how many rows there are; fetches those that are looked at.

    A row that isn't here yet is blank for a moment, so scrolling never waits for the disk.
    """

    counted = Signal(int, int)
    """Entries and copies that match; the copies follow a moment later and are −1 until then."""
    refreshed = Signal()
    mistaken = Signal(str)
    """Why the query can't be searched for; the rows stay as they were."""
    edited = Signal(int, str, object)
    """The id of an entry, a field of `Copy`, and what the user made of it in its cell."""
    refused = Signal(str)
    """Why what was typed into a cell isn't taken."""

    def __init__(
        self, services: WindowServices, store: AsyncStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._collection = services.collection
        self._finishes = finish_words(services.games)
        self._store = store
        self._query = EntryQuery()
        self._count = 0
        self._groups: dict[int, Group] = {}
        self._pages: OrderedDict[int, list[Entry]] = OrderedDict()
        self._asked: set[int] = set()
        self._turn = 0

    @property
    def query(self) -> EntryQuery:
        return self._query

    @property
    def groups(self) -> Mapping[int, Group]:
        """The sets or folders that the rows are in, by the first row of each; see `Collection`."""
        return self._groups

    def show_query(self, query: EntryQuery) -> None:
        """Show other entries, or in another order."""
        self._query = query
        self.reload()

    def reload(self) -> None:
        """Read the count and the first page anew; the rows change when both are here."""
        self._turn += 1
        self._store.read(
            partial(self._read_start, self._query),
            partial(self._show_start, self._turn),
            partial(self._failed, self._turn),
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
                return tr(COLUMNS[section][0])
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(section)
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role not in _ROLES:
            return None
        entry = self.entry(index.row())
        if entry is None:
            self._ask(index.row() // PAGE)
            return None
        if role == ENTRY_ROLE:
            return entry
        column = ALL[index.column()]
        if role == Qt.ItemDataRole.EditRole:
            return edited_value(column.field, entry) if column.field else None
        text = column.text(entry, self._finishes)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(entry.note or text)
        return text

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if ALL[index.column()].field else flags

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tell what was typed into a cell; it is shown when the store has it."""
        entry, field = self.entry(index.row()), ALL[index.column()].field
        if role != Qt.ItemDataRole.EditRole or entry is None or not field:
            return False
        try:
            found = field_value(field, value)
        except ValueError as error:
            self.refused.emit(str(error))
            return False
        if found != getattr(entry, field):
            self.edited.emit(entry.id, field, found)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        key = COLUMNS[column][1] if 0 <= column < len(COLUMNS) else None
        if key is not None:
            descending = order == Qt.SortOrder.DescendingOrder
            self.show_query(replace(self._query, sort=key, descending=descending))

    def _read_start(self, query: EntryQuery) -> _Start:
        collection = self._collection
        return collection.count(query), collection.page(query, 0, PAGE), collection.groups(query)

    def _failed(self, turn: int, message: str) -> None:
        if turn == self._turn:
            self.mistaken.emit(message)

    def _count_copies(self, turn: int, copies: int) -> None:
        if turn == self._turn:
            self.counted.emit(self._count, copies)

    def _show_start(self, turn: int, start: _Start) -> None:
        if turn != self._turn:
            return  # a newer query is on its way
        count, page, groups = start
        firsts = accumulate((group.entries for group in groups), initial=0)
        self._groups = dict(zip(firsts, groups, strict=False))
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
        self.counted.emit(count, -1)
        self.refreshed.emit()
        self._store.read(
            partial(self._collection.copies, self._query), partial(self._count_copies, turn)
        )

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
    side = Qt.AlignmentFlag.AlignRight if ALL[column].number else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)
