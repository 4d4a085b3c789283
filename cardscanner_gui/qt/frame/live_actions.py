"""The actions of live scanning, in their menu, with keys that a foot pedal can send too."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from cardscanner_gui.core.words import tr


class AddsAction(Protocol):
    """`Actions` adds an action to a menu."""

    def __call__(
        self,
        menu: QMenu,
        text: str,
        shortcut: str | list[QKeySequence] | None = None,
        icon: str = "",
    ) -> QAction: ...


class LiveActions:
    """Makes the menu's actions; `live.control.LiveControl` connects them."""

    def __init__(self, menu: QMenu, add: AddsAction) -> None:
        self.menu = menu
        self.start = add(menu, tr("Scan &live"), "Ctrl+L", "camera")
        self.pause = add(menu, tr("&Pause"), "P", "pause")
        self.capture = add(menu, tr("&Capture now"), "Space", "capture")  # Enter does so too
        menu.addSeparator()
        self.take_back = add(menu, tr("&Take the last card back"), "Backspace", "undo")
        # Without Shift, the key of the plus sign is the equals sign on many keyboards.
        plus = [QKeySequence("+"), QKeySequence("=")]
        self.copy = add(menu, tr("Count another c&opy"), plus, "plus")
        self.finish = add(menu, tr("Next &finish"), "F")
        menu.addSeparator()
        self.end = add(menu, tr("&End the session"), "Ctrl+Return", "keep")
        self.discard = add(menu, tr("&Discard the session"), None, "delete")
        self.sessions = add(menu, tr("&Sessions…"), "Ctrl+Shift+L", "sessions")
        menu.addSeparator()
        self.auto = add(menu, tr("Capture by &itself"))
        self.sounds = add(menu, tr("S&ounds"))
        for action in (self.auto, self.sounds):
            action.setCheckable(True)
