"""The collection: sorting, searching, editing one or several, deleting with undo, exporting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QMessageBox

from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.export.plain import read_plain
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.qt.card.return_dialog import ReturnDialog
from cardscanner_gui.qt.collection.entry_model import COLUMNS, PAGE
from cardscanner_gui.qt.collection.export_dialog import ExportDialog
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.store import Collection, Database
from tests.qt.cards import EMBERIX, MOSSBACK, PRINTINGS, SPROUTLE, TIDELING, VOLTUSK
from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")

COLUMN = {title: number for number, (title, _) in enumerate(COLUMNS)}


def fill(harness: Harness, entries: list[Entry]) -> None:
    database = Database(harness.folder / "collection.db")
    Collection(database).add_all(entries, merge=False)
    database.close()


def some_entries() -> list[Entry]:
    cards = (EMBERIX, TIDELING, MOSSBACK, VOLTUSK, SPROUTLE)
    return [
        Entry(card, quantity=n + 1, scanned_at=1_700_000_000 + 86_400 * n)
        for n, card in enumerate(cards)
    ]


def open_collection(harness: Harness, entries: list[Entry] | None = None) -> MainWindow:
    entries = some_entries() if entries is None else entries
    fill(harness, entries)
    window = harness.open_window()
    window.show_page(Page.COLLECTION)
    harness.wait(lambda: window.collection_page.model.rowCount() == len(entries))
    harness.settle(window)
    return window


def shown(window: MainWindow, column: str = "Name") -> list[str]:
    model = window.collection_page.model
    rows = range(model.rowCount())
    return [model.index(row, COLUMN[column]).data() for row in rows]


def select(window: MainWindow, *rows: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    selection = window.collection_page.table.selectionModel()
    selection.clearSelection()
    for row in rows:
        selection.select(window.collection_page.model.index(row, 0), flags.Select | flags.Rows)


def stored(window: MainWindow) -> dict[str, Entry]:
    page = window.services.collection.page(EntryQuery(), 0, 999)
    return {entry.printing.name: entry for entry in page}


def test_newest_first_and_sorted_by_a_click_on_a_header(harness: Harness) -> None:
    window = open_collection(harness)
    assert shown(window) == ["Sproutle", "Voltusk", "Mossback", "Tideling", "Emberix"]

    header = window.collection_page.table.horizontalHeader()
    header.setSortIndicator(COLUMN["Name"], Qt.SortOrder.AscendingOrder)
    harness.wait(lambda: shown(window) == sorted(stored(window)))
    header.setSortIndicator(COLUMN["Copies"], Qt.SortOrder.DescendingOrder)
    harness.wait(lambda: shown(window, "Copies") == ["5", "4", "3", "2", "1"])


def test_searching_narrows_the_table_and_says_when_nothing_fits(harness: Harness) -> None:
    window = open_collection(harness)
    page = window.collection_page
    window.commands.find.trigger()
    harness.qtbot.keyClicks(page.field, "VDN 58")
    harness.wait(lambda: shown(window) == ["Tideling"])
    page.field.setText("no such card")
    harness.wait(lambda: page.nothing.isVisible())
    assert "no such card" in page.nothing.line.text()
    page.nothing.button.click()
    harness.wait(lambda: page.model.rowCount() == 5)
    harness.wait(lambda: page.counter.text() == "15 cards in 5 lines")


def test_every_fact_of_a_card_can_be_edited(harness: Harness) -> None:
    window = open_collection(harness)
    select(window, 1)
    form = window.collection_page.inspector.form
    for combo, value in ((form.finish, "reverse"), (form.condition, "EX"), (form.language, "de")):
        combo.setCurrentIndex(combo.findData(value))
        combo.activated.emit(combo.currentIndex())
    form.quantity.setValue(9)
    form.note.setText("from Ada")
    form.note.editingFinished.emit()
    harness.wait(lambda: shown(window, "Copies")[1] == "9")
    harness.settle(window)

    entry = stored(window)["Voltusk"]
    assert (entry.finish, entry.condition, entry.language) == ("reverse", "EX", "de")
    assert (entry.quantity, entry.note) == (9, "from Ada")
    assert shown(window, "Condition")[1] == "EX"
    others = [e for name, e in stored(window).items() if name != "Voltusk"]
    assert all(e.condition == "NM" for e in others)


def test_several_cards_are_edited_at_once_and_undone_at_once(harness: Harness) -> None:
    window = open_collection(harness)
    select(window, 0, 2, 4)
    inspector = window.collection_page.inspector
    assert inspector.facts.name.text() == "3 entries selected"
    assert inspector.form.condition.currentData() == "NM"
    assert inspector.form.quantity.text() == "(several)", "they differ, so no number is claimed"
    harness.qtbot.keyClick(inspector.form.quantity, Qt.Key.Key_Up)
    harness.settle(window)
    assert [e.quantity for e in stored(window).values()] == [5, 4, 3, 2, 1], "no step sets all"

    combo = inspector.form.condition
    combo.setCurrentIndex(combo.findData("PL"))
    combo.activated.emit(combo.currentIndex())
    harness.wait(lambda: shown(window, "Condition") == ["PL", "NM", "PL", "NM", "PL"])
    assert [e.quantity for e in stored(window).values()] == [5, 4, 3, 2, 1]

    window.commands.undo.trigger()
    harness.wait(lambda: shown(window, "Condition") == ["NM"] * 5)


def test_deleting_is_undone_by_the_notice_and_by_the_keyboard(harness: Harness) -> None:
    window = open_collection(harness)
    before = stored(window)
    select(window, 0, 1, 3)
    harness.qtbot.keyClick(window.collection_page.table, Qt.Key.Key_Delete)
    harness.wait(lambda: shown(window) == ["Mossback", "Emberix"])
    assert window.notice.isVisible()
    assert window.notice.label.text() == "Deleted 3 cards"
    window.notice.button.click()
    harness.wait(lambda: window.collection_page.model.rowCount() == 5)
    assert stored(window) == before

    select(window, 2)
    window.collection_page.inspector.delete_button.click()
    harness.wait(lambda: "Mossback" not in shown(window))
    window.collection_page.table.setFocus()
    harness.qtbot.keyClick(
        window.collection_page.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    )
    harness.wait(lambda: "Mossback" in shown(window))
    assert stored(window) == before


def test_undo_in_the_notice_never_takes_back_something_else(harness: Harness) -> None:
    window = open_collection(harness)
    select(window, 0)
    window.commands.delete.trigger()
    harness.wait(lambda: window.notice.isVisible())
    later = stored(window)["Tideling"].id
    window.work.store.update([later], {"note": "changed meanwhile"})
    harness.settle(window)

    window.notice.button.click()
    harness.wait(lambda: "Other changes came after" in window.notice.label.text())
    assert stored(window)["Tideling"].note == "changed meanwhile"
    assert "Sproutle" not in stored(window)


def test_another_printing_is_picked_for_an_entry(harness: Harness) -> None:
    window = open_collection(harness)
    select(window, 0)
    window.commands.other_match.trigger()
    page = window.collection_page
    dialog = next(w for w in page.children() if type(w).__name__ == "OtherMatchDialog")
    harness.qtbot.keyClicks(dialog.search.field, "FLT 44")
    harness.wait(lambda: dialog.search.results.count() > 0)
    harness.qtbot.keyClick(dialog.search.field, Qt.Key.Key_Return)
    harness.wait(lambda: shown(window, "Number")[0] == "44/102")


def test_fifty_thousand_rows_are_read_only_where_they_are_looked_at(harness: Harness) -> None:
    many = [
        Entry(
            replace(PRINTINGS[n % 7], id=f"many-{n}", number=f"{n:05}"),
            scanned_at=1_700_000_000 + n,
        )
        for n in range(5_000)
    ]
    window = open_collection(harness, many)
    model, table = window.collection_page.model, window.collection_page.table
    held = sum(model.entry(row) is not None for row in range(5_000))
    assert held <= 2 * PAGE

    table.scrollToBottom()
    harness.wait(lambda: model.index(4_999, COLUMN["Number"]).data())
    assert model.index(4_999, COLUMN["Number"]).data().startswith("00000")
    held = sum(model.entry(row) is not None for row in range(5_000))
    assert held <= 4 * PAGE

    window.commands.select_all.trigger()
    window.commands.delete.trigger()
    box = window.findChild(QMessageBox)
    assert box.text() == "Delete 5,000 lines of your collection?"
    assert model.rowCount() == 5_000, "nothing goes before the answer"
    assert box.defaultButton().text() == "Cancel"
    sure = next(button for button in box.buttons() if button.text() == "Delete 5,000")
    harness.qtbot.mouseClick(sure, Qt.MouseButton.LeftButton)
    harness.wait(lambda: model.rowCount() == 0)
    assert window.collection_page.empty.isVisible()
    window.commands.undo.trigger()
    harness.wait(lambda: model.rowCount() == 5_000)


def open_export(harness: Harness, window: MainWindow, target: Path) -> ExportDialog:
    window.commands.export.trigger()
    dialog = window.findChild(ExportDialog)
    dialog.target.setText(str(target))
    return dialog


def finish(harness: Harness, dialog: ExportDialog) -> None:
    dialog.export_button.click()
    harness.wait(lambda: dialog.state.mark is not Mark.WORKING)


def test_export_of_everything_reads_back(harness: Harness) -> None:
    window = open_collection(harness)
    dialog = open_export(harness, window, harness.folder / "cards.csv")
    dialog.all.setChecked(True)
    finish(harness, dialog)
    assert dialog.state.text() == "Wrote 5 lines to cards.csv"
    assert not dialog.skipped.isVisible()
    assert {
        e.printing.name: e.quantity for e in read_plain(harness.folder / "cards.csv", GAMES)
    } == {name: entry.quantity for name, entry in stored(window).items()}
    harness.wait(lambda: window.work.settings.current.export_folder == str(harness.folder))


def test_export_of_the_selection_only(harness: Harness) -> None:
    window = open_collection(harness)
    select(window, 1, 2)
    dialog = open_export(harness, window, harness.folder / "some.csv")
    assert dialog.selection.isChecked()
    finish(harness, dialog)
    names = {e.printing.name for e in read_plain(harness.folder / "some.csv", GAMES)}
    assert names == {"Voltusk", "Mossback"}


def test_what_a_format_cannot_carry_is_listed_with_the_reason(harness: Harness) -> None:
    nowhere = replace(MOSSBACK, variants=())
    odd = Entry(nowhere, finish="no such finish", scanned_at=1_700_000_000)
    window = open_collection(
        harness, [odd, Entry(EMBERIX, finish="holo", scanned_at=1_700_000_001)]
    )
    dialog = open_export(harness, window, harness.folder / "app.csv")
    dialog.format.setCurrentIndex(dialog.format.findData("tcgplayer-app"))
    dialog.all.setChecked(True)
    finish(harness, dialog)
    assert dialog.state.mark is Mark.UNSURE
    assert dialog.skipped.isVisible()
    assert dialog.skipped.item(0).text().startswith("Mossback · FLT 19/102: ")


def test_a_file_that_cannot_be_written_is_said(harness: Harness) -> None:
    window = open_collection(harness)
    dialog = open_export(harness, window, harness.folder / "nowhere" / "cards.csv")
    finish(harness, dialog)
    assert dialog.state.mark is Mark.FAILED
    assert "cards.csv" in dialog.state.text() or "nowhere" in dialog.state.text()
    assert dialog.export_button.isEnabled()


def test_an_empty_collection_says_what_to_do(harness: Harness) -> None:
    window = harness.open_window()
    harness.settle(window)
    window.show_page(Page.COLLECTION)
    harness.wait(window.collection_page.empty.isVisible)
    assert not window.collection_page.export_button.isEnabled()
    window.collection_page.empty.button.click()
    assert window.scan_page.isVisible()


def pick(window: MainWindow, field: str, value: str) -> None:
    combo = getattr(window.collection_page.inspector.form, field)
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def test_lines_that_an_edit_makes_the_same_are_one_and_undo_parts_them(harness: Harness) -> None:
    entries = [
        Entry(SPROUTLE, quantity=2, condition="NM", scanned_at=1.0),
        Entry(SPROUTLE, quantity=3, condition="EX", scanned_at=2.0),
        Entry(TIDELING, scanned_at=3.0),
    ]
    window = open_collection(harness, entries)
    select(window, 1)
    pick(window, "condition", "NM")
    harness.wait(lambda: shown(window, "Copies") == ["1", "5"], 20)
    assert window.notice.label.text() == "Lines that became the same are one line now"
    (line,) = window.collection_page.selected_entries()
    assert line.quantity == 5, "what was edited stays selected"
    assert window.services.collection.trash(9) == [], "it wasn't deleted"
    window.notice.button.click()
    harness.wait(lambda: sorted(shown(window, "Copies")) == ["1", "2", "3"], 20)


def test_another_printing_that_is_there_already_joins_it(harness: Harness) -> None:
    window = open_collection(harness, [Entry(SPROUTLE), Entry(TIDELING, quantity=2)])
    entry = stored(window)["Sproutle"]
    window.work.store.change_printing(entry.id, TIDELING)
    harness.wait(lambda: shown(window, "Copies") == ["3"], 20)


def test_each_line_gets_one_copy_more(harness: Harness) -> None:
    window = open_collection(harness)
    select(window, 0, 4)
    inspector = window.collection_page.inspector
    harness.qtbot.mouseClick(inspector.one_more, Qt.MouseButton.LeftButton)
    harness.wait(lambda: shown(window, "Copies") == ["6", "4", "3", "2", "2"], 20)
    for expected in (["5", "4", "3", "2", "1"], ["4", "4", "3", "2", "1"]):
        harness.qtbot.mouseClick(inspector.one_less, Qt.MouseButton.LeftButton)
        harness.wait(lambda expected=expected: shown(window, "Copies") == expected, 20)


def test_what_was_deleted_comes_back_from_the_trash_after_a_restart(harness: Harness) -> None:
    window = open_collection(harness)
    select(window, 0, 1)
    window.commands.delete.trigger()
    harness.wait(lambda: window.collection_page.model.rowCount() == 3, 20)
    window.close()

    again = harness.open_window()
    again.show_page(Page.COLLECTION)
    again.commands.trash.trigger()
    harness.wait(lambda: again.findChild(ReturnDialog), 20)
    dialog = again.findChild(ReturnDialog)
    assert dialog.list.count() == 2
    assert "Sproutle" in dialog.list.item(0).text()
    dialog.list.selectAll()
    harness.qtbot.mouseClick(dialog.back, Qt.MouseButton.LeftButton)
    harness.wait(lambda: again.collection_page.model.rowCount() == 5, 20)
    assert stored(again)["Sproutle"].quantity == 5
