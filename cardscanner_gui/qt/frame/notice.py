"""A line over the bottom of the page: what just happened, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.marks import Mark, MarkShape
from cardscanner_gui.qt.style.theme import STEP

_SHOWN_MS = 8000
_NEEDED = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)


class Notice(QFrame):
    """Goes by itself unless it tells of a failure.

    It lies over its parent where no button is: nothing moves, and nothing one needs is hidden.
    """

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
        if self.isVisible():
            self._place()
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
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
        self.setGeometry(self._free_place(QSize(width, height)))

    def _free_place(self, size: QSize) -> QRect:
        """The lowest place, in the middle or at an edge, where nothing lies that one might need."""
        room, taken = self._page.size(), self._taken()
        middle = (room.width() - size.width()) // 2
        sides = (middle, 2 * STEP, room.width() - size.width() - 2 * STEP)
        lowest = room.height() - size.height() - 2 * STEP
        for top in range(lowest, 0, -STEP):
            for left in sides:
                place = QRect(QPoint(left, top), size)
                if not any(place.intersects(one) for one in taken):
                    return place
        return QRect(QPoint(middle, lowest), size)

    def _taken(self) -> list[QRect]:
        """Where the page's buttons and fields are."""
        found = []
        for kind in _NEEDED:
            for widget in self._page.findChildren(kind):
                if widget.isVisible() and not self.isAncestorOf(widget):
                    seen = widget.visibleRegion().boundingRect()
                    found.append(QRect(widget.mapTo(self._page, seen.topLeft()), seen.size()))
        return found
