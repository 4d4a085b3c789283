"""The printings of one set as a numbered grid: what is there, and the gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cardscanner_gui.core.types import Printing
from cardscanner_gui.qt.marks import Mark, draw_mark
from cardscanner_gui.qt.theme import SMALL_SIZE, STEP, Theme, scaled_font, theme_of
from cardscanner_gui.qt.words import count, number_line

_CELL = QSize(13 * STEP, 9 * STEP)
_GAP = STEP
Index = QModelIndex | QPersistentModelIndex
_PRINTING = Qt.ItemDataRole.UserRole
_COPIES = _PRINTING + 1
_MARK = 2 * STEP
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(
    Qt.TextFlag.TextWordWrap
)
_MARKED = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class GridModel(QAbstractListModel):
    """The printings in the set's order, with the copies of each."""

    def __init__(self) -> None:
        super().__init__()
        self.printings: list[Printing] = []
        self.copies: Mapping[str, int] = {}

    def show_printings(self, printings: Sequence[Printing], copies: Mapping[str, int]) -> None:
        self.beginResetModel()
        self.printings = list(printings)
        self.copies = copies
        self.endResetModel()

    def show_copies(self, copies: Mapping[str, int]) -> None:
        self.copies = copies
        if self.printings:
            self.dataChanged.emit(self.index(0), self.index(len(self.printings) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.printings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        printing = self.printings[index.row()]
        copies = self.copies.get(printing.id, 0)
        if role == Qt.ItemDataRole.DisplayRole:
            return printing.number
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            has = count(copies, "copy", "copies") if copies else "missing"
            return f"{printing.name} · {number_line(printing)} · {has}"
        if role == Qt.ItemDataRole.SizeHintRole:
            return _CELL
        if role == _PRINTING:
            return printing
        if role == _COPIES:
            return copies
        return None


class CellDelegate(QStyledItemDelegate):
    """A filled cell for what is there, a dashed outline for a gap.

    A screen full is a hundred cells, so what they share is drawn once and kept.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fonts: dict[str, tuple[QFont, QFont, QFont]] = {}
        self._papers: dict[tuple[bool, bool, float], QPixmap] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = theme_of(option.palette)
        printing: Printing = index.data(_PRINTING)
        copies: int = index.data(_COPIES)
        body, bold, small = self._fonts_of(option.font)
        box = QRect(option.rect.topLeft(), _CELL)
        painter.save()
        painter.drawPixmap(box.topLeft(), self._paper(bool(copies), theme, painter))
        inner = box.adjusted(STEP, STEP // 2, -STEP, -STEP // 2)
        head = QRect(inner.left(), inner.top(), inner.width(), 3 * STEP)
        painter.setPen(QColor(theme.text if copies else theme.muted))
        painter.setFont(bold if copies else body)
        painter.drawText(head, _LEFT, printing.number)
        painter.setFont(small)
        if copies > 1:
            painter.drawText(head.adjusted(0, 0, -_MARK - STEP // 2, 0), _RIGHT, f"×{copies}")
        painter.drawText(inner.adjusted(0, 3 * STEP, 0, 0), _WRAPPED, printing.name)
        if option.state & _MARKED:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), 6, 6)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return _CELL

    def _fonts_of(self, font: QFont) -> tuple[QFont, QFont, QFont]:
        key = font.key()
        if key not in self._fonts:
            self._fonts[key] = (
                QFont(font),  # the option's own doesn't outlive this call
                scaled_font(font, 1.0, bold=True),
                scaled_font(font, SMALL_SIZE),
            )
        return self._fonts[key]

    def _paper(self, there: bool, theme: Theme, screen: QPainter) -> QPixmap:
        ratio = screen.device().devicePixelRatioF()
        key = (there, theme.dark, ratio)
        if key not in self._papers:
            self._papers[key] = _paper(there, theme, ratio)
        return self._papers[key]


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

    picked = Signal(object)
    """The `Printing` of a cell that isn't a gap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = GridModel()
        self.setModel(self.cells)
        self.setItemDelegate(CellDelegate(self))
        self.setAccessibleName("Printings of the set")
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
