"""The live picture: the newest frame, the followed card's outline, and what it is, in big words."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from cardscanner_gui.core.live import DeskChanged, DeskState
from cardscanner_gui.core.types import Frame, Printing
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.picture_view import Outline, PictureView
from cardscanner_gui.qt.live.words import (
    BY_HAND_WORDS,
    DESK_MARKS,
    DESK_WORDS,
    OUTLINE_WORDS,
    SourceWords,
)
from cardscanner_gui.qt.style.images import fitted
from cardscanner_gui.qt.style.marks import Mark, draw_mark
from cardscanner_gui.qt.style.theme import DARK, STEP, TITLE_SIZE, scaled_font, theme_of

_LOOK_MS = 12
"""How often a new frame is looked for: a camera's 33 ms and a timer's would beat."""
_BAND = 68
"""Height of the band under the picture: it must not hide the number at a card's foot."""
_NAME_SIZE = 1.9
_LATE_LOOKS = 4
"""So many looks without a new frame, and what lies there is shown over the old one."""


class LiveView(PictureView):
    """Pulls frames on a timer; one that comes faster than it can be shown is never shown."""

    frames_counted = Signal(float)
    """Frames shown a second, once a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Live picture"))
        self._latest: Callable[[], Frame | None] = lambda: None
        self._state: Callable[[], DeskChanged | None] = lambda: None
        self._frame: Frame | None = None
        self._desk: DeskChanged | None = None
        self._source: SourceWords | None = None
        self._mark: Mark | None = None
        self._name = ""
        self._place = ""
        self._auto_capture = True
        self.shown = 0
        """Frames shown since it was made."""
        self._counted = (0, 0.0)
        self._looks = 0
        # Thirty times a second everything behind it would be painted, only to be painted over.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def words(self) -> str:
        """The line that says what is happening, or what to do."""
        if self._source is not None and self._source.covers:
            return self._source.advice
        state = self._desk.state if self._desk else DeskState.EMPTY
        if self._source is not None and state is DeskState.EMPTY:
            return self._source.advice
        found = self._desk is not None and self._desk.corners is not None
        if found and not self._auto_capture and state in BY_HAND_WORDS:
            return BY_HAND_WORDS[state]
        return DESK_WORDS[state]

    @property
    def title(self) -> str:
        """The big words: what happened to the source, or else which card it is or was last."""
        if self._source is not None and (self._source.covers or not self._name):
            return self._source.title
        return "" if self._reading else self._name

    @property
    def _reading(self) -> bool:
        """Another card lies there, so the last one's name would mislead."""
        return self._desk is not None and self._desk.state is DeskState.READING

    @property
    def source(self) -> SourceWords | None:
        """What happened to the source; None while all is well."""
        return self._source

    @property
    def desk(self) -> DeskChanged | None:
        """What lay there last."""
        return self._desk

    def start(
        self, latest: Callable[[], Frame | None], state: Callable[[], DeskChanged | None]
    ) -> None:
        """Show what these give, until `stop`."""
        self._latest, self._state = latest, state
        self._desk = self._frame = None
        self._counted = (self.shown, time.monotonic())
        self.show_card(None, None)
        self.show_line("")
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._frame = None

    def set_auto_capture(self, on: bool) -> None:
        """Whether a card that lies still is read by itself: otherwise the words say how."""
        self._auto_capture = on
        self._describe()

    def show_source(self, words: SourceWords | None) -> None:
        """Say what happened to the source; None while all is well."""
        self._source = words
        self._describe()

    def show_card(self, printing: Printing | None, mark: Mark | None, name: str = "") -> None:
        """Say what the last card is; `name` where no printing is known."""
        self._mark = mark
        self._name = printing.name if printing else name
        self._place = ""
        if printing is not None:
            parts = (printing.set_code, printing.printed_number, printing.set_name)
            self._place = " · ".join(p for p in parts if p)
        self._describe()

    def picture_box(self) -> QRectF:
        """The band keeps its place under the picture, whatever the picture's shape."""
        size = QSizeF(self._image.size())
        if size.isEmpty():
            return QRectF()
        room = QSizeF(self.width(), self._picture_height())
        size.scale(room, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (room.height() - size.height()) / 2
        return QRectF(left, top, size.width(), size.height())

    def _picture_height(self) -> int:
        return max(1, self.height() - _BAND - STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._frame is not None:
            self._show_frame(self._frame)

    def update_picture(self) -> None:
        """The band stays as it is."""
        self.update(0, 0, self.width(), self.height() - _BAND)

    def describe_outlines(self) -> None:
        """The words say more, and say it once."""

    def _look(self) -> None:
        frame, state = self._latest(), self._state()
        fresh = frame is not None and frame is not self._frame
        self._looks = 0 if fresh else self._looks + 1
        if state is not None and state is not self._desk:
            # An outline that only moved comes with the next frame: both are painted at once.
            news = self._desk is None or state.state is not self._desk.state
            if fresh or news or self._looks >= _LATE_LOOKS:
                self._show_state(state)
        if frame is not None and fresh:
            self._show_frame(frame)
            self.shown += 1
        shown, since = self._counted
        passed = time.monotonic() - since
        if passed >= 1.0:
            self.frames_counted.emit((self.shown - shown) / passed)
            self._counted = (self.shown, time.monotonic())

    def _show_frame(self, frame: Frame) -> None:
        self._frame = frame
        ratio = self.devicePixelRatioF()
        image = fitted(
            frame.pixels, round(self.width() * ratio), round(self._picture_height() * ratio)
        )
        self.show_picture(image, (frame.width, frame.height))

    def _show_state(self, state: DeskChanged) -> None:
        said = self.title, self.words
        self._desk = state
        if state.corners is None:
            self.show_outlines(())
        else:
            mark = DESK_MARKS.get(state.state, Mark.WORKING)
            words = OUTLINE_WORDS.get(state.state, "")
            self.show_outlines((Outline(state.corners, mark, words),))
        if (self.title, self.words) != said:
            self._describe()

    def _describe(self) -> None:
        self.setAccessibleDescription(f"{self.title}. {self._place}. {self.words}")
        self.update()

    def _fit(self, box: QRectF) -> QPixmap:
        """The frame has the right size already: no second scaling on the GUI thread."""
        if self._fitted.isNull():
            self._fitted = QPixmap.fromImage(self._image)
            if box.width() > 0:
                self._fitted.setDevicePixelRatio(self._fitted.width() / box.width())
        return self._fitted

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(theme_of(self.palette()).stage))
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._source is not None and self._source.covers:
            self._draw_source(painter, self._source)
        elif event.rect().bottom() >= self.height() - _BAND:
            self._draw_band(painter)

    def _draw_source(self, painter: QPainter, words: SourceWords) -> None:
        """Over the whole picture: what happened and what to do."""
        paper = QColor(DARK.window)
        picture = self.picture_box().toRect()
        painter.setClipRegion(QRegion(self.rect()) - QRegion(picture))
        painter.fillRect(self.rect(), paper)
        painter.setClipping(False)
        paper.setAlpha(215)
        painter.fillRect(picture, paper)
        middle = QRectF(self.rect()).adjusted(4 * STEP, 0, -4 * STEP, 0)
        centre = middle.center()
        side = 40.0
        shape = QRectF(centre.x() - side / 2, centre.y() - 84, side, side)
        draw_mark(painter, shape, words.mark, DARK)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.setPen(QColor(DARK.text))
        painter.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        box = QRectF(middle.left(), centre.y() - 28, middle.width(), 4 * STEP)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words.title)
        painter.setPen(QColor(DARK.muted))
        painter.setFont(self.font())
        box = QRectF(middle.left(), centre.y() + 16, middle.width(), 10 * STEP)
        painter.drawText(box, flags, words.advice)

    def _draw_band(self, painter: QPainter) -> None:
        """Under the picture: the answer, big enough for a glance, and what to do next."""
        band = QRectF(0.5, self.height() - _BAND, self.width() - 1, _BAND - 0.5)
        theme = theme_of(self.palette())
        painter.setPen(QPen(QColor(theme.border)))
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(band, 8, 8)
        inner = band.adjusted(2 * STEP, STEP, -2 * STEP, -STEP)
        mark, title, place = self._mark, self.title, self._place
        if self._source is not None and title == self._source.title:
            mark, place = self._source.mark, ""
        if not title:
            painter.setPen(QColor(theme.text))
            painter.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, self.words)
            return
        if mark is not None:
            draw_mark(painter, QRectF(inner.left(), inner.center().y() - 18, 36, 36), mark, theme)
            inner.setLeft(inner.left() + 36 + 2 * STEP)
        left, right = QRectF(inner), QRectF(inner)
        right.setLeft(inner.left() + inner.width() * 0.6)
        left.setRight(right.left() - STEP)
        upper, lower = QRectF(left), QRectF(left)
        upper.setHeight(left.height() * 0.6)
        lower.setTop(upper.bottom())
        name_font = scaled_font(self.font(), _NAME_SIZE, bold=True)
        _draw_line(painter, upper if place else left, title, name_font, theme.text)
        _draw_line(painter, lower, place, scaled_font(self.font(), 1.15), theme.muted)
        painter.setFont(scaled_font(self.font(), 1.15))
        painter.setPen(QColor(theme.text))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(right, flags | Qt.TextFlag.TextWordWrap, self.words)

    def sizeHint(self) -> QSize:
        return QSize(960, 540)


def _draw_line(painter: QPainter, box: QRectF, text: str, font: QFont, colour: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
