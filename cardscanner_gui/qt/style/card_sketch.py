"""A small drawing of cards on a desk, for pages that have nothing to show yet."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cardscanner_gui.qt.style.theme import theme_of


class CardSketch(QWidget):
    """Two blank cards, the front one inside an outline's corner marks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(144, 128))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge, paper, quiet = QColor(theme.muted), QColor(theme.surface), QColor(theme.border)
        for angle, centre in ((-12.0, QPointF(58, 66)), (7.0, QPointF(80, 64))):
            painter.save()
            painter.translate(centre)
            painter.rotate(angle)
            painter.setPen(QPen(edge, 2))
            painter.setBrush(paper)
            painter.drawRoundedRect(QRectF(-31, -43, 62, 86), 5, 5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(quiet)
            painter.drawRoundedRect(QRectF(-24, -36, 30, 5), 2, 2)
            painter.drawRoundedRect(QRectF(-24, -27, 48, 34), 3, 3)
            painter.drawRoundedRect(QRectF(-24, 13, 48, 4), 2, 2)
            painter.drawRoundedRect(QRectF(-24, 21, 38, 4), 2, 2)
            painter.drawRoundedRect(QRectF(-24, 32, 16, 4), 2, 2)
            painter.restore()
        painter.translate(80, 64)
        painter.rotate(7)
        painter.setPen(
            QPen(QColor(theme.accent), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        for x in (-1, 1):
            for y in (-1, 1):
                corner = QPointF(x * 39, y * 51)
                painter.drawLine(corner, corner - QPointF(x * 12, 0))
                painter.drawLine(corner, corner - QPointF(0, y * 12))
