"""Importing in the window: choose, look, import, and take it all back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.qt.collection.export_dialog import ExportDialog
from cardscanner_gui.qt.collection.import_dialog import ImportDialog
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import EMBERIX
from tests.qt.conftest import Harness

HEADER = "Count,Tradelist Count,Name,Edition,Edition Code,Card Number,Condition,Language,Foil"


def deckbox_file(harness: Harness) -> Path:
    path = harness.folder / "deckbox.csv"
    known = f"2,0,{EMBERIX.name},{EMBERIX.set_name},,{EMBERIX.number},Near Mint,English,foil"
    path.write_text(f"{HEADER}\n{known}\n3,0,Nobody Knows,Nowhere,,77,Played,German,\n")
    return path


def open_import(harness: Harness, window: MainWindow, path: Path) -> ImportDialog:
    window.commands.import_cards.trigger()
    dialog = window.findChild(ImportDialog)
    dialog.file.setFocus()
    harness.qtbot.keyClicks(dialog.file, str(path))
    harness.wait(lambda: dialog.state.mark not in (None, Mark.WORKING))
    return dialog


def test_a_file_is_shown_imported_and_taken_back(harness: Harness) -> None:
    window = harness.open_window()
    collection = window.services.collection
    dialog = open_import(harness, window, deckbox_file(harness))
    assert dialog.state.text() == "Deckbox: 1 row to add (2 cards), 1 for Review"
    assert dialog.table.item(0, 1).text() == EMBERIX.name
    assert dialog.doubtful.item(0).text().startswith("Line 3: Nobody Knows · Nowhere · 77: no card")
    assert collection.count(EntryQuery()) == 0, "looking changes nothing"

    harness.qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    harness.wait(lambda: window.notice.isVisible())
    harness.settle(window)
    assert collection.copies(EntryQuery()) == 2
    assert window.services.scans.pending_count() == 1
    assert "Imported 2 cards from deckbox.csv; 1 wait in Review" in window.notice.label.text()

    window.commands.undo.trigger()
    harness.settle(window)
    assert collection.count(EntryQuery()) == 0
    assert window.services.scans.pending_count() == 0


def test_a_waiting_row_starts_in_review_as_the_file_has_it(harness: Harness) -> None:
    window = harness.open_window()
    dialog = open_import(harness, window, deckbox_file(harness))
    harness.qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    harness.wait(lambda: window.services.scans.pending_count() == 1)
    window.commands.pages[1].trigger()
    review = window.review_page
    harness.wait(lambda: "no card of the catalogue" in review.reason.text().lower(), 15)
    review._picked(EMBERIX)
    assert review.form.quantity.value() == 3
    assert review.form.language.currentData() == "de"


def test_what_is_wrong_with_a_file_is_said_where_it_was_chosen(harness: Harness) -> None:
    window = harness.open_window()
    path = harness.folder / "letter.csv"
    path.write_text("Dear all\nhow are you\n")
    dialog = open_import(harness, window, path)
    assert dialog.state.mark is Mark.FAILED
    assert "has no columns that could be told apart" in dialog.note.text()


def test_enter_exports_what_the_preview_showed(harness: Harness) -> None:
    window = harness.open_window()
    dialog = open_import(harness, window, deckbox_file(harness))
    harness.qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    harness.wait(lambda: window.services.collection.count(EntryQuery()) == 1)
    harness.settle(window)
    window.commands.export.trigger()
    export = window.findChild(ExportDialog)
    assert Path(export.target.text()).parent == harness.folder, "where the user was last"
    export.format.setCurrentIndex(export.format.findData("collectr"))
    harness.wait(lambda: export.state.text() == "1 line to write")
    assert export.preview.horizontalHeaderItem(3).text() == "Product Name"
    assert export.preview.item(0, 3).text() == EMBERIX.name
    assert export.focusWidget() is export.target
    harness.qtbot.keyClick(export.target, Qt.Key.Key_Return)
    harness.wait(lambda: export.state.mark is Mark.IDENTIFIED)
    written = (harness.folder / "cards.csv").read_text()
    assert EMBERIX.name in written

    harness.qtbot.keyClick(export.target, Qt.Key.Key_Return)
    assert "press again to replace it" in export.state.text()
    assert (harness.folder / "cards.csv").read_text() == written
