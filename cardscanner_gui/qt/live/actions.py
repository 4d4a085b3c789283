"""The actions of live scanning, in their menu, with keys that a foot pedal can send too."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from cardscanner_gui.qt.live.scan import LiveScan
from cardscanner_gui.qt.live.settings import LiveSettings


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
    """Makes the menu's actions; `connect` wires them to live scanning."""

    def __init__(self, menu: QMenu, add: AddsAction) -> None:
        self.menu = menu
        self.start = add(menu, "Scan &live", "Ctrl+L", "camera")
        self.pause = add(menu, "&Pause", "P", "pause")
        self.capture = add(menu, "&Capture now", "Space", "capture")  # Enter does so too
        menu.addSeparator()
        self.take_back = add(menu, "&Take the last card back", "Backspace", "undo")
        # Without Shift, the key of the plus sign is the equals sign on many keyboards.
        plus = [QKeySequence("+"), QKeySequence("=")]
        self.copy = add(menu, "Count another c&opy", plus, "plus")
        self.finish = add(menu, "Next &finish", "F")
        menu.addSeparator()
        self.end = add(menu, "&End the session", "Ctrl+Return", "keep")
        self.discard = add(menu, "&Discard the session", None, "delete")
        self.sessions = add(menu, "&Sessions…", "Ctrl+Shift+L", "sessions")
        menu.addSeparator()
        self.auto = add(menu, "Capture by &itself")
        self.sounds = add(menu, "S&ounds")
        for action in (self.auto, self.sounds):
            action.setCheckable(True)

    def connect(self, live: LiveScan, camera_menu: QMenu) -> None:
        """Let the actions do what they say; `start` is the window's."""
        self.menu.insertMenu(self.auto, camera_menu)
        for action, slot in (
            (self.pause, live.pause),
            (self.capture, live.capture_now),
            (self.take_back, live.take_back),
            (self.copy, live.count_another),
            (self.finish, live.next_finish),
            (self.end, live.end),
            (self.discard, live.discard),
        ):
            action.triggered.connect(slot)
        self.auto.toggled.connect(lambda on: live.change_settings(auto_capture=on))
        self.sounds.toggled.connect(lambda on: live.change_settings(sounds=on))
        live.settings_changed.connect(self.show_settings)
        self.show_settings(live.settings)

    def show_settings(self, settings: LiveSettings) -> None:
        self.auto.setChecked(settings.auto_capture)
        self.sounds.setChecked(settings.sounds)

    def show_state(self, live: LiveScan, here: bool) -> None:
        """Offer what can be done; `here` when the scan page is shown."""
        self.start.setText("Stop &live scanning" if live.running else "Scan &live")
        self.pause.setText("Go &on" if live.paused else "&Pause")
        self.pause.setEnabled(here and live.running)
        self.capture.setEnabled(here and live.running)
        session = live.session
        for action in (self.take_back, self.copy, self.finish):
            action.setEnabled(here and session is not None)
        self.end.setEnabled(session is not None)
        self.discard.setEnabled(session is not None)
