"""The pages, one shown at a time: the rail picks it, and it decides what an action does."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from cardscanner_gui.core.words import Words
from cardscanner_gui.qt.frame.actions import connect
from cardscanner_gui.qt.frame.rail import Rail
from cardscanner_gui.qt.style.icons import IconSet


class Page(IntEnum):
    """The pages, in the order of the rail."""

    SCAN = 0
    REVIEW = 1
    COLLECTION = 2
    SETS = 3
    ACTIVITY = 4


_TITLES = Words(
    {
        Page.SCAN: "Scan",
        Page.REVIEW: "Review",
        Page.COLLECTION: "Collection",
        Page.SETS: "Sets",
        Page.ACTIVITY: "Activity",
    }
)


_SMALL = (1000, 440)
"""Width and height under which the rail shows icons alone."""


class PageWidget(QWidget):
    """A page; it connects itself to what it is handed."""

    @property
    def main_widget(self) -> QWidget:
        """What gets the keyboard when the page is shown."""
        return self


class PageStack(QWidget):
    """The rail on the left, and the page that was picked.

    Attributes:
        stack: holds the pages; what lies over a page has it as its parent.
    """

    changed = Signal(int)
    """The `Page` that is shown from now on."""

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rail = Rail(icons)
        self._buttons = {
            page: self._rail.add_page(title, page.name.lower(), f"Ctrl+{page + 1}")
            for page, title in _TITLES.items()
        }
        self._widgets: list[PageWidget] = []
        self._offered: dict[QAction, dict[Page, Callable[[], object]]] = {}
        self.stack = QStackedWidget()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail)
        layout.addWidget(self.stack, 1)
        self._rail.picked.connect(self._picked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = event.size()
        self._rail.show_compact(size.width() < _SMALL[0] or size.height() < _SMALL[1])

    @property
    def current(self) -> Page:
        """The page that is shown."""
        return Page(max(0, self.stack.currentIndex()))

    def place(self, *widgets: PageWidget) -> None:
        """Take in the pages, in the order of `Page`."""
        for widget in widgets:
            self._widgets.append(widget)
            self.stack.addWidget(widget)

    def show_page(self, page: Page) -> None:
        """Go to a page; its main widget gets the keyboard."""
        self.stack.setCurrentIndex(page)
        self._rail.show_page(page)
        for action, slots in self._offered.items():
            action.setEnabled(page in slots)
        self.changed.emit(page)
        self._widgets[page].main_widget.setFocus()

    def offer(self, page: Page, action: QAction, slot: Callable[[], object]) -> None:
        """While this page is shown the action does this; it is off where no page offers it."""
        if action not in self._offered:
            self._offered[action] = {}
            connect(action, partial(self._act, action))
        self._offered[action][page] = slot

    def show_count(self, page: Page, number: int) -> None:
        """Show at the page's button how many wait there; 0 shows nothing."""
        self._buttons[page].show_count(number)

    def count(self, page: Page) -> int:
        """How many are said to wait there."""
        return self._buttons[page].count

    def _act(self, action: QAction) -> None:
        slot = self._offered[action].get(self.current)
        if slot is not None:
            slot()

    def _picked(self, number: int) -> None:
        self.show_page(Page(number))
