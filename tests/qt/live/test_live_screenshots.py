"""Pictures of live scanning in each of its states, for the user guide and for people to judge."""

from __future__ import annotations

import numpy as np
import pytest

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.live import SourceState
from cardscanner_gui.qt.live.sessions_dialog import SessionsDialog
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import EMBERIX, MOSSBACK, SPROUTLE, TIDELING, VOLTUSK
from tests.qt.conftest import Harness
from tests.qt.live.live_camera import StandInCamera
from tests.qt.live.test_live import DOUBTFUL, LiveTable, make_table
from tests.qt.window.test_screenshots import SIZE, shoot, shoot_widget

TITLES = {
    SourceState.LOST: "is gone",
    SourceState.BUSY: "Another program",
    SourceState.DENIED: "doesn't let Cardscanner",
}

pytestmark = pytest.mark.usefixtures("kept_catalogue")


@pytest.fixture
def table(harness: Harness) -> LiveTable:
    camera = StandInCamera(size=(1920, 1080), rate=20.0)
    table = make_table(harness, camera)
    table.window.resize(*SIZE)
    return table


def shoot_both(harness: Harness, window: MainWindow, name: str) -> None:
    shoot(harness, window, name)
    window.commands.themes["dark"].trigger()
    shoot(harness, window, f"{name}-dark")
    window.commands.themes["light"].trigger()


def test_screenshots_of_cards(harness: Harness, table: LiveTable) -> None:
    window = table.window
    table.start()
    row = window.scan_page.live_panel.defaults
    row.note.setText("box 3")
    row.note.editingFinished.emit()
    table.wait(lambda: "Lay a card down" in table.view_words)
    shoot_both(harness, window, "live-empty")

    table.lay_and_lift(MOSSBACK, TIDELING)
    table.recogniser.answers[SPROUTLE.id] = DOUBTFUL
    table.lay(SPROUTLE)
    table.wait(lambda: "It waits in Review" in table.view_words)
    shoot_both(harness, window, "live-unsure")
    table.lift()
    table.lay_and_lift(EMBERIX)
    table.recogniser.wait.clear()
    table.camera.lay(VOLTUSK, angle=-4.0)
    table.wait(lambda: "Reading" in table.view_words)
    shoot(harness, window, "live-reading")
    table.recogniser.wait.set()
    table.wait(lambda: "Got it" in table.view_words)
    table.wait(lambda: window.scan_page.live_panel.session.line.text().startswith("5 cards"))
    harness.settle(window)
    shoot_both(harness, window, "live-identified")
    window.resize(1280, 720)
    shoot(harness, window, "live-720")
    window.resize(*SIZE)

    window.work.live.pause()
    table.wait(lambda: "Paused" in table.view_words)
    shoot(harness, window, "live-paused")
    window.commands.live.sessions.trigger()
    dialog = window.findChild(SessionsDialog)
    table.wait(lambda: dialog.cards.count() == 5)
    assert "1 to review" in window.scan_page.live_panel.session.line.text()
    shoot_widget(harness, dialog, "live-sessions")
    dialog.close()
    window.work.live.stop()
    harness.settle(window)
    shoot_both(harness, window, "live-stopped")
    window.work.live.end()
    table.wait(lambda: window.notice.isVisible())
    assert len(window.services.collection.page(EntryQuery(), 0, 9)) == 4  # all but the doubtful one
    shoot(harness, window, "live-ended")


def test_screenshots_of_trouble(harness: Harness, table: LiveTable) -> None:
    window = table.window
    table.start()
    table.lay(VOLTUSK)
    for state in (SourceState.LOST, SourceState.BUSY, SourceState.DENIED):
        table.camera.fail(state)
        table.wait(lambda: window.scan_page.hero.live.source is not None)
        told = window.scan_page.hero.live.source
        assert TITLES[state] in told.title
        assert told.advice  # what to do about it
        shoot(harness, window, f"live-{state.value}")
        table.camera.work_again()
        table.wait(lambda: window.scan_page.hero.live.source is None)
    assert window.work.live.running  # it came back by itself each time
    table.camera.show(np.zeros((1080, 1920, 3), np.uint8))
    table.wait(lambda: "The picture is black" in table.view_words)
    shoot_both(harness, window, "live-black")
    table.camera.lift()
    table.wait(lambda: window.scan_page.hero.live.source is None)
    table.camera.noise = False
    table.wait(lambda: "stands still" in table.view_words)
    shoot(harness, window, "live-frozen")
    table.camera.noise, table.camera.rate = True, 1.5
    table.wait(lambda: "make the camera faster" in table.view_words)
    shoot(harness, window, "live-slow")
