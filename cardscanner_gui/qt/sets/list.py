"""Sets with their completion bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cardscanner_gui.core.text import fold
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, scaled_font, theme_of

_ROW = 7 * STEP
_BAR_WIDTH = 30 * STEP
_COUNT_WIDTH = 18 * STEP
Index = QModelIndex | QPersistentModelIndex
_LINE = Qt.ItemDataRole.UserRole
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class SetLine:
    """One set of the catalogue, and what the collection has of it.

    Attributes:
        size: how many printings it has.
        owned: how many different ones the collection has.
        copies: how many cards those are.
    """

    id: str
    name: str
    code: str
    released: str
    size: int
    owned: int = 0
    copies: int = 0

    @property
    def part(self) -> float:
        return min(1.0, self.owned / self.size) if self.size else 0.0

    @property
    def place(self) -> str:
        """`PAL · 2023`."""
        return " · ".join(part for part in (self.code, self.released[:4]) if part)

    @property
    def words(self) -> str:
        """`37 of 207`, `complete: all 102`."""
        if self.size and self.owned >= self.size:
            return tr("complete: all {size:,}", size=self.size)
        return tr("{owned:,} of {size:,}", owned=self.owned, size=self.size)


class SetOrder(StrEnum):
    """How the sets are sorted; the newest first among equals."""

    NEWEST = "Newest first"
    OLDEST = "Oldest first"
    COMPLETE = "Most complete first"
    MISSING = "Fewest missing first"
    NAME = "By name"


_ORDERS: Mapping[SetOrder, Callable[[SetLine], Any]] = {
    SetOrder.NEWEST: lambda line: 0,
    SetOrder.COMPLETE: lambda line: -line.part,
    # What isn't begun comes last, however small it is.
    SetOrder.MISSING: lambda line: (not line.owned, max(0, line.size - line.owned)),
    SetOrder.NAME: lambda line: line.name.casefold(),
}


def chosen_lines(
    lines: Sequence[SetLine], text: str, *, begun: bool, order: SetOrder = SetOrder.NEWEST
) -> list[SetLine]:
    """Sets whose name or code holds every word of `text`, in an order; perhaps only begun ones."""
    wanted = [fold(word) for word in text.split()]
    found = [
        line
        for line in lines
        if (line.owned or not begun) and all(w in fold(f"{line.name} {line.code}") for w in wanted)
    ]
    found.sort(key=lambda line: line.name)
    if order is SetOrder.OLDEST:  # those without a date last, as in the other direction
        return sorted(found, key=lambda line: line.released or "~")
    found.sort(key=lambda line: line.released, reverse=True)
    return sorted(found, key=_ORDERS[order])


class SetModel(QAbstractListModel):
    """The sets that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[SetLine] = []

    def show_lines(self, lines: list[SetLine]) -> None:
        if [line.id for line in lines] == [line.id for line in self.lines]:
            self.lines = lines
            if lines:
                self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        values: Mapping[int, object] = {
            Qt.ItemDataRole.DisplayRole: line.name,
            Qt.ItemDataRole.AccessibleTextRole: f"{line.name}, {line.place}: {line.words}",
            Qt.ItemDataRole.SizeHintRole: QSize(0, _ROW),
            _LINE: line,
        }
        return values.get(role)


class SetDelegate(QStyledItemDelegate):
    """Name and place on the left, bar and count on the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line, theme = index.data(_LINE), theme_of(option.palette)
        box = QRectF(option.rect).adjusted(2 * STEP, 0, -2 * STEP, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        painter.setPen(Qt.PenStyle.NoPen)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            selected = bool(state & QStyle.StateFlag.State_Selected)
            painter.setBrush(QColor(theme.selection if selected else theme.stripe))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 6, 6)
        count = QRectF(box.right() - _COUNT_WIDTH, box.top(), _COUNT_WIDTH, box.height())
        bar_width = min(_BAR_WIDTH, box.width() / 3)
        bar = QRectF(count.left() - bar_width, box.center().y() - 4, bar_width, 8)
        text = QRectF(box.left(), box.top(), bar.left() - box.left() - 2 * STEP, box.height())
        painter.setBrush(QColor(theme.stage))
        painter.drawRoundedRect(bar, 4, 4)
        if line.part:
            painter.setBrush(QColor(theme.good if line.part >= 1 else theme.accent))
            bar.setWidth(max(8.0, bar.width() * line.part))
            painter.drawRoundedRect(bar, 4, 4)
        painter.setPen(QColor(theme.text))
        painter.setFont(scaled_font(option.font, 1.0, bold=True))
        half = text.height() / 2
        upper, lower = text.adjusted(0, STEP, 0, -half), text.adjusted(0, half, 0, -STEP)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(upper, flags, _elided(painter, line.name, upper))
        painter.setFont(scaled_font(option.font, SMALL_SIZE))
        painter.setPen(QColor(theme.muted))
        painter.drawText(lower, flags, _elided(painter, line.place, lower))
        painter.setFont(option.font)
        painter.setPen(QColor(theme.text if line.owned else theme.muted))
        painter.drawText(
            count, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, line.words
        )
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), 6, 6)
        painter.restore()


class SetList(QListView):
    """A click or Enter opens a set."""

    opened = Signal(SetLine)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sets = SetModel()
        self.setModel(self.sets)
        self.setItemDelegate(SetDelegate(self))
        self.setAccessibleName(tr("Sets"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _open(self, index: Index) -> None:
        self.opened.emit(index.data(_LINE))


def _elided(painter: QPainter, text: str, box: QRectF) -> str:
    metrics = painter.fontMetrics()
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(box.width()))
