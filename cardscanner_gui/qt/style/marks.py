"""States as a shape, a word and a colour, so that no state is told by colour alone."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from cardscanner_gui.core.types import Status
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.theme import Theme, theme_of


class Mark(Enum):
    """The value is the word that stands beside the shape."""

    IDENTIFIED = "Identified"
    UNSURE = "Not sure"
    UNREADABLE = "Not readable"
    FAILED = "Failed"
    WORKING = "Working"
    REJECTED = "Rejected"


def mark_of(status: Status) -> Mark:
    return Mark[status.name]


def mark_colour(mark: Mark, theme: Theme) -> QColor:
    colours = {
        Mark.IDENTIFIED: theme.good,
        Mark.UNSURE: theme.doubt,
        Mark.UNREADABLE: theme.muted,
        Mark.FAILED: theme.bad,
        Mark.WORKING: theme.accent,
        Mark.REJECTED: theme.muted,
    }
    return QColor(colours[mark])


def draw_mark(painter: QPainter, box: QRectF, mark: Mark, theme: Theme) -> None:
    """Draw the state's shape filled with its colour: disc, triangle, ring, square, dots."""
    colour = mark_colour(mark, theme)
    paper = QColor(theme.surface)
    side = min(box.width(), box.height())
    box = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    stroke = QPen(paper, side * 0.13, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    stroke.setJoinStyle(Qt.PenJoinStyle.RoundJoin)

    def at(x: float, y: float) -> QPointF:
        return QPointF(box.left() + x * side, box.top() + y * side)

    if mark is Mark.IDENTIFIED:
        painter.drawEllipse(box)
        painter.setPen(stroke)
        painter.drawPolyline(QPolygonF([at(0.28, 0.53), at(0.44, 0.68), at(0.73, 0.35)]))
    elif mark is Mark.UNSURE:
        # No question mark in a diamond: that is how systems draw letters they have no shape for.
        rim = QPen(colour, side * 0.16)
        rim.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(rim)
        painter.drawPolygon(QPolygonF([at(0.5, 0.1), at(0.92, 0.86), at(0.08, 0.86)]))
        painter.setPen(stroke)
        painter.drawLine(at(0.5, 0.36), at(0.5, 0.6))
        painter.drawPoint(at(0.5, 0.78))
    elif mark in (Mark.UNREADABLE, Mark.REJECTED):
        ring = QPen(colour, side * 0.13)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(ring)
        painter.drawEllipse(box.adjusted(side * 0.08, side * 0.08, -side * 0.08, -side * 0.08))
        ring.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(ring)
        end = (0.68, 0.32) if mark is Mark.REJECTED else (0.68, 0.5)
        painter.drawLine(at(0.32, 1 - end[1]), at(*end))
    elif mark is Mark.FAILED:
        painter.drawRoundedRect(
            box.adjusted(side * 0.04, side * 0.04, -side * 0.04, -side * 0.04),
            side * 0.2,
            side * 0.2,
        )
        painter.setPen(stroke)
        painter.drawLine(at(0.32, 0.32), at(0.68, 0.68))
        painter.drawLine(at(0.68, 0.32), at(0.32, 0.68))
    else:
        for x in (0.14, 0.5, 0.86):
            painter.drawEllipse(at(x, 0.5), side * 0.12, side * 0.12)
    painter.restore()


class MarkShape(QWidget):
    """Just the shape, as a widget."""

    def __init__(self, parent: QWidget | None = None, side: int = 16) -> None:
        super().__init__(parent)
        self._mark: Mark | None = None
        self._side = side
        self.setFixedSize(side, side)

    def show_mark(self, mark: Mark | None) -> None:
        self._mark = mark
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._mark is not None:
            painter = QPainter(self)
            draw_mark(painter, QRectF(self.rect()), self._mark, theme_of(self.palette()))


class StateLine(QWidget):
    """A state's shape and its words, on one line that keeps its height when it's empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape = MarkShape(self)
        self._words = QLabel(self)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        font = self._words.font()
        font.setBold(True)
        self._words.setFont(font)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._shape)
        layout.addWidget(self._words, 1)
        self.setFixedHeight(24)
        self._mark: Mark | None = None

    @property
    def mark(self) -> Mark | None:
        return self._mark

    def text(self) -> str:
        return self._words.text()

    def show_state(self, mark: Mark | None, words: str | None = None) -> None:
        """Show a state; `words` replace its usual word."""
        self._mark = mark
        self._shape.show_mark(mark)
        self._words.setText(words if words is not None else (tr(mark.value) if mark else ""))
        self.changeEvent(None)

    def changeEvent(self, event: object) -> None:
        style = ""
        if self._mark is not None:
            style = f"color: {mark_colour(self._mark, theme_of(self.palette())).name()};"
        if style != self._words.styleSheet():
            self._words.setStyleSheet(style)
