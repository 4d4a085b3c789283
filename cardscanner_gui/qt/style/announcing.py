"""What changed without being asked for, told to whoever hears the window."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say a line; costs nothing where none runs."""
    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


class Announcer:
    """Says each line of a place once, however often it is shown."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._last = ""

    def say(self, words: str) -> None:
        """Say it where it isn't what was said last."""
        if words != self._last:
            self._last = words
            announce(self._widget, words)
