"""The parts of the scan page that belong to live scanning, kept in step with it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from cardscanner_gui.core.game import Games
from cardscanner_gui.core.live import SourceChanged
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.live.bar import DefaultsRow, SessionRow
from cardscanner_gui.qt.live.menu import CameraMenu
from cardscanner_gui.qt.live.scan import LiveScan
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.live.view import LiveView
from cardscanner_gui.qt.live.words import source_words
from cardscanner_gui.qt.scan.state import CardState
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.marks import Mark

_RATE_MS = 2000


class LivePanel(QObject):
    """Makes the widgets; the scan page lays them out.

    Attributes:
        buttons: for the header: source, start or stop, pause.
        defaults: the row over the picture.
        session: the row under the last cards.
    """

    def __init__(
        self, games: Games, live: LiveScan, view: LiveView, icons: IconSet, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._live = live
        self.view = view
        self.menu = CameraMenu(live, parent)
        self.camera = QToolButton()
        self.camera.setProperty("role", "button")
        self.camera.setText(tr("Camera"))
        self.camera.setToolTip(tr("Choose a camera, a video or a stream, and how it is taken"))
        self.camera.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.camera.setMenu(self.menu)
        self.camera.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.start = QPushButton(tr("Scan live"))
        self.start.setToolTip(tr("Scan cards one after the other under a camera (Ctrl+L)"))
        self.stop = QPushButton(tr("Stop"))
        self.stop.setToolTip(tr("Let go of the camera; the session waits (Ctrl+L)"))
        self.pause = QPushButton(tr("Pause"))
        self.pause.setToolTip(tr("Read no cards for a while (P)"))
        icons.give(self.start, "camera")
        icons.give(self.stop, "stop")
        icons.give(self.pause, "pause")
        self.buttons = (self.camera, self.start, self.pause, self.stop)
        self.defaults = DefaultsRow(games)
        self.session = SessionRow(icons)
        self._rate = QTimer(self)
        self._rate.setInterval(_RATE_MS)
        self._rate.timeout.connect(self._show_session)
        self._connect()
        self._show_running()
        self._show_settings(live.settings)

    def _connect(self) -> None:
        live = self._live
        self.start.clicked.connect(self.menu.start_any)
        self.stop.clicked.connect(live.stop)
        self.pause.clicked.connect(live.pause)
        self.defaults.changed.connect(live.set_defaults)
        self.defaults.auto_toggled.connect(self._auto)
        self.defaults.sounds_toggled.connect(self._sounds)
        self.session.end.connect(live.end)
        self.session.discard.connect(live.discard)
        self.session.go_on.connect(self.menu.start_any)
        self.view.frames_counted.connect(live.note_preview)
        live.running_changed.connect(self._show_running)
        live.settings_changed.connect(self._show_settings)
        live.sessions.changed.connect(self._show_session)
        live.source_changed.connect(self._show_source)
        live.cards.newest_changed.connect(self._show_card)

    def _auto(self, on: bool) -> None:
        self._live.change_settings(auto_capture=on)

    def _sounds(self, on: bool) -> None:
        self._live.change_settings(sounds=on)

    def _show_running(self) -> None:
        live = self._live
        self.start.setVisible(not live.running)
        self.stop.setVisible(live.running)
        self.pause.setVisible(live.running)
        self.pause.setText(tr("Go on") if live.paused else tr("Pause"))
        self.defaults.setVisible(live.running)
        if live.running and not self._rate.isActive():
            self.view.start(live.latest, live.state)
            self._rate.start()
        elif not live.running:
            self.view.stop()
            self._rate.stop()
        self._show_session()

    def _show_settings(self, settings: LiveSettings) -> None:
        self.defaults.show_settings(settings)
        self.view.set_auto_capture(settings.auto_capture)
        metrics = self.camera.fontMetrics()
        label = settings.label or tr("Camera")
        self.camera.setText(metrics.elidedText(label, Qt.TextElideMode.ElideRight, 160) + "  ▾")

    def _show_session(self) -> None:
        session, running = self._live.session, self._live.running
        # One that was left without a card is nobody's concern; the next start takes it up.
        shown = session is not None and (running or session.cards > 0)
        self.session.setVisible(shown)
        if session is not None:
            self.session.show_session(session, running, self._live.cards.pace.per_minute())

    def _show_source(self, event: SourceChanged) -> None:
        self.view.show_source(source_words(event.state, self._live.settings.label))

    def _show_card(self, card: CardState) -> None:
        mark = None if card.mark is Mark.WORKING else card.mark
        name = "" if mark is None else tr(card.mark.value)
        reading = card.recognition.reading.best() if card.recognition else {}
        if "name" in reading and mark is Mark.UNSURE:
            name = f"{reading['name'].text}?"
        self.view.show_card(card.printing, mark, name)
