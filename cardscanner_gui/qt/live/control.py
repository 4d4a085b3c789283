"""Live scanning by its menu: each action does what it says, and is on while it can be done."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.actions import connect
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.live.menu import CameraMenu
from cardscanner_gui.qt.live.scan import LiveScan
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lane import Lane


class LiveControl(QObject):
    """Connects the actions of the window's menu.

    Args:
        cameras: the sources to choose from, which the menu shows too.
        lane: where a session's cards are exported.
        page: over whose window dialogs open.
    """

    def __init__(
        self,
        live: LiveScan,
        cameras: CameraMenu,
        shell: Shell,
        services: WindowServices,
        store: AsyncStore,
        settings: ChosenSettings,
        lane: Lane,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._live = live
        self._cameras = cameras
        self._pages = shell.pages
        self._notice = shell.notice
        self._keep = shell.actions.keep
        self._actions = shell.actions.live
        self._services = services
        self._store = store
        self._settings = settings
        self._lane = lane
        self._page = page
        self._actions.menu.insertMenu(self._actions.auto, cameras)
        self._connect()
        self._show_settings(live.settings)

    def _connect(self) -> None:
        live, actions = self._live, self._actions
        for action, slot in (
            (actions.start, self._start_or_stop),
            (actions.pause, live.pause),
            (actions.capture, live.capture_now),
            (actions.take_back, live.take_back),
            (actions.copy, live.count_another),
            (actions.finish, live.next_finish),
            (actions.end, live.end),
            (actions.discard, live.discard),
            (actions.sessions, self._show_sessions),
        ):
            connect(action, slot)
        actions.auto.toggled.connect(lambda on: live.change_settings(auto_capture=on))
        actions.sounds.toggled.connect(lambda on: live.change_settings(sounds=on))
        live.settings_changed.connect(self._show_settings)
        live.running_changed.connect(self._show_state)
        live.sessions.changed.connect(self._show_state)
        self._pages.changed.connect(self._show_state)

    def _start_or_stop(self) -> None:
        if self._live.running:
            self._live.stop()
        else:
            self._pages.show_page(Page.SCAN)
            self._cameras.start_any()

    def _show_sessions(self) -> None:
        from cardscanner_gui.qt.live.sessions_dialog import SessionsDialog

        window = self._page.window()
        open_dialog(
            SessionsDialog(
                self._services,
                self._store,
                self._live,
                self._settings,
                self._lane,
                self._notice,
                window,
            )
        )

    def _show_settings(self, settings: LiveSettings) -> None:
        self._actions.auto.setChecked(settings.auto_capture)
        self._actions.sounds.setChecked(settings.sounds)

    def _show_state(self) -> None:
        live, actions = self._live, self._actions
        here = self._pages.current is Page.SCAN
        scanning, begun = here and live.running, live.session is not None
        # While a camera runs, Enter captures on the scan page; elsewhere it keeps.
        self._keep.setText(tr("&Capture now") if scanning else tr("&Keep"))
        actions.start.setText(tr("Stop &live scanning") if live.running else tr("Scan &live"))
        actions.pause.setText(tr("Go &on") if live.paused else tr("&Pause"))
        actions.pause.setEnabled(scanning)
        actions.capture.setEnabled(scanning)
        for action in (actions.take_back, actions.copy, actions.finish):
            action.setEnabled(here and begun)
        for action in (actions.end, actions.discard):
            action.setEnabled(begun)
