"""Naming a card that nothing found, with the mouse and the keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.types import Status
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import MOSSBACK
from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def opened_by_hand(harness: Harness) -> MainWindow:
    """A picture in which nothing was found, opened in Review."""
    window = harness.open_window()
    harness.recogniser.script["empty.jpg"] = ()
    window.scan([str(harness.picture("empty.jpg"))])
    harness.settle(window)
    panel = window.scan_page.panel
    harness.wait(panel.other_button.isEnabled, 20)
    assert panel.other_button.text() == "Name the card by hand…"
    harness.qtbot.mouseClick(panel.other_button, Qt.MouseButton.LeftButton)
    harness.wait(lambda: window.pages.current is Page.REVIEW)
    harness.wait(lambda: window.review_page.scan is not None)
    harness.wait(lambda: window.review_page.photo.has_picture)
    return window


def drag(harness: Harness, window: MainWindow, corner: int, by: QPoint) -> None:
    photo = window.review_page.photo
    start = photo.place_of(corner).toPoint()
    harness.qtbot.mousePress(photo, Qt.MouseButton.LeftButton, pos=start)
    harness.qtbot.mouseMove(photo, start + by)
    harness.qtbot.mouseRelease(photo, Qt.MouseButton.LeftButton, pos=start + by)


def test_a_picture_without_a_card_is_opened_marked_and_named(harness: Harness) -> None:
    window = opened_by_hand(harness)
    page, qtbot = window.review_page, harness.qtbot
    assert window.services.scans.pending_count(Status.UNREADABLE) == 1
    qtbot.mouseClick(page.outlining.mark, Qt.MouseButton.LeftButton)
    before = page.photo.corners
    drag(harness, window, 0, QPoint(40, 20))
    moved = page.photo.corners
    assert moved[0, 0] > before[0, 0]
    assert np.array_equal(moved[1:], before[1:])
    qtbot.mouseClick(page.outlining.use, Qt.MouseButton.LeftButton)
    scan_id = page.scan.id
    harness.wait(lambda: window.services.scans.get(scan_id).has_photo)
    corners = window.services.scans.get(scan_id).corners
    assert corners is not None
    assert np.allclose(corners, moved * (320, 240), atol=0.5), "in the file's pixels"
    harness.wait(lambda: page.scan.has_photo)
    assert not page.outlining.row.isVisible()

    qtbot.keyClicks(page.search.field, "mossback")
    harness.wait(lambda: page.search.results.count() > 0)
    qtbot.keyClick(page.search.field, Qt.Key.Key_Return)
    qtbot.keyClick(page, Qt.Key.Key_Return)
    harness.wait(lambda: window.services.collection.count(EntryQuery()) == 1)
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert entry.printing.id == MOSSBACK.id
    assert entry.has_photo


def test_marking_can_be_left_and_the_card_rejected(harness: Harness) -> None:
    window = opened_by_hand(harness)
    page = window.review_page
    page.outlining.mark.click()
    page.outlining.leave.click()
    assert not page.photo.marking
    page.reject_button.click()
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 0)
