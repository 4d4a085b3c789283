"""Headings between the rows of a table that is sorted by set or folder."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QTableView

from cardscanner_gui.core.collection import Entry, SortKey
from cardscanner_gui.core.words import count, tr
from cardscanner_gui.qt.collection.entry_model import EntryModel
from cardscanner_gui.qt.style.theme import STEP, scaled_font, theme_of

HEIGHT = 4 * STEP


class GroupHeadings(QObject):
    """Makes room above the first row of each group, and writes there what it is.

    Rows stay what they are, entries: so selecting, editing and paging know nothing of headings.
    """

    def __init__(self, table: QTableView, model: EntryModel) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._spaced: set[int] = set()
        model.modelReset.connect(self._forget_room)
        model.refreshed.connect(self._make_room)

    def height(self, row: int) -> int:
        """How much of a row's top belongs to a heading."""
        return HEIGHT if row in self._spaced else 0

    def paint(self, painter: QPainter) -> None:
        """Write the headings that are in sight over the rows below them."""
        first, last = self._table.rowAt(0), self._table.rowAt(self._table.viewport().height() - 1)
        if not self._spaced or first < 0:
            return
        for row in range(first, (last if last >= 0 else self._model.rowCount() - 1) + 1):
            entry = self._model.entry(row)
            if row in self._spaced and entry is not None:
                self._paint(painter, row, entry)

    def is_at(self, place: QPoint) -> bool:
        """Whether a heading is there."""
        row = self._table.rowAt(place.y())
        return place.y() - self._table.rowViewportPosition(row) < self.height(row)

    def select_group_at(self, place: QPoint) -> None:
        """Select the rows of the group whose heading is there."""
        row = self._table.rowAt(place.y())
        last = row + self._model.groups[row].entries - 1
        columns = self._model.columnCount() - 1
        rows = QItemSelection(self._model.index(row, 0), self._model.index(last, columns))
        self._table.selectionModel().select(rows, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._table.viewport().update()  # Qt paints the first column anew, and not always the rest

    def _forget_room(self) -> None:
        """With the rows their heights are new too."""
        self._spaced = set()

    def _make_room(self) -> None:
        wanted = set(self._model.groups)
        plain = self._table.verticalHeader().defaultSectionSize()
        for row in self._spaced - wanted:
            self._table.setRowHeight(row, plain)
        for row in wanted - self._spaced:
            self._table.setRowHeight(row, plain + HEIGHT)
        self._spaced = wanted
        self._table.viewport().update()

    def _paint(self, painter: QPainter, row: int, entry: Entry) -> None:
        theme, viewport = theme_of(self._table.palette()), self._table.viewport()
        place = QRect(0, self._table.rowViewportPosition(row), viewport.width(), HEIGHT)
        painter.fillRect(place, QColor(theme.window))
        words = place.adjusted(STEP, STEP, -STEP, -STEP // 2)
        painter.setFont(scaled_font(self._table.font(), 1.0, bold=True))
        metrics = QFontMetrics(painter.font())
        title = self._title(entry)
        painter.setPen(QColor(theme.text))
        along = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(words, along, title)
        group = self._model.groups[row]
        copies = count(group.copies, "card")
        if group.copies != group.entries:
            copies += tr(" in {lines}", lines=count(group.entries, "line"))
        painter.setFont(self._table.font())
        painter.setPen(QColor(theme.muted))
        words.setLeft(words.left() + metrics.horizontalAdvance(title) + STEP)
        painter.drawText(words, along, copies)

    def _title(self, entry: Entry) -> str:
        if self._model.query.sort is SortKey.FOLDER:
            return entry.folder or tr("In no folder")
        return entry.printing.set_name
