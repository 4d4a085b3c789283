"""Closing the window loses nothing: neither what was typed last nor what wasn't read yet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit

from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.qt.collection.columns import ALL
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.store import Collection, Database
from tests.qt.cards import EMBERIX, SPROUTLE
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def kept(harness: Harness) -> list[Entry]:
    database = Database(harness.folder / "collection.db")
    try:
        return list(Collection(database).entries(EntryQuery()))
    finally:
        database.close()


@pytest.fixture
def window(harness: Harness) -> MainWindow:
    database = Database(harness.folder / "collection.db")
    Collection(database).add_all([Entry(SPROUTLE, scanned_at=1.0, quantity=2)])
    database.close()
    window = harness.open_window()
    window.resize(1280, 800)
    window.show_page(Page.COLLECTION)
    harness.wait(lambda: window.collection_page.inspector.entries)
    window.activateWindow()
    return window


@pytest.mark.parametrize("name", ["note", "certificate"])
def test_what_was_typed_and_not_yet_entered_is_kept(
    harness: Harness, window: MainWindow, name: str
) -> None:
    inspector = window.collection_page.inspector
    field = inspector.form.note if name == "note" else inspector.own.fields["certificate"]
    field.setFocus()
    harness.wait(field.hasFocus)
    QTest.keyClicks(field, "123 x")
    assert getattr(kept(harness)[0], name) == ""
    window.close()
    assert getattr(kept(harness)[0], name) == "123 x"


def test_a_cell_that_is_being_edited_is_kept(harness: Harness, window: MainWindow) -> None:
    table = window.collection_page.table
    column = next(number for number, one in enumerate(ALL) if one.field == "quantity")
    table.setFocus()
    harness.wait(table.hasFocus)
    index = table.model().index(0, column)
    table.setCurrentIndex(index)
    table.edit(index)
    editor = table.viewport().findChild(QAbstractSpinBox)
    harness.wait(lambda: editor.hasFocus() or editor.findChild(QLineEdit).hasFocus())
    editor.selectAll()
    QTest.keyClicks(editor, "77")
    window.close()
    assert kept(harness)[0].quantity == 77


def test_pictures_that_were_not_read_are_offered_at_the_next_start(harness: Harness) -> None:
    window = harness.open_window()
    names = ("a.jpg", "b.jpg", "c.jpg", "d.jpg")
    for name in names:
        printing = replace(EMBERIX, id=name, number=name)
        harness.recogniser.script[name] = (ScriptedCard((printing,), photo=tiny_card()),)
    harness.recogniser.hold("b.jpg", "quick")
    paths = [harness.picture(name) for name in names]
    window.scan([str(path) for path in paths])
    harness.wait(lambda: harness.recogniser.reached("b.jpg", "quick"))
    harness.wait(lambda: len(kept(harness)) == 1)
    window.close()
    harness.recogniser.release_all()
    left = len(names) - len(kept(harness))
    assert left >= 2
    paths[-1].unlink()

    again = harness.open_window()
    harness.wait(lambda: again.notice.isVisible())
    assert f"{left - 1} pictures weren't read" in again.notice.label.text()
    harness.qtbot.mouseClick(again.notice.button, Qt.MouseButton.LeftButton)
    harness.settle(again)
    assert {entry.printing.id for entry in kept(harness)} == {"a.jpg", "b.jpg", "c.jpg"}
    again.close()

    third = harness.open_window()
    assert not third.notice.isVisible()
