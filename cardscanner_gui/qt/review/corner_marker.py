"""The picture of a card, on which the user can mark where the card lies."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from cardscanner_gui.core.types import Corners
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.zoom_view import ZoomView
from cardscanner_gui.qt.style.theme import DARK

_GRIP = 9
_REACH = 28
"""So near to a grip, in pixels of the screen, the mouse takes it."""
_INSET = 0.12


class CornerMarker(ZoomView):
    """Four grips, one a corner of the card; the line between the first two is the card's top."""

    marking_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grips: list[QPointF] = []
        self._held: int | None = None

    @property
    def marking(self) -> bool:
        """Whether the user is marking corners now."""
        return bool(self._grips)

    @property
    def corners(self) -> Corners:
        """What was marked, as fractions of the picture: 4 x 2, the card's top left first."""
        return np.array([[grip.x(), grip.y()] for grip in self._grips], np.float64)

    def start_marking(self) -> None:
        """Show the grips, a bit within the picture's own corners."""
        frame = QRectF(0, 0, 1, 1).adjusted(_INSET, _INSET, -_INSET, -_INSET)
        self._grips = [frame.topLeft(), frame.topRight(), frame.bottomRight(), frame.bottomLeft()]
        self.marking_changed.emit(True)
        self.update()

    def stop_marking(self) -> None:
        """Take the grips away."""
        self._held = None
        if self._grips:
            self._grips = []
            self.marking_changed.emit(False)
            self.update()

    def show_picture(self, image: QImage, source_size: tuple[int, int] | None = None) -> None:
        """As of every picture; what was marked on the one before goes."""
        self.stop_marking()
        super().show_picture(image, source_size)

    def place_of(self, corner: int) -> QPointF:
        """Where a grip stands in the widget."""
        grip = self._grips[corner]
        return self.place_in_view(grip.x(), grip.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.marking:
            super().mousePressEvent(event)
            return
        away = [(self.place_of(corner) - event.position()).manhattanLength() for corner in range(4)]
        nearest = min(range(4), key=away.__getitem__)
        self._held = nearest if away[nearest] <= _REACH else None
        if self._held is None:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            super().mouseMoveEvent(event)
            return
        at = self.place_in_picture(event.position())
        self._grips[self._held] = QPointF(min(1.0, max(0.0, at.x())), min(1.0, max(0.0, at.y())))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.marking:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = [self.place_of(corner) for corner in range(4)]
        painter.setPen(QPen(QColor(DARK.window), 5))
        painter.drawPolygon(QPolygonF(places))
        painter.setPen(QPen(QColor(DARK.accent), 2))
        painter.drawPolygon(QPolygonF(places))
        painter.setPen(QPen(QColor(DARK.accent), 5))
        painter.drawLine(places[0], places[1])
        painter.setPen(QPen(QColor(DARK.window), 2))
        painter.setBrush(QColor(DARK.accent))
        for place in places:
            painter.drawEllipse(place, _GRIP, _GRIP)
        self._write_top(painter, (places[0] + places[1]) / 2)

    def _write_top(self, painter: QPainter, middle: QPointF) -> None:
        words = tr("top of the card")
        width = painter.fontMetrics().horizontalAdvance(words) + 20
        tag = QRectF(middle.x() - width / 2, middle.y() + 8, width, 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.window))
        painter.drawRoundedRect(tag, 12, 12)
        painter.setPen(QColor(DARK.text))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, words)
