"""The collection as a grid of the user's photos, over the same rows as the table."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.collection.entry_model import ENTRY_ROLE, EntryModel
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, scaled_font, theme_of

Index = QModelIndex | QPersistentModelIndex
_PHOTO = QSize(15 * STEP, 21 * STEP)
_CELL = QSize(17 * STEP, 28 * STEP)
_MOST_KEPT = 400
_BATCH = 400
_MOST_ASKED = 24
"""Photos that are read at a time; while one scrolls fast, what has passed isn't asked for."""


class EntryGrid(QListView):
    """Photos where there are some, else the card's name on an empty card."""

    def __init__(
        self, model: EntryModel, pictures: PictureSource, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.photos = PhotoDelegate(pictures, self)
        self.setItemDelegate(self.photos)
        self.setAccessibleName(tr("Collection"))
        self.setProperty("role", "plain")
        # Not its icon mode, which places each of 100,000 things by itself.
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        # A few at a time, between other things: asking a model in Python about all takes seconds.
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_BATCH)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSpacing(0)


class PhotoDelegate(QStyledItemDelegate):
    """Draws a card; photos come off the GUI thread and are kept small."""

    def __init__(self, pictures: PictureSource, view: EntryGrid) -> None:
        super().__init__(view)
        self._pictures = pictures
        self._view = view
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()
        self._asked: set[int] = set()

    def forget(self) -> None:
        """Photos may have changed."""
        self._kept.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return _CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY_ROLE)
        theme = theme_of(option.palette)
        cell = QRect(option.rect.topLeft(), _CELL).adjusted(2, 2, -2, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selection))
            painter.drawRoundedRect(QRectF(cell), 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(QRectF(cell).adjusted(1, 1, -1, -1), 6, 6)
        place = QRect(cell.left() + STEP - 2, cell.top() + STEP // 2, *_PHOTO.toTuple())
        if isinstance(entry, Entry):
            self._paint_entry(painter, option, entry, place, cell)
        else:
            painter.setPen(QColor(theme.border))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(place), 6, 6)
        painter.restore()

    def _paint_entry(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        entry: Entry,
        place: QRect,
        cell: QRect,
    ) -> None:
        theme = theme_of(option.palette)
        photo = self._photo(entry) if entry.has_photo else None
        if photo is None:
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.setBrush(QColor(theme.surface))
            painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setPen(QColor(theme.muted))
            painter.setFont(option.font)
            inner = place.adjusted(STEP, STEP, -STEP, -STEP)
            wrapped = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(inner, wrapped, entry.printing.name_in(entry.language))
        else:
            size = photo.deviceIndependentSize().toSize()
            at = place.center() - QRect(0, 0, size.width(), size.height()).center()
            painter.drawPixmap(at, photo)
        words = QRect(cell.left() + STEP - 2, place.bottom() + 3, place.width(), 5 * STEP)
        painter.setFont(scaled_font(option.font, SMALL_SIZE, bold=True))
        metrics = QFontMetrics(painter.font())
        line = metrics.height()
        copies = f"{entry.quantity} × " if entry.quantity > 1 else ""
        painter.setPen(QColor(theme.text))
        name = f"{copies}{entry.printing.name_in(entry.language)}"
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        painter.drawText(
            words, left, metrics.elidedText(name, Qt.TextElideMode.ElideRight, words.width())
        )
        painter.setFont(scaled_font(option.font, SMALL_SIZE))
        metrics = QFontMetrics(painter.font())
        painter.setPen(QColor(theme.muted))
        printing = entry.printing
        where = f"{printing.set_code or printing.set_name} {printing.printed_number}"
        painter.drawText(
            words.translated(0, line),
            left,
            metrics.elidedText(where, Qt.TextElideMode.ElideRight, words.width()),
        )

    def _photo(self, entry: Entry) -> QPixmap | None:
        kept = self._kept.get(entry.id)
        if kept is not None:
            self._kept.move_to_end(entry.id)
            return kept if not kept.isNull() else None
        if entry.id not in self._asked and len(self._asked) < _MOST_ASKED:
            self._asked.add(entry.id)
            side = round(_PHOTO.height() * self._view.devicePixelRatioF())
            self._pictures.entry_photo(entry.id, partial(self._came, entry.id), side)
        return None

    def _came(self, entry_id: int, image: QImage) -> None:
        self._asked.discard(entry_id)
        ratio = self._view.devicePixelRatioF()
        pixmap = QPixmap()
        if not image.isNull():
            pixmap = QPixmap.fromImage(
                image.scaled(
                    _PHOTO * ratio,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
            pixmap.setDevicePixelRatio(ratio)
        self._kept[entry_id] = pixmap
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        self._view.viewport().update()
