"""Small tables of figures: times by step, hits by cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from cardscanner_gui.core.words import amount, mark, tr
from cardscanner_gui.qt.activity.words import (
    kind_word,
    milliseconds,
    percent,
    reader_word,
    stage_word,
    tier_word,
)
from cardscanner_gui.qt.style.theme import STEP
from cardscanner_gui.recognition.figures import StepTimes, TierHits

_ROW = 3 * STEP
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Column:
    """A column's title, what it means, and whether it holds words or figures."""

    title: str
    explanation: str
    words: bool = False


TIMES = (
    Column(mark("Step"), mark("What is done to each picture, in this order"), words=True),
    Column(mark("By"), mark("Who did it"), words=True),
    Column(mark("Times"), mark("How often it was done")),
    Column("P50", mark("Half of them took less")),
    Column("P95", mark("19 of 20 took less")),
    Column("P99", mark("99 of 100 took less")),
)
HITS = (
    Column(mark("Cache"), mark("Where an earlier answer is looked for, in this order"), words=True),
    Column(mark("For the"), mark("What would be answered again"), words=True),
    Column(mark("Asked"), mark("How often it was looked for")),
    Column(mark("Found"), mark("How much of it was found")),
)


def times_row(times: StepTimes) -> tuple[str, ...]:
    return (
        stage_word(times.stage),
        reader_word(times.reader),
        amount(times.times),
        *(milliseconds(ms) for ms in (times.p50, times.p95, times.p99)),
    )


def hits_row(hits: TierHits) -> tuple[str, ...]:
    return (tier_word(hits), kind_word(hits), amount(hits.asked), percent(hits.rate))


class FigureModel(QAbstractTableModel):
    """Rows of finished texts."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self._columns = columns
        self.rows: list[tuple[str, ...]] = []

    def show_rows(self, rows: list[tuple[str, ...]]) -> None:
        """Show these; what stays the same isn't painted again."""
        if len(rows) != len(self.rows):
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return
        before, self.rows = self.rows, rows
        for row, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._columns) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()][index.column()]
        return self._alignment(index.column(), role)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(self._columns[section].title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(self._columns[section].explanation)
        return self._alignment(section, role)

    def _alignment(self, column: int, role: int) -> object:
        if role != Qt.ItemDataRole.TextAlignmentRole:
            return None
        side = Qt.AlignmentFlag.AlignLeft
        if not self._columns[column].words:
            side = Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter


class FigureTable(QTableView):
    """As high as its rows: the page scrolls, not the table."""

    def __init__(
        self, name: str, columns: Sequence[Column], least_rows: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.figures = FigureModel(columns)
        self._least_rows = least_rows
        self.setModel(self.figures)
        self.setProperty("role", "plain")
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for policy in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._fit()

    def show_rows(self, rows: list[tuple[str, ...]]) -> None:
        """Show these rows and take as much height as they need."""
        same = len(rows) == len(self.figures.rows)
        self.figures.show_rows(rows)
        if not same:
            self._fit()

    def _fit(self) -> None:
        rows = max(self._least_rows, len(self.figures.rows))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * _ROW + 2)
