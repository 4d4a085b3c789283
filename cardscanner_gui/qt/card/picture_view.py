"""The picture as the hero: fitted, with the outlines of the cards that were found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cardscanner_gui.core.types import Corners
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.marks import Mark, draw_mark, mark_colour
from cardscanner_gui.qt.style.theme import DARK, STEP, theme_of

_TAG_HEIGHT = 24
_HALO = QColor(20, 22, 26)
"""Keeps an outline apart from any picture."""


@dataclass(frozen=True, eq=False)
class Outline:
    """A card in the picture: corners in the picture's own pixels, its state, and a short label."""

    corners: Corners
    mark: Mark
    label: str


class PictureView(QWidget):
    """Shows one picture scaled to fit; outlines are drawn over it and can be clicked."""

    outline_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._fitted = QPixmap()
        self._source_size = QSizeF()
        self._outlines: tuple[Outline, ...] = ()
        self._current = 0
        self._line = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 80)
        self.setAccessibleName(tr("Picture"))

    def sizeHint(self) -> QSize:
        return QSize(720, 480)

    @property
    def outlines(self) -> tuple[Outline, ...]:
        return self._outlines

    @property
    def has_picture(self) -> bool:
        return not self._image.isNull()

    def show_picture(self, image: QImage, source_size: tuple[int, int] | None = None) -> None:
        """Show a picture that may be smaller than the one the corners refer to."""
        self._image = image
        width, height = source_size or (image.width(), image.height())
        self._source_size = QSizeF(width, height)
        self._fitted = QPixmap()
        self._line = ""
        self.update_picture()

    def update_picture(self) -> None:
        """Have the picture and its outlines painted anew."""
        self.update()

    def set_source_size(self, width: int, height: int) -> None:
        """The size of the full picture, when it becomes known after the picture is shown."""
        self._source_size = QSizeF(width, height)
        self.update()

    def show_line(self, line: str) -> None:
        """Show one line of text in place of a picture."""
        self._image = QImage()
        self._fitted = QPixmap()
        self._line = line
        self.setAccessibleDescription(line)
        self.update()

    def show_outlines(self, outlines: tuple[Outline, ...], current: int = 0) -> None:
        self._outlines = outlines
        self._current = current
        self.describe_outlines()
        self.update_picture()

    def describe_outlines(self) -> None:
        """For those who can't see them."""
        self.setAccessibleDescription(
            ", ".join(
                f"{o.label}: {tr(o.mark.value)}" if o.label else tr(o.mark.value)
                for o in self._outlines
            )
        )

    def picture_box(self) -> QRectF:
        """Where the picture lies in the widget."""
        size = QSizeF(self._image.size())
        if size.isEmpty():
            return QRectF()
        size.scale(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2,
            (self.height() - size.height()) / 2,
            size.width(),
            size.height(),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fitted = QPixmap()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for index, polygon in enumerate(self._polygons()):
            if polygon.containsPoint(event.position(), Qt.FillRule.OddEvenFill):
                self.outline_clicked.emit(index)
                return
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = theme_of(self.palette())
        if self._image.isNull():
            painter.setPen(QColor(theme.muted))
            box = QRectF(self.rect()).adjusted(3 * STEP, 0, -3 * STEP, 0)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box, flags, self._line)
            return
        self.draw_picture(painter, self.picture_box())
        drawn = list(zip(self._outlines, self._polygons(), strict=True))
        for index, (outline, polygon) in enumerate(drawn):
            if index != self._current:
                self._draw_outline(painter, outline, polygon, current=False)
        current = drawn[self._current : self._current + 1]
        for outline, polygon in current:
            self._draw_outline(painter, outline, polygon, current=True)
        # The words last: no outline of another card goes through them.
        for outline, polygon in [*drawn[: self._current], *drawn[self._current + 1 :], *current]:
            if not polygon.isEmpty():
                self._draw_tag(painter, outline, polygon)

    def draw_picture(self, painter: QPainter, box: QRectF) -> None:
        """Paint the picture into its box."""
        painter.drawPixmap(box.topLeft(), self._fit(box))

    def shown_image(self) -> QImage:
        """The picture as it is painted."""
        return self._image

    def _fit(self, box: QRectF) -> QPixmap:
        if self._fitted.isNull():
            ratio = self.devicePixelRatioF()
            size = (box.size() * ratio).toSize().expandedTo(QSize(1, 1))
            scaled = self.shown_image().scaled(
                size,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self._fitted = QPixmap.fromImage(scaled)
            self._fitted.setDevicePixelRatio(ratio)
        return self._fitted

    def _polygons(self) -> list[QPolygonF]:
        if self.picture_box().isEmpty() or self._source_size.isEmpty():
            return [QPolygonF() for _ in self._outlines]
        size = np.array([self._source_size.width(), self._source_size.height()])
        return [
            QPolygonF([self.place_in_view(x, y) for x, y in outline.corners / size])
            for outline in self._outlines
        ]

    def place_in_view(self, across: float, down: float) -> QPointF:
        """Where a place of the picture, as fractions of it, lies in the widget."""
        box = self.picture_box()
        return QPointF(box.left() + across * box.width(), box.top() + down * box.height())

    def _draw_outline(
        self, painter: QPainter, outline: Outline, polygon: QPolygonF, *, current: bool
    ) -> None:
        if polygon.isEmpty():
            return
        # The brighter colours in both themes: they lie on the picture, not on our paper.
        colour = mark_colour(outline.mark, DARK)
        points = [polygon.at(place) for place in range(polygon.size())]
        edges = [QLineF(*ends) for ends in zip(points, points[1:] + points[:1], strict=True)]
        # Opaque lines with plain ends are painted thirty times faster than a translucent polygon
        # with round joins, and the live view paints them with each frame.
        painter.setPen(QPen(_HALO, 5 if current else 4))
        painter.drawLines(edges)
        pen = QPen(colour, 3 if current else 2)
        if outline.mark not in (Mark.IDENTIFIED, Mark.WORKING):
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([5, 3])
        painter.setPen(pen)
        painter.drawLines(edges)

    def _draw_tag(self, painter: QPainter, outline: Outline, polygon: QPolygonF) -> None:
        theme = theme_of(self.palette())
        text = outline.label or tr(outline.mark.value)
        bounds = polygon.boundingRect()
        metrics = painter.fontMetrics()
        room = max(96.0, bounds.width())
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room - 36))
        width = metrics.horizontalAdvance(text) + 36
        left = bounds.center().x() - width / 2
        left = min(max(left, 4.0), max(4.0, self.width() - width - 4))
        top = max(4.0, bounds.top() - _TAG_HEIGHT - 4)
        tag = QRectF(left, top, width, _TAG_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(tag, _TAG_HEIGHT / 2, _TAG_HEIGHT / 2)
        draw_mark(painter, QRectF(tag.left() + 6, tag.top() + 5, 14, 14), outline.mark, theme)
        painter.setPen(QColor(theme.text))
        painter.drawText(
            tag.adjusted(26, 0, -6, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            text,
        )
