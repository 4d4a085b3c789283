"""Reviewing without the mouse: nothing is decided by how fast one types, and all of it can be."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cardscanner_gui.core.collection import Decision, EntryQuery
from cardscanner_gui.core.types import Box, Field, Reading, Status
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import EMBERIX, MOSSBACK, SPROUTLE, SPROUTLE_ART, SPROUTLE_OLD
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")

SLOWLY = 700
"""Milliseconds between two keys of somebody who looks for each."""
NAME = Box(0.1, 0.02, 0.5, 0.08)
READING = Reading("scripted", fields={"name": (Field("Sproutle", 0.98, NAME),)})


def waiting(harness: Harness, number: int = 2) -> MainWindow:
    window = harness.open_window()
    window.resize(1280, 720)
    paths = []
    for n in range(number):
        paths.append(harness.picture(f"{n:02}.jpg"))
        harness.recogniser.script[paths[-1].name] = (
            ScriptedCard(
                (SPROUTLE, SPROUTLE_ART, SPROUTLE_OLD),
                Status.UNSURE,
                reading=READING,
                photo=tiny_card(40 + 3 * n),
            ),
        )
    for start in range(0, number, 10):
        window.scan([str(path) for path in paths[start : start + 10]])
        harness.settle(window)
    window.show_page(Page.REVIEW)
    window.activateWindow()
    harness.wait(lambda: window.pages.count(Page.REVIEW) == number)
    harness.wait(lambda: window.review_page.scan is not None)
    harness.wait(lambda: QApplication.focusWidget() is window.review_page)
    return window


def press(harness: Harness, key: Qt.Key, keys: Qt.KeyboardModifier | None = None) -> None:
    held = keys if keys is not None else Qt.KeyboardModifier.NoModifier
    harness.qtbot.keyClick(QApplication.focusWidget(), key, held)


def type_text(harness: Harness, text: str, pause: int = 0) -> None:
    for letter in text:
        harness.qtbot.keyClicks(QApplication.focusWidget(), letter)
        harness.qtbot.wait(pause)


def kept(window: MainWindow) -> list[str]:
    page = window.services.collection.page(EntryQuery(descending=False), 0, 99)
    return [entry.printing.id for entry in page]


@pytest.mark.parametrize("code", ["XY 12", "N 12", "yveltal", "12 VDN", "rayquaza"])
def test_a_code_typed_slowly_decides_nothing(harness: Harness, code: str) -> None:
    window = waiting(harness)
    page = window.review_page
    first, copy = page.scan.id, page.form.copy(page._copy)
    type_text(harness, code, SLOWLY)
    harness.settle(window)
    assert page.scan.id == first
    assert window.pages.count(Page.REVIEW) == 2
    assert window.services.scans.rejected(9) == []
    if code != "12 VDN":  # a digit marks a candidate, which decides nothing
        assert page.form.copy(page._copy) == copy
    found = page.search.field.text().strip().upper()
    assert len(found) > 2
    assert code.upper().endswith(found)


def test_in_an_empty_search_field_undo_and_redo_are_the_cards(harness: Harness) -> None:
    window = waiting(harness)
    field = window.review_page.search.field
    type_text(harness, "x")
    press(harness, Qt.Key.Key_Return)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)
    field.clear()
    field.setFocus()
    harness.wait(field.hasFocus)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    press(harness, Qt.Key.Key_Z, control)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 2)
    field.setFocus()
    harness.wait(field.hasFocus)
    press(harness, Qt.Key.Key_Z, control | shift)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)


def test_x_and_enter_reject_and_say_so_before(harness: Harness) -> None:
    window = waiting(harness)
    page, first = window.review_page, window.review_page.scan.id
    type_text(harness, "x")
    assert page.search.line.text().startswith("Enter rejects this card")
    assert page.scan.id == first
    press(harness, Qt.Key.Key_Return)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)
    assert window.services.scans.get(first).decision is Decision.REJECTED
    assert page.search.field.text() == ""


def test_undoing_a_keep_brings_the_card_back_to_the_screen(harness: Harness) -> None:
    window = waiting(harness, 3)
    page, first = window.review_page, window.review_page.scan.id
    press(harness, Qt.Key.Key_Return)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 2)
    assert page.scan.id != first
    press(harness, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    harness.wait(lambda: page.scan is not None and page.scan.id == first)
    assert kept(window) == []


def test_the_finish_is_unsure_until_one_key_says_it_is_right(harness: Harness) -> None:
    window = waiting(harness)
    form = window.review_page.form
    assert form.confirm.isVisible()
    press(harness, Qt.Key.Key_Return)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)
    press(harness, Qt.Key.Key_Y)
    assert not form.confirm.isVisible()
    press(harness, Qt.Key.Key_Return)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 0)
    entries = window.services.collection.page(EntryQuery(descending=False), 0, 9)
    assert sorted(entry.finish_sure for entry in entries) == [False, True]

    window.show_page(Page.COLLECTION)
    model, table = window.collection_page.model, window.collection_page.table
    harness.wait(lambda: model.rowCount() == 2)
    row = next(r for r in range(2) if not model.entry(r).finish_sure)
    table.selectRow(row)
    harness.wait(lambda: window.collection_page.inspector.form.confirm.isVisible())
    press(harness, Qt.Key.Key_Y)
    harness.wait(lambda: window.services.collection.count(EntryQuery()) == 1)
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert (entry.quantity, entry.finish_sure) == (2, True)


def test_the_picture_is_zoomed_turned_and_marked(harness: Harness) -> None:
    window = waiting(harness)
    photo = window.review_page.photo
    harness.wait(lambda: photo.has_picture)
    assert [place.words for place in photo.places] == ["name: Sproutle"]
    press(harness, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert photo.zoom > 1
    press(harness, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert photo.zoom == 1
    middle = photo.rect().center()
    QTest.wheelEvent(window.windowHandle(), QPointF(photo.mapTo(window, middle)), QPoint(0, 240))
    assert photo.zoom > 1.5
    harness.qtbot.mouseDClick(photo, Qt.MouseButton.LeftButton, pos=middle)
    assert photo.zoom == 1
    harness.qtbot.mouseDClick(photo, Qt.MouseButton.LeftButton, pos=middle)
    assert photo.zoom > 2
    press(harness, Qt.Key.Key_R)
    assert photo.quarters == 1
    corner = photo.place_in_view(0.2, 0.3)
    back = photo.place_in_picture(corner)
    assert (round(back.x(), 6), round(back.y(), 6)) == (0.2, 0.3)
    press(harness, Qt.Key.Key_PageDown)
    harness.wait(lambda: photo.quarters == 0 and photo.zoom == 1)


def test_fifty_reviews_by_keyboard_alone(harness: Harness) -> None:
    """Kept as marked, as another candidate, by a typed code; rejected; put off; taken back."""
    window = waiting(harness, 50)
    page, scans = window.review_page, window.services.scans
    for left in range(50, 0, -1):
        harness.wait(lambda left=left: window.pages.count(Page.REVIEW) == left)
        harness.wait(lambda: QApplication.focusWidget() is page)
        way = left % 5
        if way == 0:
            press(harness, Qt.Key.Key_Return)
        elif way == 1:
            type_text(harness, "3")
            press(harness, Qt.Key.Key_Return)
        elif way == 2:
            type_text(harness, "VDN 37")
            harness.wait(lambda: page.search.results.count() > 0)
            press(harness, Qt.Key.Key_Return)
            harness.wait(lambda: page.printing is not None and page.printing.id == EMBERIX.id)
            press(harness, Qt.Key.Key_Return)
        elif way == 3:
            press(harness, Qt.Key.Key_Delete)
        else:
            if left > 1:
                press(harness, Qt.Key.Key_PageDown)
            type_text(harness, "mossback")
            harness.wait(lambda: page.search.results.count() > 0)
            press(harness, Qt.Key.Key_Return)
            harness.wait(lambda: page.printing is not None and page.printing.id == MOSSBACK.id)
            press(harness, Qt.Key.Key_Return)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 0)
    harness.settle(window)
    copies = {
        entry.printing.id: entry.quantity
        for entry in window.services.collection.page(EntryQuery(), 0, 99)
    }
    wanted = (SPROUTLE, SPROUTLE_OLD, EMBERIX, MOSSBACK)
    assert copies == {printing.id: 10 for printing in wanted}
    assert len(scans.rejected(99)) == 10
