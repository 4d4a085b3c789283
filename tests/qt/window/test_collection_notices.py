"""What the window says when the collection's file is damaged, in a row or as a whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from cardscanner_gui.store import Collection, Database
from tests.qt.conftest import Harness
from tests.store.cards import EMBERIX, entry
from tests.store.test_salvage import filled, spoil


def test_a_damaged_row_is_told_once_and_the_other_cards_are_shown(
    harness: Harness, kept_catalogue: None, caplog: pytest.LogCaptureFixture
) -> None:
    path = harness.folder / "collection.db"
    with closing(Database(path)) as database:
        Collection(database).add(entry())
        Collection(database).add(entry(EMBERIX))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE entries SET printing = '{' WHERE id = 1")
        connection.commit()

    window = harness.open_window()
    window.show_page(2)
    harness.wait(lambda: "1 damaged row was set aside" in window.notice.label.text())
    harness.settle(window)

    assert str(harness.folder / "collection-set-aside.jsonl") in window.notice.label.text()
    harness.wait(lambda: window.collection_page.table.model().rowCount() == 1)
    assert len(list(harness.folder.glob("collection-damaged-*.db"))) == 1
    caplog.clear()


def test_a_damaged_file_is_told_with_what_can_be_done(
    harness: Harness, kept_catalogue: None, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(filled(harness.folder / "collection.db"), "entries")

    window = harness.open_window(settled=False)
    harness.wait(lambda: window.notice.button.text() == "Save what can be read")
    window.notice.button.click()
    harness.wait(lambda: "entries of the collection" in window.notice.label.text())

    assert len(list(harness.folder.glob("collection-saved-*.db"))) == 1
    caplog.clear()
