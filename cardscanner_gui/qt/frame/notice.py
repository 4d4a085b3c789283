"""A line over the bottom of the page: what just happened, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent
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
    QStackedWidget,
    QToolButton,
)

from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.style.announcing import announce
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.marks import Mark, MarkShape
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, scaled_font

_SHOWN_MS = 8000
_LOOK_MS = 100
"""How often it is looked whether the page has put a button under it."""
_NEEDED = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)


@dataclass(frozen=True)
class _Told:
    words: str
    action: str
    then: Callable[[], None] | None
    mark: Mark | None
    stays: bool
    about: str

    def same_matter(self, other: _Told) -> bool:
        return self.words == other.words or (bool(self.about) and self.about == other.about)


class Notice(QFrame):
    """Goes by itself unless it tells of what needs an answer, such as a failure.

    It lies over its parent where no button is; where there is no such place, the page makes room
    for it. What stays and was covered by a later line comes back when that has gone.
    """

    def __init__(self, parent: QStackedWidget, icons: IconSet) -> None:
        super().__init__(parent)
        self._page = parent
        self.setProperty("role", "panel")
        self.setObjectName("notice")
        self.setAccessibleName(tr("Notice"))
        self._told: _Told | None = None
        self._covered: list[_Told] = []
        self._shape = MarkShape()
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.more = QLabel()
        self.more.setProperty("role", "muted")
        self.more.setFont(scaled_font(self.font(), SMALL_SIZE))
        self.button = QPushButton()
        self.button.setProperty("role", "link")
        self.button.clicked.connect(self._act)
        close = QToolButton()
        close.setToolTip(tr("Close this notice"))
        close.setAccessibleName(tr("Close this notice"))
        close.setAutoRaise(True)
        close.clicked.connect(self.close_line)
        icons.give(close, "close")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._shape)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.more)
        layout.addWidget(self.button)
        layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self.close_line)
        self._placing = False
        self._again = QTimer(self)
        self._again.setInterval(_LOOK_MS)
        self._again.timeout.connect(self._look_again)
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
        about: str = "",
    ) -> None:
        """Show a line, perhaps with an action.

        Args:
            words: the line.
            action: what the button says; without, there is none.
            then: what it does.
            mark: the shape before the line.
            stays: until the user closes it or follows it; a later line covers it only for a while.
            about: a matter of which only the last line counts.
        """
        told = _Told(said(words), action, then, mark, stays, about)
        before = self._told if self.isVisible() else None
        if before is not None and before.stays:
            self._covered.append(before)
        self._covered = [one for one in self._covered if not one.same_matter(told)]
        self._show(told)

    def tell_failure(self, words: str, about: str = "") -> None:
        """Show what went wrong, until the user closes it, or more is told of the same matter."""
        self.tell(words, mark=Mark.FAILED, stays=True, about=about)

    def close_line(self) -> None:
        """The line that is shown is done with; one that it covered comes back."""
        self._told = None
        if self._covered:
            self._show(self._covered.pop())
        else:
            self.hide()

    def come_forward(self, _page: int = 0) -> None:
        """A page that was just shown lies over it."""
        if self.isVisible():
            self._place()
            self.raise_()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self._again.stop()
        self._page.setContentsMargins(0, 0, 0, 0)
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _look_again(self) -> None:
        """The page may have other buttons by now, such as those of what was just read."""
        if any(self.geometry().intersects(one) for one in self._taken()):
            self._place()

    def _show(self, told: _Told) -> None:
        self._told = told
        self.label.setText(told.words)
        announce(self, told.words)
        self.button.setText(told.action)
        self.button.setVisible(bool(told.action))
        self._shape.show_mark(told.mark)
        self._shape.setVisible(told.mark is not None)
        self.more.setText(tr("{covered} more", covered=len(self._covered)))
        self.more.setVisible(bool(self._covered))
        self._place()
        self.show()
        self.raise_()
        self._again.start()
        if told.stays:
            self._timer.stop()
        else:
            self._timer.start()

    def _act(self) -> None:
        then = self._told.then if self._told is not None else None
        self.close_line()
        if then is not None:
            then()

    def _place(self) -> None:
        """Changing the page's margins resizes it, which mustn't come back here."""
        if self._placing:
            return
        self._placing = True
        try:
            self._find_place()
        finally:
            self._placing = False

    def _find_place(self) -> None:
        room = max(200, self._page.width() - 4 * STEP)
        # One line where it fits; a wrapping label alone would ask for a narrow block.
        text = self.fontMetrics().horizontalAdvance(self.label.text())
        rest = 96 if self.more.isHidden() else 160
        rest += self.button.sizeHint().width() + 16 if self.button.text() else 0
        width = min(room, 720, text + rest)
        height = max(self.sizeHint().height(), self.heightForWidth(width))
        size = QSize(width, height)
        self._page.setContentsMargins(0, 0, 0, 0)
        layout = self._page.layout()
        if layout is not None:
            layout.activate()  # where everything lies without the room made for it
        place = self._free_place(size)
        self._page.setContentsMargins(0, 0, 0, 0 if place else height + 2 * STEP)
        self.setGeometry(place or QRect(QPoint(self._middle(size), self._lowest(size)), size))

    def _middle(self, size: QSize) -> int:
        return (self._page.width() - size.width()) // 2

    def _lowest(self, size: QSize) -> int:
        return self._page.height() - size.height() - STEP

    def _free_place(self, size: QSize) -> QRect | None:
        """The lowest place, in the middle or at an edge, where nothing lies that one might need."""
        room, taken = self._page.size(), self._taken()
        sides = (self._middle(size), 2 * STEP, room.width() - size.width() - 2 * STEP)
        for top in range(self._lowest(size) - STEP, room.height() // 2, -STEP):
            for left in sides:
                place = QRect(QPoint(left, top), size)
                if not any(place.intersects(one) for one in taken):
                    return place
        return None

    def _taken(self) -> list[QRect]:
        """Where the page's buttons and fields are."""
        found = []
        for kind in _NEEDED:
            for widget in self._page.findChildren(kind):
                if widget.isVisible() and not self.isAncestorOf(widget):
                    seen = widget.visibleRegion().boundingRect()
                    found.append(QRect(widget.mapTo(self._page, seen.topLeft()), seen.size()))
        return found
