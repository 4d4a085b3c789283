"""Working on the collection: cells, columns, photos, tags, lists, details, the log of changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.core.types import Variant
from cardscanner_gui.qt.collection.add_dialog import AddDialog
from cardscanner_gui.qt.collection.changes_dialog import ChangesDialog
from cardscanner_gui.qt.collection.columns import ALL
from cardscanner_gui.qt.collection.details_dialog import DetailsDialog
from cardscanner_gui.qt.collection.row_menu import row_menu
from cardscanner_gui.qt.style.fields import ChoiceField, NumberField
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import SPROUTLE, TIDELING
from tests.qt.collection.test_collection_page import (
    COLUMN,
    open_collection,
    select,
    shown,
    stored,
)
from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def edit_cell(window: MainWindow, row: int, column: str) -> object:
    table = window.collection_page.table
    table.setColumnHidden(COLUMN[column], False)
    index = window.collection_page.model.index(row, COLUMN[column])
    table.setCurrentIndex(index)
    table.edit(index)
    editors = [
        one
        for kind in (ChoiceField, NumberField, QLineEdit)
        for one in table.viewport().findChildren(kind)
        if one.parent() is table.viewport()
    ]
    assert len(editors) == 1
    return editors[0]


def action_of(menu: QMenu, text: str) -> object:
    return next(action for action in menu.actions() if action.text() == text)


def dialog_of(harness: Harness, window: MainWindow, kind: type) -> object:
    harness.wait(lambda: bool(window.findChildren(kind)))
    return window.findChildren(kind)[-1]


def test_cells_are_edited_in_place_and_undone(harness: Harness) -> None:
    window = open_collection(harness)
    copies = edit_cell(window, 0, "Copies")
    assert isinstance(copies, NumberField)
    copies.setValue(7)
    harness.qtbot.keyClick(copies, Qt.Key.Key_Return)
    harness.wait(lambda: shown(window, "Copies")[0] == "7")
    price = edit_cell(window, 0, "Price")
    assert isinstance(price, QLineEdit)
    harness.qtbot.keyClicks(price, "12,5")
    harness.qtbot.keyClick(price, Qt.Key.Key_Return)
    harness.wait(lambda: shown(window, "Price")[0] == "12.50")
    price = edit_cell(window, 0, "Price")
    price.setText("much")
    harness.qtbot.keyClick(price, Qt.Key.Key_Return)
    harness.wait(lambda: "is no price" in window.notice.label.text())
    finish = edit_cell(window, 0, "Finish")
    assert isinstance(finish, ChoiceField)
    finish.setCurrentIndex(finish.findData("reverse"))
    finish.activated.emit(finish.currentIndex())
    harness.wait(lambda: stored(window)["Sproutle"].finish == "reverse")
    for _ in range(3):
        window.commands.undo.trigger()
        harness.settle(window)
    kept = stored(window)["Sproutle"]
    assert (kept.quantity, kept.purchase_price) == (5, None)


def test_a_search_by_field_and_a_mistake_in_it(harness: Harness) -> None:
    window = open_collection(harness)
    page = window.collection_page
    page.field.setText("qty>3")
    harness.wait(lambda: sorted(shown(window)) == ["Sproutle", "Voltusk"])
    page.field.setText("qqty>3")
    harness.wait(lambda: page.mistake.isVisible())
    assert "“qty:”" in page.mistake.text()
    assert page.model.rowCount() == 2, "what was found before stays"
    page.saved.save("mine")
    page.field.setText("qty>4")
    harness.wait(lambda: shown(window) == ["Sproutle"] and not page.mistake.isVisible())
    page.saved.save("Many")
    assert window.work.settings.current.searches == {"mine": "qqty>3", "Many": "qty>4"}


def test_what_is_typed_is_completed(harness: Harness) -> None:
    window = open_collection(harness)
    field = window.collection_page.field
    field.setFocus()
    harness.qtbot.keyClicks(field, "set:v")
    harness.wait(lambda: any(one.text.startswith("set:VDN") for one in field.offered))
    harness.qtbot.keyClick(QApplication.activePopupWidget() or field, Qt.Key.Key_Escape)


def test_photos_and_table_show_the_same_cards(harness: Harness) -> None:
    window = open_collection(harness)
    page = window.collection_page
    page.views.photos_button.click()
    assert page.grid.isVisible()
    assert page.grid.model().rowCount() == 5
    page.grid.setCurrentIndex(page.model.index(2, 0))
    assert [e.printing.name for e in page.selected_entries()] == ["Mossback"]
    assert window.work.settings.current.collection_grid
    page.views.table_button.click()
    assert page.table.isVisible()
    assert [e.printing.name for e in page.selected_entries()] == ["Mossback"]


def test_a_finish_that_nobody_confirmed_is_marked_until_somebody_does(harness: Harness) -> None:
    window = open_collection(harness)
    first = next(one for one in stored(window).values() if one.printing.name == "Voltusk")
    window.services.collection.update([first.id], finish="normal", finish_sure=False)
    window.collection_page.model.reload()
    row = shown(window, "Name").index("Voltusk")
    harness.wait(lambda: shown(window, "Finish")[row] == "Normal?")

    select(window, row)
    harness.settle(window)
    window.commands.confirm_finish.trigger()

    harness.wait(lambda: shown(window, "Finish")[row] == "Normal")
    assert stored(window)["Voltusk"].finish_sure


def test_several_lines_get_tags_and_a_folder_from_their_menu(harness: Harness) -> None:
    window = open_collection(harness)
    page = window.collection_page
    select(window, 0, 1)
    page.tag(add=["for trade"])
    harness.wait(lambda: stored(window)["Voltusk"].tags == ("for trade",))
    harness.wait(lambda: all(one.tags for one in page.selected_entries()))
    menu = row_menu(page, page.selected_entries())
    tags = action_of(menu, "Tags").menu()
    action_of(tags, "Take off “for trade”").trigger()
    harness.wait(lambda: stored(window)["Voltusk"].tags == ())
    action_of(menu, "One copy more each").trigger()
    harness.wait(lambda: stored(window)["Sproutle"].quantity == 6)
    menu.close()
    own = page.inspector.own
    own.fields["folder"].setText("Red binder")
    own.fields["folder"].editingFinished.emit()
    harness.wait(lambda: stored(window)["Voltusk"].folder == "Red binder")
    assert stored(window)["Emberix"].folder == ""


def test_a_stamp_is_chosen_found_and_shown(harness: Harness) -> None:
    stamped = replace(
        TIDELING, variants=(*TIDELING.variants, Variant("normal", ("staff",)), Variant("holo"))
    )
    entries = [Entry(stamped, scanned_at=2.0), Entry(SPROUTLE, scanned_at=1.0)]
    window = open_collection(harness, entries)
    page = window.collection_page
    select(window, 0)
    field = page.inspector.own.fields["stamp"]
    harness.wait(lambda: field.placeholderText() == "staff")
    offered = field.completer().model()
    assert [offered.index(row, 0).data() for row in range(offered.rowCount())] == ["staff"]
    field.setText("staff")
    field.editingFinished.emit()
    harness.wait(lambda: stored(window)["Tideling"].stamp == "staff")
    harness.wait(lambda: shown(window, "Finish")[0] == "Normal · staff")
    page.field.setText("stamp:staff")
    harness.wait(lambda: shown(window) == ["Tideling"])
    window.commands.undo.trigger()
    harness.wait(lambda: stored(window)["Tideling"].stamp == "")


def test_a_list_of_numbers_is_added_and_taken_back(harness: Harness) -> None:
    window = open_collection(harness)
    window.commands.add_cards.trigger()
    dialog = dialog_of(harness, window, AddDialog)
    assert isinstance(dialog, AddDialog)
    code = SPROUTLE.set_code
    dialog.list.setPlainText(f"{code} {SPROUTLE.number} x2\nno such card 999")
    harness.wait(lambda: dialog.button.text() == "Add 2 cards")
    assert "1 line without a card" in dialog.state.text()
    dialog.button.click()
    collection = window.services.collection
    harness.wait(lambda: collection.copies(EntryQuery()) == 17)
    window.commands.undo.trigger()
    harness.wait(lambda: collection.copies(EntryQuery()) == 15)


def test_a_choice_of_the_list_stays_when_another_line_is_written(harness: Harness) -> None:
    window = open_collection(harness)
    window.commands.add_cards.trigger()
    dialog = dialog_of(harness, window, AddDialog)
    assert isinstance(dialog, AddDialog)
    dialog.list.setPlainText("Sproutle")
    harness.wait(lambda: dialog.lines.cellWidget(0, 1) is not None)
    choice = dialog.lines.cellWidget(0, 1)
    assert (choice.currentText(), dialog.button.isEnabled()) == ("Which one?", False)
    chosen = choice.itemText(2)
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Down)
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert (choice.currentText(), dialog.button.text()) == (chosen, "Add 1 card")
    dialog.list.appendPlainText(f"{SPROUTLE.set_code} {SPROUTLE.number} x0")
    harness.wait(lambda: dialog.lines.rowCount() == 2)
    assert dialog.lines.cellWidget(0, 1).currentText() == chosen
    assert dialog.lines.item(1, 1).text() == "1 to 9,999 copies, please"
    assert dialog.button.text() == "Add 1 card"


def test_a_language_that_nobody_confirmed_is_marked_until_somebody_does(harness: Harness) -> None:
    unsure = Entry(TIDELING, finish_sure=False, language_sure=False, scanned_at=2.0)
    window = open_collection(harness, [unsure])
    select(window, 0)
    form = window.collection_page.inspector.form
    harness.wait(lambda: shown(window, "Language") == ["English?"])
    harness.settle(window)
    assert not form.confirm_spoken.isHidden()
    form.confirm_spoken.click()
    harness.wait(lambda: shown(window, "Language") == ["English"])
    assert shown(window, "Finish") == ["Normal?"]
    window.commands.undo.trigger()
    harness.wait(lambda: shown(window, "Language") == ["English?"])
    window.commands.confirm_finish.trigger()
    harness.wait(lambda: shown(window, "Language") == ["English"])
    harness.wait(lambda: shown(window, "Finish") == ["Normal"])
    harness.wait(form.confirm_spoken.isHidden)


def test_one_key_says_of_lines_of_several_finishes_that_they_are_right(harness: Harness) -> None:
    entries = [
        Entry(TIDELING, finish="normal", finish_sure=False, scanned_at=2.0),
        Entry(TIDELING, finish="holo", finish_sure=False, scanned_at=1.0),
    ]
    window = open_collection(harness, entries)
    window.collection_page.table.selectAll()
    harness.wait(lambda: len(window.collection_page.inspector.entries) == 2)
    window.commands.confirm_finish.trigger()
    harness.settle(window)
    kept = window.services.collection.page(EntryQuery(), 0, 9)
    assert {(one.finish, one.finish_sure) for one in kept} == {("normal", True), ("holo", True)}


def test_details_show_what_is_known_and_what_was_done(harness: Harness) -> None:
    window = open_collection(harness, [Entry(TIDELING, folder="Box 9", scanned_at=1.7e9)])
    select(window, 0)
    window.collection_page.edit_selected("condition", "PL")
    harness.settle(window)
    window.collection_page.details()
    dialog = dialog_of(harness, window, DetailsDialog)
    assert isinstance(dialog, DetailsDialog)
    words = [label.text() for label in dialog.facts.findChildren(type(dialog.title))]
    assert "Box 9" in words
    assert TIDELING.id in words
    assert "condition: NM → PL" in dialog.history.item(0).text()
    dialog.reject()
    window.commands.changes.trigger()
    changes = dialog_of(harness, window, ChangesDialog)
    assert isinstance(changes, ChangesDialog)
    item = changes.tree.topLevelItem(0)
    assert item.text(1) == "Edit Tideling"
    item.setExpanded(True)
    harness.wait(lambda: item.child(0).text(1) == "condition: NM → PL")


def test_the_name_keeps_its_room_and_takes_what_is_left(harness: Harness) -> None:
    window = open_collection(harness)
    table = window.collection_page.table
    least = ALL[0].width
    for column in range(1, len(ALL)):
        table.setColumnHidden(column, False)
    assert table.columnWidth(0) == least
    for column in range(2, len(ALL)):
        table.setColumnHidden(column, True)
    assert table.columnWidth(0) == table.viewport().width() - table.columnWidth(1) > least
