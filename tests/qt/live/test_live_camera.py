"""Cameras that go, come back, are missing, slow or frozen, while cards are scanned live."""

from __future__ import annotations

import numpy as np
import pytest

from cardscanner_gui.core.live import SourceState
from tests.qt.cards import EMBERIX, TIDELING
from tests.qt.conftest import Harness
from tests.qt.live.live_table import LiveTable, make_table

pytestmark = pytest.mark.usefixtures("kept_catalogue")


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
