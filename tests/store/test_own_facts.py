"""Tags, folders, prices and grading of a copy, and the log of what was changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from cardscanner_gui.core.collection import ChangeKind, EntryQuery
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.change_log import ChangeLog
from tests.store.cards import EMBERIX, HO_WIND, SPROUTLE, entry

ALL = EntryQuery()
OWN = {
    "tags": ("for trade", "signed"),
    "folder": "Red binder",
    "position": "page 10, 3",
    "purchase_price": 12.5,
    "purchase_currency": "EUR",
    "purchased_on": "2025-03-01",
    "grader": "PSA",
    "grade": "9.5",
    "certificate": "0012345",
}


def test_what_the_user_says_of_a_copy_comes_back(collection: Collection) -> None:
    (entry_id,) = collection.add(entry(**OWN)).ids
    assert collection.get(entry_id) == entry(id=entry_id, **OWN)


def test_it_is_said_later_and_taken_back(collection: Collection) -> None:
    (entry_id,) = collection.add(entry()).ids
    collection.update([entry_id], **OWN)
    assert collection.get(entry_id) == entry(id=entry_id, **OWN)
    collection.update([entry_id], purchase_price=None)
    assert collection.get(entry_id) == entry(id=entry_id, **{**OWN, "purchase_price": None})
    collection.undo()
    collection.undo()
    assert collection.get(entry_id) == entry(id=entry_id)
    collection.redo()
    assert collection.get(entry_id) == entry(id=entry_id, **OWN)


@pytest.mark.parametrize(
    "fields", [{"purchase_price": -1.0}, {"purchase_price": float("nan")}, {"quantity": 0}]
)
def test_what_no_copy_has_is_refused(collection: Collection, fields: dict[str, float]) -> None:
    (entry_id,) = collection.add(entry()).ids
    with pytest.raises(ValueError, match=r"nobody pays|at least one"):
        collection.update([entry_id], **fields)
    with pytest.raises(TypeError, match="no colour"):
        collection.update([entry_id], colour="red")


def test_copies_of_different_worth_stay_apart(collection: Collection) -> None:
    collection.add(entry())
    for name, value in OWN.items():
        assert collection.add(entry(**{name: value})).kind is ChangeKind.ADDED
    assert collection.count(ALL) == 1 + len(OWN)


def test_the_search_finds_tags_folder_and_certificate(collection: Collection) -> None:
    (entry_id,) = collection.add(entry()).ids
    collection.add(entry(EMBERIX))
    collection.update([entry_id], tags=("for trade",), folder="Red binder", certificate="0012345")
    for text in ("trade", "red bind", "0012345", "sproutle trade"):
        assert collection.ids(EntryQuery(text)) == [entry_id]
    collection.update([entry_id], tags=())
    assert collection.count(EntryQuery("trade")) == 0


def test_tags_are_added_and_dropped_beside_others(collection: Collection) -> None:
    (one,) = collection.add(entry(tags=("old",))).ids
    (two,) = collection.add(entry(EMBERIX)).ids
    collection.tag([one, two], add=["trade", "old"])
    collection.tag([one, two], drop=["old"])
    kept = {e.id: e.tags for e in collection.entries(ALL)}
    assert kept == {one: ("trade",), two: ("trade",)}
    assert collection.count(EntryQuery("trade")) == 2
    collection.undo()
    kept = {e.id: e.tags for e in collection.entries(ALL)}
    assert kept == {one: ("old", "trade"), two: ("trade", "old")}


def test_lines_that_differ_in_nothing_any_more_become_one(collection: Collection) -> None:
    (one,) = collection.add(entry(folder="A")).ids
    (two,) = collection.add(entry(folder="B")).ids
    assert collection.update([two], folder="A").kind is ChangeKind.MERGED
    (kept,) = collection.entries(ALL)
    assert (kept.id, kept.quantity) == (one, 2)


def test_a_collection_of_before_knows_sets_and_artists(path: Path) -> None:
    dump = Path(__file__).parent / "version_0_1.sql"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
        connection.execute("UPDATE entries SET printing = 'no JSON' WHERE id = 1")
        connection.commit()
    with closing(Database(path)) as database:
        rows = database.rows(
            "SELECT id, set_id, set_code, json_extract(printing, '$.set_id') AS told"
            " FROM entries WHERE id != 1"
        )
        assert rows
        assert all(row["set_id"] == row["told"] for row in rows)


def test_the_log_says_who_changed_what(path: Path) -> None:
    with closing(Database(path, who="window")) as database:
        collection, log = Collection(database), ChangeLog(database)
        (one,) = collection.add(entry()).ids
        (two,) = collection.add(entry(HO_WIND)).ids
        collection.update([one], condition="EX", tags=("a", "b"))
        collection.change_printing(one, replace(EMBERIX, variants=()))
        collection.delete([one, two])
        collection.undo()

    with closing(Database(path, who="command line")) as database:
        log = ChangeLog(database)
        assert [(c.who, c.what, c.entries) for c in log.recent(3)] == [
            ("window", "Undo: Delete 2 cards", 2),
            ("window", "Delete 2 cards", 2),
            ("window", "Change to Emberix", 1),
        ]
        found = [(d.field, d.before, d.after) for _, d in log.of_entry(one)]
        assert found == [
            ("added", None, None),
            ("deleted", None, None),
            (
                "printing",
                f"Sproutle · {SPROUTLE.set_name} · 012/193",
                "Emberix · First Light · 4/102",
            ),
            ("condition", "NM", "EX"),
            ("tags", None, "a, b"),
            ("added", None, None),
        ]
        change = log.recent(1)[0]
        assert {d.entry_id for d in log.details(change.id)} == {one, two}


def test_old_changes_are_forgotten(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardscanner_gui.store.change_rows.KEPT", 3)
    monkeypatch.setattr("cardscanner_gui.store.change_rows._CLEANED_EVERY", 5)
    collection = Collection(database)
    (one,) = collection.add(entry()).ids
    for quantity in range(2, 6):
        collection.update([one], quantity=quantity)
    assert [c.id for c in ChangeLog(database).recent(9)] == [5, 4, 3]
    assert {d.after for _, d in ChangeLog(database).of_entry(one)} == {"5", "4", "3"}
