"""A line over the bottom of the page: what just happened, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.marks import Mark, MarkShape
from cardscanner_gui.qt.style.theme import STEP

_SHOWN_MS = 8000


class Notice(QFrame):
    """Lies over its parent, so that nothing moves; goes by itself unless it tells of a failure."""

    def __init__(self, parent: QWidget, icons: IconSet) -> None:
        super().__init__(parent)
        self._page = parent
        self.setProperty("role", "panel")
        self.setObjectName("notice")
        self.setAccessibleName("Notice")
        self._action: Callable[[], None] | None = None
        self._shape = MarkShape()
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.button = QPushButton()
        self.button.setProperty("role", "link")
        self.button.clicked.connect(self._act)
        close = QToolButton()
        close.setToolTip("Close this notice")
        close.setAccessibleName("Close this notice")
        close.setAutoRaise(True)
        close.clicked.connect(self.hide)
        icons.give(close, "close")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._shape)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def tell(
        self,
        words: str,
        *,
        action: str = "",
        then: Callable[[], None] | None = None,
        mark: Mark | None = None,
        stays: bool = False,
    ) -> None:
        """Show a line, perhaps with an action; replaces the line before."""
        self._action = then
        self.label.setText(words)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self._shape.show_mark(mark)
        self._shape.setVisible(mark is not None)
        self._place()
        self.show()
        self.raise_()
        if stays:
            self._timer.stop()
        else:
            self._timer.start()

    def tell_failure(self, words: str) -> None:
        """Show what went wrong, until the user closes it."""
        self.tell(words, mark=Mark.FAILED, stays=True)

    def come_forward(self, _page: int = 0) -> None:
        """A page that was just shown lies over it."""
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _act(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()

    def _place(self) -> None:
        room = max(200, self._page.width() - 4 * STEP)
        # One line where it fits; a wrapping label alone would ask for a narrow block.
        text = self.fontMetrics().horizontalAdvance(self.label.text())
        rest = self.button.sizeHint().width() + 112 if self.button.text() else 96
        width = min(room, 720, text + rest)
        height = max(self.sizeHint().height(), self.heightForWidth(width))
        self.setGeometry(
            (self._page.width() - width) // 2,
            self._page.height() - height - 2 * STEP,
            width,
            height,
        )
