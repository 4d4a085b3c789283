"""A drawn desk under a camera that the test can unplug, in the real window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cardscanner_gui.capture.cameras import CameraInfo
from cardscanner_gui.capture.source import CameraSettings, CaptureSource
from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.core.types import Printing
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.services import LiveServices
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.settings import load_settings
from tests.qt.conftest import Harness
from tests.qt.live.live_camera import DeskRecogniser, KnowsThePlace, StandInCamera

SECONDS = 60.0
"""Until something has to happen that a machine with nothing else to do does in one."""


@dataclass(eq=False)
class LiveTable:
    """A window, the camera over its desk, and what the tests do again and again."""

    harness: Harness
    camera: StandInCamera
    recogniser: DeskRecogniser
    window: MainWindow
    sources: list[tuple[str, CameraSettings]]

    def start(self) -> None:
        self.window.start_live("stand-in", "Desk camera")
        self.wait(lambda: self.window.work.live.latest() is not None)
        self.wait(lambda: self.window.work.live.session is not None)

    def wait(self, condition: object, seconds: float = SECONDS) -> None:
        self.harness.wait(condition, seconds)  # type: ignore[arg-type]

    def lay(self, printing: Printing, angle: float = 3.0) -> None:
        """Lay a card down and wait until it is recorded."""
        before = self.cards
        self.camera.lay(printing, angle)
        self.wait(lambda: self.cards == before + 1)
        self.wait(lambda: self.window.work.live.idle)

    def lift(self) -> None:
        """Take it away and wait until the window has seen that."""
        self.camera.lift()
        view = self.window.scan_page.hero.live
        self.wait(lambda: view.desk is not None and view.desk.state == "empty")

    def lay_and_lift(self, *printings: Printing) -> None:
        for printing in printings:
            self.lay(printing)
            self.lift()

    @property
    def cards(self) -> int:
        """Recorded in this session, by the store's count."""
        session = self.window.work.live.session
        return session.cards if session is not None else 0

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        modifier = modifier or Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.window, key, modifier)

    def kept(self) -> list[Entry]:
        query = EntryQuery(descending=False)
        return list(self.window.services.collection.entries(query))

    @property
    def view_words(self) -> str:
        view = self.window.scan_page.hero.live
        return f"{view.title}. {view.words}"


def make_table(
    harness: Harness, camera: StandInCamera | None = None, **changes: object
) -> LiveTable:
    camera = camera or StandInCamera()
    recogniser = DeskRecogniser(camera)
    harness.make_recogniser = lambda: recogniser
    sources: list[tuple[str, CameraSettings]] = []

    def open_source(text: str, settings: CameraSettings) -> CaptureSource:
        sources.append((text, settings))
        return camera

    live = LiveServices(
        make_finder=lambda: KnowsThePlace(camera),
        open_source=open_source,
        list_cameras=lambda: [CameraInfo("Desk camera", 0, 200, "1234:5678")],
    )
    settings = load_settings(harness.folder / "settings.json")
    if not settings.live:
        settings = LiveSettings(sounds=False).put_into(settings)
    changes = {"live": live, "settings": settings, **changes}
    window = harness.open_window(**changes)
    return LiveTable(harness, camera, recogniser, window, sources)
