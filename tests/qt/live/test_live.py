"""Live scanning through the window: a drawn desk under a camera that the test can unplug."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cardscanner_gui.capture.cameras import CameraInfo
from cardscanner_gui.capture.source import CameraSettings, CaptureSource
from cardscanner_gui.core.collection import Decision, Entry, EntryQuery
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.live import SourceState
from cardscanner_gui.core.sessions import SessionState
from cardscanner_gui.core.types import Field, Printing, Reading, Status
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.live.sounds import Sound
from cardscanner_gui.qt.services import LiveServices
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.settings import load_settings
from tests.qt.cards import EMBERIX, SPROUTLE, SPROUTLE_ART, TIDELING, VOLTUSK
from tests.qt.conftest import Harness
from tests.qt.live.live_camera import DeskRecogniser, KnowsThePlace, StandInCamera
from tests.qt.scripted_recogniser import ScriptedCard

SECONDS = 60.0
"""Until something has to happen that a machine with nothing else to do does in one."""

pytestmark = pytest.mark.usefixtures("kept_catalogue")

DOUBTFUL = ScriptedCard(
    (SPROUTLE, SPROUTLE_ART),
    Status.UNSURE,
    "two printings fit: the number couldn't be read",
    Reading("scripted", fields={"name": (Field("Sproutle", 0.99),)}),
)


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


@pytest.fixture
def table(harness: Harness) -> LiveTable:
    return make_table(harness)


def test_cards_are_recorded_once_each_and_kept_at_the_end(table: LiveTable) -> None:
    table.start()
    assert table.window.scan_page.hero.is_live
    table.lay_and_lift(EMBERIX, TIDELING)
    table.lay(VOLTUSK)
    panel = table.window.scan_page.panel
    table.wait(lambda: panel.facts.name.text() == "Voltusk")
    assert panel.place.text() == "Kept when the session ends"
    assert table.window.scan_page.hero.live.title == "Voltusk"
    assert "3 cards this session" in table.window.scan_page.live_panel.session.line.text()
    assert table.kept() == []
    assert len(table.window.work.scans.cards) == 3

    table.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    table.wait(lambda: len(table.kept()) == 3)
    table.harness.settle(table.window)

    assert [e.printing.name for e in table.kept()] == ["Emberix", "Tideling", "Voltusk"]
    assert table.window.work.live.session is None
    assert not table.window.scan_page.hero.is_live
    assert table.window.notice.label.text() == "Kept 3 cards of this session"
    table.window.notice.button.click()
    table.wait(lambda: table.kept() == [])
    table.wait(lambda: table.window.work.live.session is not None)


def test_the_same_card_that_lies_there_counts_once_and_a_second_copy_again(
    table: LiveTable,
) -> None:
    table.start()
    table.lay(EMBERIX)
    shown = table.window.scan_page.hero.live.shown
    table.wait(lambda: table.window.scan_page.hero.live.shown > shown + 30)
    assert table.cards == 1
    table.lift()
    table.lay(EMBERIX)
    assert table.cards == 2
    table.window.work.live.end()
    table.wait(lambda: [e.quantity for e in table.kept()] == [2])


def test_keys_take_back_count_copies_and_change_the_finish(table: LiveTable) -> None:
    table.start()
    table.lay_and_lift(SPROUTLE)
    table.lay(EMBERIX)
    table.press(Qt.Key.Key_Backspace)
    table.wait(lambda: table.cards == 1)
    assert table.window.notice.label.text() == "Took the last card back"
    mark = table.window.scan_page.card
    table.wait(lambda: mark is not None and mark.mark is Mark.REJECTED)

    table.press(Qt.Key.Key_Plus)
    table.press(Qt.Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier)
    table.press(Qt.Key.Key_F)
    session = table.window.work.live.session
    assert session is not None
    sessions = table.window.services.sessions
    table.wait(lambda: next(iter(sessions.entries(session.id))).finish == "reverse")
    (only,) = sessions.entries(session.id)
    assert (only.printing, only.quantity, only.finish) == (SPROUTLE, 3, "reverse")

    table.window.work.store.undo()  # the finish
    table.wait(lambda: next(iter(sessions.entries(session.id))).finish == "normal")
    table.window.work.live.end()
    table.wait(lambda: [e.quantity for e in table.kept()] == [3])


def test_a_key_pressed_while_the_card_is_read_waits_for_it(table: LiveTable) -> None:
    table.start()
    table.lay_and_lift(SPROUTLE)
    table.recogniser.wait.clear()
    table.camera.lay(EMBERIX)
    table.wait(lambda: not table.window.work.live.idle)
    table.press(Qt.Key.Key_Plus)
    table.recogniser.wait.set()
    session = table.window.work.live.session
    assert session is not None
    entries = table.window.services.sessions.entries
    table.wait(lambda: [e.quantity for e in entries(session.id)] == [1, 2])


def test_by_hand_nothing_is_read_until_a_key_is_pressed(table: LiveTable) -> None:
    table.start()
    table.window.commands.live.auto.trigger()
    table.camera.lay(EMBERIX)
    view = table.window.scan_page.hero.live
    table.wait(lambda: "Press Space" in view.words)
    assert table.cards == 0
    table.press(Qt.Key.Key_Space)
    table.wait(lambda: table.cards == 1)
    table.lift()
    table.camera.lay(TIDELING)
    table.wait(lambda: "Press Space" in view.words)
    table.press(Qt.Key.Key_Return)
    table.wait(lambda: table.cards == 2)


def test_typing_a_note_captures_nothing(table: LiveTable) -> None:
    table.start()
    table.lay(SPROUTLE)
    note = table.window.scan_page.live_panel.defaults.note
    note.setFocus()
    QTest.keyClicks(note, "Box f+ x")
    QTest.keyClick(note, Qt.Key.Key_Backspace)
    QTest.keyClick(note, Qt.Key.Key_Return)
    assert note.text() == "Box f+ "
    table.harness.settle(table.window)
    session = table.window.work.live.session
    assert session is not None
    (only,) = table.window.services.sessions.entries(session.id)
    assert (only.quantity, only.finish) == (1, "normal")


def test_what_is_unsure_goes_to_review_and_the_flow_goes_on(table: LiveTable) -> None:
    table.recogniser.answers[SPROUTLE.id] = DOUBTFUL
    table.start()
    table.window.work.live.set_defaults(CopyDefaults(condition="LP", note="box 3"))
    table.camera.lay(SPROUTLE)
    table.wait(lambda: table.cards == 1)
    table.lift()
    table.lay_and_lift(EMBERIX)
    assert "1 to review" in table.window.scan_page.live_panel.session.line.text()
    table.wait(lambda: table.window.pages.count(Page.REVIEW) == 1)

    table.window.show_page(Page.REVIEW)
    page = table.window.review_page
    table.wait(lambda: page.printing == SPROUTLE)
    table.wait(lambda: page.form.condition.currentData() == "LP")
    table.press(Qt.Key.Key_Return)  # here Enter keeps
    table.wait(lambda: table.window.pages.count(Page.REVIEW) == 0)
    assert table.kept() == []
    table.window.show_page(Page.SCAN)
    table.window.work.live.end()
    table.wait(lambda: len(table.kept()) == 2)
    assert {(e.condition, e.note) for e in table.kept()} == {("LP", "box 3")}


def test_nothing_is_kept_of_a_discarded_session(table: LiveTable) -> None:
    table.start()
    table.lay_and_lift(EMBERIX)
    table.lay(TIDELING)
    table.window.scan_page.live_panel.session.discard_button.click()
    table.wait(lambda: table.window.work.live.session is None)
    table.harness.settle(table.window)
    assert table.kept() == []
    assert table.window.services.scans.pending_count() == 0
    assert all(c.mark is Mark.REJECTED for c in table.window.work.scans.cards)
    table.window.notice.button.click()  # Undo
    table.wait(lambda: table.cards == 2)


def test_defaults_stick_and_are_given_to_each_card(harness: Harness) -> None:
    table = make_table(harness)
    table.start()
    row = table.window.scan_page.live_panel.defaults
    for combo, value in ((row.finish, "reverse"), (row.condition, "LP"), (row.language, "de")):
        combo.setCurrentIndex(combo.findData(value))
        combo.activated.emit(combo.currentIndex())
    row.note.setText("box 3")
    row.note.editingFinished.emit()
    table.recogniser.answers[SPROUTLE.id] = replace(ScriptedCard((SPROUTLE,)), language=None)
    table.lay(SPROUTLE)
    table.window.work.live.end()
    table.wait(lambda: len(table.kept()) == 1)
    (only,) = table.kept()
    assert (only.finish, only.condition, only.language, only.note) == (
        "reverse", "LP", "de", "box 3",
    )  # fmt: skip
    harness.settle(table.window)
    table.window.close()

    again = make_table(harness)
    start = again.window.work.live.settings.defaults
    assert (start.finish, start.condition, start.language, start.note) == (
        "reverse", "LP", "de", "box 3",
    )  # fmt: skip
    assert again.window.work.live.settings.source == "stand-in"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SourceState.LOST, "Plug it in again"),
        (SourceState.BUSY, "Close that program"),
        (SourceState.DENIED, "Scanning then starts by itself"),
    ],
)
def test_a_camera_that_goes_and_comes_back(
    table: LiveTable, state: SourceState, words: str
) -> None:
    table.start()
    table.lay_and_lift(EMBERIX)
    table.camera.fail(state)
    table.wait(lambda: words in table.view_words)
    table.camera.work_again()
    table.wait(lambda: "Lay a card down" in table.view_words)
    table.lay(TIDELING)
    assert table.cards == 2


def test_a_camera_that_is_missing_at_the_start(table: LiveTable) -> None:
    table.camera.fail(SourceState.LOST)
    table.window.start_live("stand-in", "Desk camera")
    table.wait(lambda: "Desk camera is gone" in table.view_words)
    table.camera.work_again()
    table.wait(lambda: table.window.work.live.latest() is not None)
    table.lay(EMBERIX)


def test_black_and_frozen_pictures_are_said_and_recovered_from(table: LiveTable) -> None:
    table.start()
    table.camera.show(np.zeros((540, 960, 3), np.uint8))
    table.wait(lambda: "The picture is black" in table.view_words)
    table.camera.lift()
    table.wait(lambda: "Lay a card down" in table.view_words)
    table.camera.noise = False
    table.wait(lambda: "stands still" in table.view_words)
    table.camera.noise = True
    table.wait(lambda: "Lay a card down" in table.view_words)


def test_a_slow_camera_works_and_says_so(table: LiveTable) -> None:
    table.start()
    table.camera.rate = 1.5
    table.wait(lambda: "Few pictures a second" in table.view_words)
    table.lay(EMBERIX)


def test_pausing_reads_nothing_and_stopping_keeps_the_session(table: LiveTable) -> None:
    table.start()
    table.press(Qt.Key.Key_P)
    view = table.window.scan_page.hero.live
    table.wait(lambda: view.words == "Paused")
    table.camera.lay(EMBERIX)
    shown = view.shown
    table.wait(lambda: view.shown > shown + 20)
    assert table.cards == 0
    table.press(Qt.Key.Key_P)
    table.wait(lambda: table.cards == 1)

    table.window.commands.live.start.trigger()
    table.harness.settle(table.window)
    session = table.window.work.live.session
    assert session is not None
    assert session.state is SessionState.PAUSED
    row = table.window.scan_page.live_panel.session
    assert row.isVisible()
    assert "not in your collection yet" in row.line.text()
    opened = table.camera.opened
    row.go_on_button.click()
    table.wait(lambda: table.camera.opened > opened)
    table.lift()
    table.lay(TIDELING)
    again = table.window.work.live.session
    assert again is not None
    assert (again.id, again.cards) == (session.id, 2)


def test_a_killed_window_loses_nothing(harness: Harness) -> None:
    table = make_table(harness)
    table.start()
    table.lay_and_lift(EMBERIX)
    table.lay(TIDELING)
    # Another window on the same folder: all it has is what a killed one leaves on the disk.
    after = make_table(harness)
    after.wait(lambda: after.cards == 2)
    row = after.window.scan_page.live_panel.session
    assert row.isVisible()
    assert "2 cards" in row.line.text()
    row.end_button.click()
    after.wait(lambda: len(after.kept()) == 2)


def test_a_card_that_cannot_be_read_fails_in_one_line(table: LiveTable) -> None:
    table.recogniser.answers[EMBERIX.id] = WorldError("Desk camera: too dark to read")
    table.start()
    table.camera.lay(EMBERIX)
    page = table.window.scan_page
    table.wait(lambda: page.panel.facts.reason.text() == "Desk camera: too dark to read")
    table.lift()
    table.lay(TIDELING)


def test_sounds_for_each_outcome(harness: Harness) -> None:
    table = make_table(harness)
    table.window.work.live.change_settings(sounds=True)
    table.recogniser.answers[SPROUTLE.id] = DOUBTFUL
    table.start()
    recent = table.window.work.live.sounds.recent
    table.lay_and_lift(EMBERIX)
    assert list(recent) == [Sound.CLICK]
    table.camera.lay(SPROUTLE)
    table.wait(lambda: table.cards == 2)
    assert list(recent) == [Sound.CLICK, Sound.DOUBT]
    table.camera.fail(SourceState.LOST)
    table.wait(lambda: list(recent)[-1] is Sound.ERROR)
    table.camera.work_again()
    table.window.work.live.change_settings(sounds=False)
    table.wait(lambda: table.window.scan_page.hero.live.source is None)
    before = len(recent)
    table.lift()
    table.lay(TIDELING)
    assert len(recent) == before


def test_cameras_are_listed_and_their_choices_remembered(harness: Harness) -> None:
    table = make_table(harness)
    menu = table.window.scan_page.live_panel.menu
    menu.look()
    table.wait(lambda: [a.text() for a in menu.cameras] == ["Desk camera"])
    menu.cameras[0].trigger()
    table.wait(lambda: table.window.work.live.latest() is not None)
    menu.mirror.trigger()
    table.wait(lambda: table.camera.opened >= 2)
    menu._turns[2].trigger()
    table.wait(lambda: table.camera.opened >= 3)
    assert [(text, s.mirror, s.quarter_turns) for text, s in table.sources] == [
        ("1234:5678", False, 0),
        ("1234:5678", True, 0),
        ("1234:5678", True, 2),
    ]
    harness.settle(table.window)
    table.window.close()
    again = make_table(harness)
    device = again.window.work.live.settings.device
    assert (device.mirror, device.quarter_turns) == (True, 2)
    assert again.window.scan_page.live_panel.menu.mirror.isChecked()


def test_a_window_closed_while_scanning_leaves_an_unfinished_session(harness: Harness) -> None:
    table = make_table(harness)
    table.start()
    table.lay(EMBERIX)
    table.window.close()
    assert table.window.stopped_cleanly
    again = make_table(harness)
    again.wait(lambda: again.cards == 1)


def test_the_sessions_dialog_lists_exports_and_ends(table: LiveTable) -> None:
    from cardscanner_gui.qt.collection.export_dialog import ExportDialog
    from cardscanner_gui.qt.live.sessions_dialog import SessionsDialog

    table.start()
    table.lay_and_lift(EMBERIX)
    table.lay(TIDELING)
    table.press(
        Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    dialog = table.window.findChild(SessionsDialog)
    table.wait(lambda: dialog.table.rowCount() == 1)
    table.wait(lambda: dialog.cards.count() == 2)
    row = [dialog.table.item(0, column).text() for column in range(1, 6)]
    assert row == ["Desk camera", "2", "2", "0", "Unfinished"]
    assert dialog.cards.item(0).text() == "Tideling · VDN 058/193"

    dialog.export_button.click()
    export = table.window.findChild(ExportDialog)
    target = table.harness.folder / "session.csv"
    export.target.setText(str(target))
    export.start()
    table.wait(lambda: export.state.mark is Mark.IDENTIFIED)
    with target.open(encoding="utf-8-sig", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert names == ["Emberix", "Tideling"]
    export.close()

    dialog.end.click()
    table.wait(lambda: len(table.kept()) == 2)
    table.wait(lambda: dialog.table.item(0, 5).text() == "Kept")
    scans = table.window.services.sessions.scans(table.window.services.sessions.recent()[0].id)
    assert all(scan.decision is Decision.ACCEPTED for scan in scans)
    dialog.close()
