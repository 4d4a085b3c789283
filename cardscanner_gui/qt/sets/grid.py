"""The printings of one set as a numbered grid: what is there, and the gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.marks import Mark, draw_mark
from cardscanner_gui.qt.style.plain_text import plain_tip
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, Theme, scaled_font, theme_of
from cardscanner_gui.qt.style.words import count, number_line

_CELL = QSize(13 * STEP, 9 * STEP)
_GAP = STEP
Index = QModelIndex | QPersistentModelIndex
_PRINTING = Qt.ItemDataRole.UserRole
_COPIES = _PRINTING + 1
_SHOWN = _COPIES + 1
_MOST_KEPT = 500
"""Cells that are kept drawn: 15 MB, or four times that on a dense screen."""
_MARK = 2 * STEP
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(
    Qt.TextFlag.TextWordWrap
)
_MARKED = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class SetPlace:
    """One place of a set: a printing, or one finish of it where finishes are counted apart.

    Attributes:
        finish: its key; empty for all of them together.
        word: for the finish.
    """

    printing: Printing
    finish: str = ""
    word: str = ""

    @property
    def name(self) -> str:
        """What stands in the cell."""
        return f"{self.printing.name} · {self.word}" if self.word else self.printing.name


class GridModel(QAbstractListModel):
    """The places in the set's order, with the copies in each."""

    def __init__(self) -> None:
        super().__init__()
        self.slots: list[SetPlace] = []
        self.copies: Mapping[str, int] = {}
        self.by_finish: Mapping[tuple[str, str], int] = {}

    @property
    def printings(self) -> list[Printing]:
        """The printing of each place."""
        return [slot.printing for slot in self.slots]

    def show_printings(self, printings: Sequence[Printing], copies: Mapping[str, int]) -> None:
        self.show_slots([SetPlace(printing) for printing in printings], copies)

    def show_slots(self, slots: Sequence[SetPlace], copies: Mapping[str, int]) -> None:
        """Show other places."""
        self.beginResetModel()
        self.slots = list(slots)
        self.copies = copies
        self.endResetModel()

    def show_copies(
        self, copies: Mapping[str, int], by_finish: Mapping[tuple[str, str], int] | None = None
    ) -> None:
        self.copies = copies
        self.by_finish = by_finish or {}
        if self.slots:
            self.dataChanged.emit(self.index(0), self.index(len(self.slots) - 1))

    def copies_in(self, slot: SetPlace) -> int:
        """How many cards there are in a place."""
        if slot.finish:
            return self.by_finish.get((slot.printing.id, slot.finish), 0)
        return self.copies.get(slot.printing.id, 0)

    def gaps(self) -> list[SetPlace]:
        """The places without a card."""
        return [slot for slot in self.slots if not self.copies_in(slot)]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.slots)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        slot = self.slots[index.row()]
        printing, copies = slot.printing, self.copies_in(slot)
        if role == Qt.ItemDataRole.DisplayRole:
            return printing.number
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            has = count(copies, "copy", "copies") if copies else "missing"
            words = f"{slot.name} · {number_line(printing)} · {has}"
            return plain_tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        if role == Qt.ItemDataRole.SizeHintRole:
            return _CELL
        if role == _SHOWN:
            return slot, copies
        if role == _PRINTING:
            return printing
        if role == _COPIES:
            return copies
        return None


class CellDelegate(QStyledItemDelegate):
    """A filled cell for what is there, a dashed outline for a gap.

    A screen full is a hundred cells, and laying out text is most of painting one: a cell is drawn
    once, and then kept as long as font and theme stay.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn: dict[tuple[str, str, int], QPixmap] = {}
        self._font = QFont()
        self._fonts = (self._font,) * 3
        self._look: tuple[int, float] | None = None
        self._theme = theme_of(QPalette())
        self._papers: dict[bool, QPixmap] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        slot, copies = index.data(_SHOWN)
        self._look_like(option, painter.device().devicePixelRatioF())
        key = (slot.printing.number, slot.name, copies)
        cell = self._drawn.get(key)
        if cell is None:
            if len(self._drawn) >= _MOST_KEPT:
                self._drawn.clear()
            cell = self._drawn[key] = self._draw(slot, copies)
        place = option.rect.topLeft()
        painter.drawPixmap(place, cell)
        if option.state & _MARKED:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.drawRoundedRect(QRectF(QRect(place, _CELL)).adjusted(1, 1, -1, -1), 6, 6)
            painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return _CELL

    def _look_like(self, option: QStyleOptionViewItem, ratio: float) -> None:
        """Forget what was drawn with another font, theme or screen."""
        look = (option.palette.cacheKey(), ratio)
        if look == self._look and option.font == self._font:
            return
        self._look, self._font = look, QFont(option.font)  # the option's doesn't outlive this call
        self._theme = theme_of(option.palette)
        self._fonts = (
            self._font,
            scaled_font(self._font, 1.0, bold=True),
            scaled_font(self._font, SMALL_SIZE),
        )
        self._papers = {there: _paper(there, self._theme, ratio) for there in (False, True)}
        self._drawn.clear()

    def _draw(self, slot: SetPlace, copies: int) -> QPixmap:
        body, bold, small = self._fonts
        cell = QPixmap(self._papers[bool(copies)])
        painter = QPainter(cell)
        inner = QRect(QPoint(), _CELL).adjusted(STEP, STEP // 2, -STEP, -STEP // 2)
        head = QRect(inner.left(), inner.top(), inner.width(), 3 * STEP)
        painter.setPen(QColor(self._theme.text if copies else self._theme.muted))
        painter.setFont(bold if copies else body)
        painter.drawText(head, _LEFT, slot.printing.number)
        painter.setFont(small)
        if copies > 1:
            painter.drawText(head.adjusted(0, 0, -_MARK - STEP // 2, 0), _RIGHT, f"×{copies}")
        painter.drawText(inner.adjusted(0, 3 * STEP, 0, 0), _WRAPPED, slot.name)
        painter.end()
        return cell


def _paper(there: bool, theme: Theme, ratio: float) -> QPixmap:
    pixmap = QPixmap(_CELL * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = QPen(QColor(theme.border if there else theme.muted), 1)
    if there:
        painter.setBrush(QColor(theme.surface))
    else:
        edge.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(edge)
    painter.drawRoundedRect(
        QRectF(0, 0, _CELL.width(), _CELL.height()).adjusted(1, 1, -1, -1), 6, 6
    )
    if there:
        place = QRectF(_CELL.width() - STEP - _MARK, STEP, _MARK, _MARK)
        draw_mark(painter, place, Mark.IDENTIFIED, theme)
    painter.end()
    return pixmap


class SetGrid(QListView):
    """Moves in two dimensions with the arrow keys; Enter or a click shows a card that is there."""

    picked = Signal(Printing)
    """That of a cell that isn't a gap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = GridModel()
        self.setModel(self.cells)
        self.setItemDelegate(CellDelegate(self))
        self.setAccessibleName(tr("Printings of the set"))
        self.setProperty("role", "plain")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(_CELL + QSize(_GAP, _GAP))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._pick)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.currentIndex().isValid():
            self._pick(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _pick(self, index: Index) -> None:
        if index.data(_COPIES):
            self.picked.emit(index.data(_PRINTING))
