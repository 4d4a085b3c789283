"""Where pictures are dropped and shown: a welcome that says what to do, then the picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.zoom_view import ZoomView
from cardscanner_gui.qt.live.view import LiveView
from cardscanner_gui.qt.style.card_sketch import CardSketch
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font, theme_of

_ROOM_FOR_SKETCH = 300
_ROOM_FOR_LINE = 190


class DropZone(QFrame):
    """Takes files and folders dropped anywhere on it."""

    dropped = Signal(list)
    """Paths as text."""
    open_pictures = Signal()
    scan_live = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._hovered = False
        self.view = ZoomView()
        self.live = LiveView()
        self._welcome = self._before = self._make_welcome()
        self._stack = QStackedLayout(self)
        self.setContentsMargins(STEP, STEP, STEP, STEP)
        self._stack.addWidget(self._welcome)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.live)

    def _make_welcome(self) -> QWidget:
        welcome = QWidget()
        self._sketch = sketch = CardSketch()
        title = QLabel(tr("Drop pictures of your cards here, or lay them under a camera"))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title.setWordWrap(True)
        line = QLabel(tr("Photos or scans, one card or a whole page, or a folder full of them"))
        line.setProperty("role", "muted")
        line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        line.setWordWrap(True)
        self._line = line
        button = QPushButton(tr("Open pictures…"))
        button.setProperty("role", "primary")
        button.setToolTip(tr("Choose picture files to scan (Ctrl+O)"))
        button.clicked.connect(self.open_pictures)
        self.live_button = QPushButton(tr("Scan with a camera"))
        self.live_button.setToolTip(tr("Scan cards one after the other under a camera (Ctrl+L)"))
        self.live_button.clicked.connect(self.scan_live)
        buttons = QHBoxLayout()
        buttons.setSpacing(STEP)
        buttons.addStretch()
        buttons.addWidget(button)
        buttons.addWidget(self.live_button)
        buttons.addStretch()
        layout = QVBoxLayout(welcome)
        layout.setSpacing(STEP)
        layout.addStretch(1)
        layout.addWidget(sketch, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(STEP)
        layout.addWidget(title)
        layout.addWidget(line)
        layout.addSpacing(STEP)
        layout.addLayout(buttons)
        layout.addStretch(1)
        return welcome

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the words and the buttons need the drawing's room."""
        super().resizeEvent(event)
        self._sketch.setVisible(event.size().height() >= _ROOM_FOR_SKETCH)
        self._line.setVisible(event.size().height() >= _ROOM_FOR_LINE)

    @property
    def welcoming(self) -> bool:
        return self._stack.currentWidget() is self._welcome

    @property
    def is_live(self) -> bool:
        """The live picture has the place; others wait until it is given back."""
        return self._stack.currentWidget() is self.live

    def show_live(self, live: bool) -> None:
        """Show the live picture, or what was there before."""
        self._stack.setCurrentWidget(self.live if live else self._before)
        self.update()

    def _show(self, widget: QWidget) -> None:
        self._before = widget
        if not self.is_live:
            self._stack.setCurrentWidget(widget)
        self.update()

    def show_welcome(self) -> None:
        self._show(self._welcome)

    def show_picture(self, image: QImage, source_size: tuple[int, int] | None) -> None:
        self.view.show_picture(image, source_size)
        self._show(self.view)

    def show_line(self, line: str) -> None:
        self.view.show_outlines(())
        self.view.show_line(line)
        self._show(self.view)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._hovered = True
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hovered = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._hovered = False
        self.update()
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        pen = QPen(
            QColor(theme.accent if self._hovered else theme.border), 2 if self._hovered else 1
        )
        if self.welcoming:
            pen.setWidth(2)
            pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(QColor(theme.selection if self._hovered else theme.stage))
        if self.welcoming and not self._hovered:
            painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(box, 8, 8)
