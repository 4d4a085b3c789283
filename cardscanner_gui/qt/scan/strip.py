"""The last cards as a strip of thumbnails, newest first."""

from __future__ import annotations

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
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPixmapCache,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cardscanner_gui.core.text import file_name
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.scan.state import CardState
from cardscanner_gui.qt.style.marks import Mark, draw_mark, mark_colour
from cardscanner_gui.qt.style.plain_text import plain_tip
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, scaled_font, theme_of

AnyIndex = QModelIndex | QPersistentModelIndex
CARD_ROLE = Qt.ItemDataRole.UserRole
_TILE = QSize(88, 128)


class StripModel(QAbstractListModel):
    """Newest card first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[CardState] = []

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        card = self._cards[index.row()]
        if role == CARD_ROLE:
            return card
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{_name(card)}: {tr(card.mark.value)}" if card.label else tr(card.mark.value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{_name(card)}\n{said(card.reason)}".strip())
        return None

    def row_of(self, card: CardState | None) -> int:
        """-1 when the card isn't in the strip."""
        return self._cards.index(card) if card in self._cards else -1

    def show_cards(self, oldest_first: list[CardState]) -> None:
        """Take over the session's cards with as few row changes as possible."""
        wanted = list(reversed(oldest_first))
        gone = set(self._cards) - set(wanted)
        for row in range(len(self._cards) - 1, -1, -1):
            if self._cards[row] in gone:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._cards[row]
                self.endRemoveRows()
        for row, card in enumerate(wanted):
            if row >= len(self._cards) or self._cards[row] is not card:
                self.beginInsertRows(QModelIndex(), row, row)
                self._cards.insert(row, card)
                self.endInsertRows()

    def refresh(self, card: CardState) -> None:
        row = self.row_of(card)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))


class ScanStrip(QListView):
    """One row of tiles; the current one is the card the page shows."""

    picked = Signal(CardState)
    """The one the user chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = StripModel(self)
        self.setModel(self.cards)
        self.setItemDelegate(_TilePainter(self))
        self.setProperty("role", "strip")
        self.setAccessibleName(tr("Last cards"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setSpacing(STEP // 2)
        self.setUniformItemSizes(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_TILE.height() + STEP + 14)
        self.clicked.connect(self._pick)
        self.activated.connect(self._pick)

    def show_current(self, card: CardState | None) -> None:
        row = self.cards.row_of(card)
        if row >= 0 and self.currentIndex().row() != row:
            self.setCurrentIndex(self.cards.index(row))

    def step(self, by: int) -> None:
        """Pick the card so many places further along."""
        index = self.cards.index(self.currentIndex().row() + by)
        if index.isValid():
            self.setCurrentIndex(index)
            self._pick(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before:
            self._pick(self.currentIndex())

    def _pick(self, index: QModelIndex) -> None:
        card = index.data(CARD_ROLE)
        if card is not None:
            self.picked.emit(card)


class _TilePainter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return _TILE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        card = index.data(CARD_ROLE)
        theme = theme_of(option.palette)
        box = QRectF(option.rect).adjusted(2, 2, -2, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(
            QPen(QColor(theme.accent if selected else theme.border), 2 if selected else 1)
        )
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(box, 6, 6)

        photo = box.adjusted(8, 6, -8, -24)
        if card.thumbnail.isNull():
            draw_mark(
                painter,
                QRectF(photo.center().x() - 12, photo.center().y() - 12, 24, 24),
                card.mark,
                theme,
            )
        else:
            size = card.thumbnail.size().scaled(
                photo.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio
            )
            place = QRectF(
                photo.center().x() - size.width() / 2,
                photo.center().y() - size.height() / 2,
                size.width(),
                size.height(),
            )
            painter.drawPixmap(place.topLeft(), _rounded(card.thumbnail, size, _ratio(painter)))
            badge = QRectF(box.right() - 22, box.top() + 4, 16, 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.surface))
            painter.drawEllipse(badge.adjusted(-2, -2, 2, 2))
            draw_mark(painter, badge, card.mark, theme)

        painter.setFont(scaled_font(option.font, SMALL_SIZE))
        words = box.adjusted(6, box.height() - 22, -6, -4)
        quiet = card.mark is Mark.IDENTIFIED
        painter.setPen(QColor(theme.text) if quiet else mark_colour(card.mark, theme))
        text = painter.fontMetrics().elidedText(
            _tile_words(card), Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


def _ratio(painter: QPainter) -> float:
    """Pixels of the screen a point; 2 on a 200 % screen."""
    device = painter.device()
    return float(device.devicePixelRatioF()) if device is not None else 1.0


def _rounded(thumbnail: QImage, size: QSize, ratio: float) -> QPixmap:
    """The thumbnail at its size on the tile, with rounded corners.

    Kept by Qt's cache: scaling and clipping the tiles took most of a strip's painting, and the
    strip is painted with every step of every card.
    """
    key = f"tile {thumbnail.cacheKey()} {size.width()} {size.height()} {ratio}"
    pixmap = QPixmap()
    if QPixmapCache.find(key, pixmap):
        return pixmap
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    place = QRectF(0, 0, size.width(), size.height())
    clip = QPainterPath()
    clip.addRoundedRect(place, 3, 3)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(clip)
    painter.drawImage(place, thumbnail)
    painter.end()
    QPixmapCache.insert(key, pixmap)
    return pixmap


def _tile_words(card: CardState) -> str:
    if card.mark is Mark.IDENTIFIED and card.printing is not None:
        return card.printing.name
    return tr(card.mark.value)


def _name(card: CardState) -> str:
    if card.printing is not None:
        return card.printing.name
    return file_name(card.picture.source)
