"""A picture that can be looked at closely: zoomed at the mouse, moved, turned, and fitted again."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from cardscanner_gui.core.types import Box
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.picture_view import PictureView
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.text_height import text_height
from cardscanner_gui.qt.style.theme import DARK, STEP, scaled_font

_STEP_IN = 1.25
_MOST = 12.0
_CLOSE = 3.0
"""How close a double click looks."""
_FOR_A_NOTCH = 120


@dataclass(frozen=True)
class ReadPlace:
    """Where something was read, as fractions of the picture, and what it is called."""

    box: Box
    words: str


class ZoomView(PictureView):
    """Wheel, double click and keys look closer; the picture stays as it was asked for until the
    next one comes.
    """

    closer = Signal()
    """It is looked at more closely than it fits: a sharper picture would help."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = 1.0
        self._quarters = 0
        self._middle = QPointF(0.5, 0.5)
        self._turned = QImage()
        self._dragged: QPointF | None = None
        self._places: tuple[ReadPlace, ...] = ()

    @property
    def zoom(self) -> float:
        """How many times larger than it fits; 1 fits."""
        return self._zoom

    @property
    def quarters(self) -> int:
        """By how many quarters it is turned, clockwise."""
        return self._quarters

    @property
    def places(self) -> tuple[ReadPlace, ...]:
        """What is marked as read."""
        return self._places

    def show_picture(self, image: QImage, source_size: tuple[int, int] | None = None) -> None:
        """Another picture, upright and fitted."""
        self._quarters, self._zoom, self._middle = 0, 1.0, QPointF(0.5, 0.5)
        self._turned = image
        self._places = ()
        super().show_picture(image, source_size)

    def show_line(self, line: str) -> None:
        """One line of text in place of a picture."""
        self._turned = QImage()
        self._places = ()
        super().show_line(line)

    def show_sharper(self, image: QImage) -> None:
        """The same picture with more pixels; it stays where it is."""
        if image.isNull() or not self.has_picture:
            return
        self._image = image
        self._turn_image()

    def mark_places(self, places: tuple[ReadPlace, ...]) -> None:
        """Mark where something was read on the picture that is shown."""
        self._places = places
        self.update_picture()

    def zoom_in(self) -> None:
        """Look closer at the middle."""
        self._zoom_at(QRectF(self.rect()).center(), _STEP_IN)

    def zoom_out(self) -> None:
        """Look from further away."""
        self._zoom_at(QRectF(self.rect()).center(), 1 / _STEP_IN)

    def fit(self) -> None:
        """Show all of it, as large as there is room."""
        self._zoom, self._middle = 1.0, QPointF(0.5, 0.5)
        self.update_picture()

    def turn(self, quarters: int = 1) -> None:
        """Turn it clockwise."""
        if self.has_picture:
            self._quarters = (self._quarters + quarters) % 4
            self.fit()
            self._turn_image()

    def shown_image(self) -> QImage:
        """The picture as it is turned."""
        return self._turned

    def picture_box(self) -> QRectF:
        """Where the turned picture lies; it may reach beyond the widget."""
        size = QSizeF(self._turned.size())
        if size.isEmpty():
            return QRectF()
        size.scale(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        size *= self._zoom
        left = _within(self.width(), size.width(), self._middle.x())
        top = _within(self.height(), size.height(), self._middle.y())
        return QRectF(left, top, size.width(), size.height())

    def place_in_view(self, across: float, down: float) -> QPointF:
        """Where a place of the picture as it came lies, now that it may be turned."""
        for _ in range(self._quarters):
            across, down = 1 - down, across
        return super().place_in_view(across, down)

    def place_in_picture(self, at: QPointF) -> QPointF:
        """The fractions of the picture as it came that lie here; perhaps outside 0 to 1."""
        box = self.picture_box()
        across = (at.x() - box.left()) / max(1.0, box.width())
        down = (at.y() - box.top()) / max(1.0, box.height())
        for _ in range(self._quarters):
            across, down = down, 1 - across
        return QPointF(across, down)

    def draw_picture(self, painter: QPainter, box: QRectF) -> None:
        """Close up only what is seen is scaled."""
        if self._zoom == 1.0:
            super().draw_picture(painter, box)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipRect(self.rect())
        painter.drawImage(box, self._turned)
        painter.setClipping(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.has_picture:
            event.ignore()
            return
        notches = event.angleDelta().y() / _FOR_A_NOTCH
        self._zoom_at(event.position(), _STEP_IN**notches)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._zoom > 1.0:
            self.fit()
        else:
            self._zoom_at(event.position(), _CLOSE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._zoom > 1.0:
            self._dragged = event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None:
            super().mouseMoveEvent(event)
            return
        moved, self._dragged = event.position() - self._dragged, event.position()
        box = self.picture_box().translated(moved)
        self._look_at(box)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None
        super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._places and self.has_picture:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(scaled_font(self.font(), 0.8, bold=True))
            for place in self._places:
                self._draw_place(painter, place)

    def _draw_place(self, painter: QPainter, place: ReadPlace) -> None:
        one = self.place_in_view(place.box.left, place.box.top)
        other = self.place_in_view(place.box.right, place.box.bottom)
        box = QRectF(one, other).normalized().adjusted(-3, -2, 3, 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(DARK.window), 4))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QPen(QColor(DARK.accent), 2))
        painter.drawRoundedRect(box, 3, 3)
        width = painter.fontMetrics().horizontalAdvance(place.words) + 12
        height = text_height(painter.fontMetrics()) + 2
        above = box.top() - height - 1
        top = above if above > 0 else box.bottom() + 1
        tag = QRectF(min(max(0.0, box.left()), self.width() - width), top, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.window))
        painter.drawRoundedRect(tag, 4, 4)
        painter.setPen(QColor(DARK.accent))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, place.words)

    def _turn_image(self) -> None:
        turn = QTransform().rotate(90 * self._quarters)
        self._turned = self._image.transformed(turn) if self._quarters else self._image
        self._fitted = QPixmap()
        self.update_picture()

    def _zoom_at(self, at: QPointF, factor: float) -> None:
        """Zoom so that what lies at a place of the widget stays there."""
        zoom = min(_MOST, max(1.0, self._zoom * factor))
        if not self.has_picture or zoom == self._zoom:
            return
        before, grown = self.picture_box(), zoom / self._zoom
        self._zoom = zoom
        corner = at - (at - before.topLeft()) * grown
        self._look_at(QRectF(corner, before.size() * grown))
        if zoom > 1.0:
            self.closer.emit()

    def _look_at(self, box: QRectF) -> None:
        """Have the picture lie here, as far as it then fills the widget."""
        middle = QRectF(self.rect()).center()
        self._middle = QPointF(
            (middle.x() - box.left()) / max(1.0, box.width()),
            (middle.y() - box.top()) / max(1.0, box.height()),
        )
        settled = self.picture_box()
        self._middle = QPointF(
            (middle.x() - settled.left()) / max(1.0, settled.width()),
            (middle.y() - settled.top()) / max(1.0, settled.height()),
        )
        self.update_picture()


class ZoomButtons(QWidget):
    """What the wheel and the keys do, for the mouse; lies in a corner of the picture."""

    def __init__(self, view: ZoomView, icons: IconSet) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addStretch()
        for icon, name, keys, slot in (
            ("zoom_in", tr("Closer"), tr("Ctrl++, or the wheel"), view.zoom_in),
            ("zoom_out", tr("Further away"), tr("Ctrl+−, or the wheel"), view.zoom_out),
            ("fit", tr("All of it"), tr("Ctrl+0, or a double click"), view.fit),
            ("turn", tr("Turn"), "R", view.turn),
        ):
            button = QToolButton()
            button.setAutoRaise(True)
            button.setToolTip(f"{name} ({keys})")
            button.setAccessibleName(tr("{name}: picture", name=name))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, slot=slot: slot())
            icons.give(button, icon)
            layout.addWidget(button)


def _within(room: float, length: float, middle: float) -> float:
    """Where a line begins that has its part `middle` in the room's middle, leaving no gap."""
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, room / 2 - middle * length))
