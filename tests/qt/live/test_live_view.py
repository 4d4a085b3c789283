"""The live picture by itself: what it shows of the frames and states it is given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cardscanner_gui.core.live import DeskChanged, DeskState
from cardscanner_gui.core.types import Corners, Frame, read_only
from cardscanner_gui.qt.live.view import LiveView
from cardscanner_gui.vision.geometry import rectangle

HERE, THERE = rectangle(60, 40, 160, 180), rectangle(90, 60, 190, 200)


class Camera:
    """A frame and a state that the test changes."""

    def __init__(self) -> None:
        self.frame: Frame | None = None
        self.state: DeskChanged | None = None
        self._count = 0

    def shows(self, state: DeskState, corners: Corners | None, *, fresh: bool = True) -> None:
        """Something lies there, in a new frame or in the one before."""
        if fresh:
            self._count += 1
            pixels = np.full((240, 320, 3), 40 + self._count, np.uint8)
            self.frame = Frame(f"f{self._count}", read_only(pixels), 1e9 + self._count, "desk")
        self.state = DeskChanged(state, corners, 320, 240, 1e9 + self._count)


@pytest.fixture
def camera() -> Camera:
    return Camera()


@pytest.fixture
def view(qtbot: QtBot, camera: Camera) -> Iterator[LiveView]:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show()
    view.start(lambda: camera.frame, lambda: camera.state)
    yield view
    view.stop()


def _lies_at(view: LiveView, corners: Corners) -> bool:
    return len(view.outlines) == 1 and bool(np.array_equal(view.outlines[0].corners, corners))


def test_the_outline_follows_the_card(qtbot: QtBot, view: LiveView, camera: Camera) -> None:
    for corners in (HERE, THERE, HERE):
        camera.shows(DeskState.MOVING, corners)
        qtbot.waitUntil(lambda corners=corners: _lies_at(view, corners), timeout=20_000)
    assert view.shown >= 1
    camera.shows(DeskState.EMPTY, None)
    qtbot.waitUntil(lambda: view.outlines == (), timeout=20_000)


def test_an_outline_that_moved_is_shown_though_no_new_frame_comes(
    qtbot: QtBot, view: LiveView, camera: Camera
) -> None:
    camera.shows(DeskState.MOVING, HERE)
    qtbot.waitUntil(lambda: _lies_at(view, HERE), timeout=20_000)
    camera.shows(DeskState.MOVING, THERE, fresh=False)
    qtbot.waitUntil(lambda: _lies_at(view, THERE), timeout=20_000)


def test_the_words_change_at_once_when_the_user_captures_by_hand(
    qtbot: QtBot, view: LiveView, camera: Camera
) -> None:
    camera.shows(DeskState.MOVING, HERE)
    qtbot.waitUntil(lambda: _lies_at(view, HERE), timeout=20_000)
    assert "Space" not in view.words
    view.set_auto_capture(False)
    assert "Space" in view.words
    assert view.words in view.accessibleDescription()


def test_what_is_said_to_a_screen_reader_is_the_words_and_not_the_outline(
    qtbot: QtBot, view: LiveView, camera: Camera
) -> None:
    camera.shows(DeskState.READING, HERE)
    qtbot.waitUntil(lambda: _lies_at(view, HERE), timeout=20_000)
    assert view.words in view.accessibleDescription()


def test_the_band_under_the_picture_is_painted_with_what_it_says(
    qtbot: QtBot, view: LiveView, camera: Camera
) -> None:
    camera.shows(DeskState.MOVING, HERE)
    qtbot.waitUntil(lambda: _lies_at(view, HERE), timeout=20_000)
    before = view.grab().toImage().copy(0, 420, 640, 60)
    camera.shows(DeskState.EMPTY, None)
    qtbot.waitUntil(lambda: view.outlines == (), timeout=20_000)
    assert view.grab().toImage().copy(0, 420, 640, 60) != before
