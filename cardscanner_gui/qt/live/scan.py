"""Live scanning in the window: a camera, its scanner, and the session that its cards go to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.addresses import hide_secrets, shown_address
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.live import CardPresented, DeskChanged, SourceChanged, SourceState
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.core.text import file_name
from cardscanner_gui.core.types import Frame, Printing
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.live.camera_permission import CameraPermission
from cardscanner_gui.qt.live.cards import LiveCards
from cardscanner_gui.qt.live.reports import LiveReports
from cardscanner_gui.qt.live.session import LiveSession
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.live.sounds import Sound, Sounds
from cardscanner_gui.qt.scan.picture_scans import PictureScans
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.inference_thread import InferenceThread
from cardscanner_gui.qt.store.lane import Lane

if TYPE_CHECKING:
    from cardscanner_gui.capture.cameras import CameraInfo
    from cardscanner_gui.recognition.live.scanner import LiveScanner

_TROUBLE = (SourceState.LOST, SourceState.BUSY, SourceState.DENIED)


class LiveScan(QObject):
    """Starts and stops the scanner. Lives on the GUI thread.

    What is slow, such as opening a camera, happens on a lane of its own, in order.

    Attributes:
        cards: the cards that are laid down.
        sessions: the session they go to.
    """

    running_changed = Signal()
    source_changed = Signal(SourceChanged)
    settings_changed = Signal(LiveSettings)
    failed = Signal(str)
    """One line for the user."""
    login_needed = Signal(str)
    """The address of a camera whose user and password nobody knows any more."""
    _login_missing = Signal(str)

    def __init__(
        self,
        services: WindowServices,
        inference: InferenceThread,
        scans: PictureScans,
        store: AsyncStore,
        settings: ChosenSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._inference = inference
        self._lane = Lane("live", 1, self)
        self._lane.failed.connect(self.failed)
        self._scanner: LiveScanner | None = None
        self._finish: Callable[[], None] | None = None
        self._finishing = False
        self.sounds = Sounds()
        self._chosen = settings
        self.settings = LiveSettings.of(settings.current)
        self._login_missing.connect(self._ask_for_login)
        self.running = False
        self.paused = False
        self.reports = LiveReports(self)
        self.reports.source_changed.connect(self._source_changed)
        self.reports.card_presented.connect(self._presented)
        self.reports.nothing_seen.connect(self._say_nothing_lies_there)
        self.sessions = LiveSession(services.sessions, store, self)
        self.cards = LiveCards(scans, self)
        self.cards.sounded.connect(self._play)
        self.cards.corrected.connect(self._learn)
        self.cards.all_recorded.connect(self._finish_now)
        self._permission = CameraPermission(self)
        self._permission.settled.connect(self._permitted)

    @property
    def idle(self) -> bool:
        """Nothing is being started, read, stopped or recorded."""
        return self._lane.idle and not self.cards.reading and not self._finishing

    @property
    def session(self) -> Session | None:
        """The unfinished session."""
        return self.sessions.current

    def latest(self) -> Frame | None:
        """The newest frame, for the preview."""
        return self._scanner.latest() if self._scanner is not None and self.running else None

    def state(self) -> DeskChanged | None:
        """What lies under the camera."""
        return self.reports.state()

    def start(self, source: str, label: str = "") -> None:
        """Scan a source: a camera's name, index or id, a path, or an address."""
        if self._services.live is None:
            return
        source = self._note_login(source)
        label = shown_address(label) or file_name(shown_address(source))
        self.change_settings(source=source, label=label)
        self.running, self.paused = True, False
        self.cards.forget()
        self.reports.forget_state()
        self.running_changed.emit()
        self._connecting()
        if "://" in source or Path(source).exists():
            self._permitted()
        else:
            self._permission.ask()

    def stop(self) -> None:
        """Let go of the camera. The session waits until it is ended, discarded or gone on with."""
        if not self.running:
            return
        self.running = self.paused = False
        self._lane.run(self._stop_scanner)
        self.sessions.pause()
        self.running_changed.emit()

    def close(self) -> bool:
        """Stop for good; False when the camera's driver hangs."""
        self.running = False
        self._lane.close()  # first: it may be about to start the scanner
        stopped = self._scanner.stop() if self._scanner is not None else True
        self.sounds.close()
        return stopped

    def pause(self) -> None:
        """Read no cards for a while; the picture goes on. Again: go on."""
        if self._scanner is None or not self.running:
            return
        self.paused = not self.paused
        (self._scanner.pause if self.paused else self._scanner.resume)()
        (self.sessions.pause if self.paused else self.sessions.resume)()
        self.running_changed.emit()

    def capture_now(self) -> None:
        """Read the card that lies there now."""
        if self._scanner is not None and self.running and not self.paused:
            self._scanner.capture_now()

    def take_back(self) -> None:
        """Take back the last card, once it is recorded."""
        self.cards.when_recorded(self.sessions.take_back)

    def count_another(self) -> None:
        """Count another copy of the last card, once it is recorded."""
        self.cards.when_recorded(self.sessions.count_another)

    def next_finish(self) -> None:
        """Give the last card the next of its finishes, once it is recorded."""
        self.cards.when_recorded(self.sessions.next_finish)

    def end(self) -> None:
        """Stop, and put the session's cards into the collection once the last is recorded."""
        self._finish_with(self.sessions.end)

    def discard(self) -> None:
        """Stop, and keep nothing of the session."""
        self._finish_with(self.sessions.discard)

    def set_defaults(self, defaults: CopyDefaults) -> None:
        """What cards start as from the next one on."""
        self.change_settings(defaults=defaults)
        self.sessions.set_defaults(defaults)

    def change_settings(self, **changes: Any) -> None:
        """Take changed choices into use, and keep them."""
        before, changed = self.settings, replace(self.settings, **changes)
        if changed == before:
            return
        self.settings = changed
        if self._scanner is not None:
            self._lane.run(self._set_options)
        self.settings_changed.emit(changed)
        self._chosen.apply(changed.put_into(self._chosen.current))
        if self.running and changed.source == before.source and changed.device != before.device:
            self._connecting()
            self._lane.run(self._start_scanner)

    def note_preview(self, frames_a_second: float) -> None:
        """How fluent the picture is."""
        self._services.metrics.gauge("preview_fps", frames_a_second)

    def list_cameras(self, then: Callable[[Sequence[CameraInfo]], None]) -> None:
        """What is plugged in now."""
        if self._services.live is not None:
            self._lane.run(self._services.live.list_cameras, then)

    def forget_old_logins(self) -> None:
        """Take out of the settings what an older version left there in plain sight."""
        old = self.settings
        if self._services.live is None or hide_secrets(old.source) == old.source:
            return
        source = self._note_login(old.source)
        devices = {hide_secrets(key): device for key, device in old.devices.items()}
        self.change_settings(source=source, label=file_name(shown_address(source)), devices=devices)

    def _note_login(self, source: str) -> str:
        """The source without the user and password in it; the keyring keeps those."""
        assert self._services.live is not None
        logins = self._services.live.logins
        shown = logins.note(source) if "://" in source else source
        if shown != source:
            self._lane.run(partial(logins.store, shown))
        return shown

    def _ask_for_login(self, source: str) -> None:
        self.stop()
        self.login_needed.emit(source)

    def _connecting(self) -> None:
        self.source_changed.emit(SourceChanged(self.settings.label, SourceState.CONNECTING))

    def _permitted(self) -> None:
        self.sessions.open(self.settings, self._session_opened)

    def _session_opened(self) -> None:
        if self.running:
            self._lane.run(self._start_scanner)

    def _start_scanner(self) -> None:
        """Runs on the lane."""
        live = self._services.live
        assert live is not None
        source = live.logins.complete(self.settings.source)
        if source is None:
            self._login_missing.emit(self.settings.source)
            return
        if self._scanner is None:
            from cardscanner_gui.recognition.live.scanner import LiveScanner  # brings the networks

            self._scanner = LiveScanner(
                self._inference.loop,
                live.make_finder,
                self.reports.hear,
                self._inference.reports.reported.emit,
                metrics=self._services.metrics,
            )
            _load_what_a_first_card_needs()
        self._take_options()
        self._scanner.resume()
        self._scanner.start(live.open_source(source, self.settings.device))
        self._take_sounds()  # a sound device may take its time, and the camera opens meanwhile

    def _set_options(self) -> None:
        """Runs on the lane."""
        self._take_options()
        self._take_sounds()

    def _take_options(self) -> None:
        from cardscanner_gui.recognition.live.options import LiveOptions

        if self._scanner is not None:
            self._scanner.set_options(LiveOptions(auto_capture=self.settings.auto_capture))

    def _take_sounds(self) -> None:
        if self.running and self.settings.sounds:
            self.sounds.open()
        elif not self.settings.sounds:
            self.sounds.close()

    def _stop_scanner(self) -> None:
        """Runs on the lane."""
        if self._scanner is not None:
            self._scanner.stop()
        self.sounds.close()

    def _source_changed(self, event: SourceChanged) -> None:
        if not self.running:
            return
        if event.state in _TROUBLE:
            self._play(Sound.ERROR)
        self.source_changed.emit(event)

    def _presented(self, event: CardPresented) -> None:
        if self.session is not None:
            self.cards.expect(event, self.session)

    def _say_nothing_lies_there(self) -> None:
        if self.running:
            self._play(Sound.ERROR)
            self.failed.emit(tr("Nothing was captured: there is no card under the camera."))

    def _learn(self, printing: Printing) -> None:
        """What the user says a card is tells what may come next."""
        if self._scanner is not None:
            self._scanner.expect(printing)

    def _play(self, sound: Sound) -> None:
        if self.settings.sounds:
            self.sounds.play(sound)

    def _finish_with(self, finish: Callable[[], None]) -> None:
        if self.session is None or self._finishing:
            return
        self._finishing = True
        self.stop()
        # Behind the stop, so that a card that was just laid down counts.
        self._lane.run(_nothing, partial(self._stopped, finish))

    def _stopped(self, finish: Callable[[], None], _: None) -> None:
        self._finish = finish
        self._finish_now()

    def _finish_now(self) -> None:
        if self._finish is not None and not self.cards.reading:
            finish, self._finish = self._finish, None
            self._finishing = False
            finish()


def _load_what_a_first_card_needs() -> None:
    """Importing takes the interpreter for itself: while the camera opens nobody minds.

    When the first card is recorded, the picture would stand still.
    """
    import numpy as np

    from cardscanner_gui.store.photos import encode_photo

    encode_photo(np.zeros((8, 8, 3), np.uint8))


def _nothing() -> None:
    """The lane works in order: when it is done, so is everything before it."""
