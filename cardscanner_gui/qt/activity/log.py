"""The log of decisions, newest first: which card, why, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from cardscanner_gui.core.types import Status
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.style.marks import Mark, draw_mark, mark_of
from cardscanner_gui.qt.style.plain_text import plain_tip
from cardscanner_gui.qt.style.theme import STEP, Theme, theme_of
from cardscanner_gui.recognition.decision_words import Decided

_SIDE = 2 * STEP
_ROW = 3 * STEP
_LEAST_ROWS = 6
Index = QModelIndex | QPersistentModelIndex


def mark_of_decision(decided: Decided) -> Mark:
    """The card's state; that of a scan without a card is `Not readable`."""
    if decided.status in tuple(Status):
        return mark_of(Status(decided.status))
    return Mark.FAILED if decided.status == "failed" else Mark.UNREADABLE


def text_of(decided: Decided) -> str:
    """`14:02:11  Charizard 4/102: seen before, number agrees – 12 ms`."""
    moment = datetime.fromtimestamp(decided.at)
    pattern = "%H:%M:%S" if moment.date() == datetime.now().date() else "%d %b %H:%M"
    return f"{moment:{pattern}}  {said(decided.words)}"


class DecisionModel(QAbstractListModel):
    """Lines with the shape of their state."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Decided] = []
        self._shapes: dict[Mark, QPixmap] = {}

    def show_lines(self, lines: Sequence[Decided]) -> None:
        """Show these, newest first; what came since is put on top, and the view stays in place."""
        lines = list(lines)
        if lines == self.lines:
            return
        new = lines.index(self.lines[0]) if self.lines and self.lines[0] in lines else -1
        if new > 0 and lines[new:] == self.lines[: len(lines) - new]:
            gone = len(self.lines) - (len(lines) - new)
            if gone:
                last = len(self.lines) - 1
                self.beginRemoveRows(QModelIndex(), last - gone + 1, last)
                del self.lines[-gone:]
                self.endRemoveRows()
            self.beginInsertRows(QModelIndex(), 0, new - 1)
            self.lines = lines
            self.endInsertRows()
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def colour(self, theme: Theme, ratio: float) -> None:
        """Draw the shapes in a theme's colours, for a screen of this pixel ratio."""
        self._shapes = {mark: _shape(mark, theme, ratio) for mark in Mark}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text_of(line)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(text_of(line))
        if role == Qt.ItemDataRole.DecorationRole:
            return self._shapes.get(mark_of_decision(line))
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, _ROW)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{tr(mark_of_decision(line).value)}: {text_of(line)}"
        return None


class DecisionList(QListView):
    """A list to read and to copy from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.decisions = DecisionModel()
        self.setModel(self.decisions)
        self.setProperty("role", "plain")
        self.setAccessibleName(tr("Decisions, newest first"))
        self.setToolTip(tr("Why each answer was given, newest first (Ctrl+C copies)"))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMinimumHeight(_LEAST_ROWS * _ROW)
        self._colour()

    def show_lines(self, lines: Sequence[Decided]) -> None:
        """Show these, newest first."""
        self.decisions.show_lines(lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted(index.row() for index in self.selectedIndexes())
            text = "\n".join(text_of(self.decisions.lines[row]) for row in rows)
            QGuiApplication.clipboard().setText(text)
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _colour(self) -> None:
        self.decisions.colour(theme_of(self.palette()), self.devicePixelRatioF())
        self.viewport().update()


def _shape(mark: Mark, theme: Theme, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(_SIDE * ratio), round(_SIDE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_mark(painter, QRectF(1, 1, _SIDE - 2, _SIDE - 2), mark, theme)
    painter.end()
    return pixmap
