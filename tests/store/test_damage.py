"""A damaged row costs that row: it is set aside with a copy, and everything else is there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cardscanner_gui.core.collection import Change, ChangeKind, EntryQuery
from cardscanner_gui.core.copies import CopyDefaults, copy_of
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.metrics import Snapshot
from cardscanner_gui.core.types import Status
from cardscanner_gui.store import Collection, Database, ScanLog, Sessions
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.damage import set_damaged_aside
from cardscanner_gui.store.edit import Edit
from cardscanner_gui.store.entry_edits import put_entry
from cardscanner_gui.store.metrics import MetricTotals
from cardscanner_gui.store.recognitions import CardView, RecognitionStore
from cardscanner_gui.store.refreshing import Refreshing
from cardscanner_gui.store.set_counts import SetCounts
from tests.store.cards import EMBERIX, SPROUTLE, entry, printing, recognition, record_one

READ = {
    "entries": lambda database: Collection(database).page(EntryQuery(), 0, 10),
    "scans": lambda database: ScanLog(database).recent(10),
    "sessions": lambda database: Sessions(database).recent(),
    "batches": lambda database: BatchStore(database).list(),
    "batch_items": lambda database: BatchStore(database).items(2),
    "recognitions": lambda database: RecognitionStore(database).pictures_showing(7),
    "card_views": lambda database: RecognitionStore(database).fingerprints_after(0),
    "metric_totals": lambda database: MetricTotals(database).read().counts,
    "metric_last_run": lambda database: MetricTotals(database).last_run().counts,
}
READ_VIEWS = {"card_views": lambda database: RecognitionStore(database).views([1, 2])}
DAMAGE = [
    ("entries", "printing = '{\"id\": 5'"),
    ("entries", "printing = 'null'"),
    ("entries", 'printing = \'{"id": 5, "names": 1}\''),
    ("entries", "printing = x'00ff'"),
    ("entries", "printing = CAST(x'ff80' AS TEXT)"),
    ("entries", "words = CAST(x'ff80' AS TEXT)"),
    ("entries", "provenance = '[1]'"),
    ("entries", "quantity = 'many'"),
    ("entries", "scanned_at = 1e300"),
    ("entries", "note = x'00'"),
    ("entries", "printing = replace(hex(zeroblob(20000)), '0', '[')"),
    ("scans", "reading = ''"),
    ("scans", "reading = '{}'"),
    ("scans", "status = 'perhaps'"),
    ("scans", "decision = 7"),
    ("scans", "corners = '[[1, 2, 3]]'"),
    ("scans", "candidates = '[{\"printing\": {}}]'"),
    ("scans", "planned = '{'"),
    ("scans", "fingerprint = 'zz'"),
    ("sessions", "state = 'asleep'"),
    ("sessions", "started_at = 'noon'"),
    ("sessions", "note = 4.5, finish = x'41'"),
    ("batches", "options = '[]'"),
    ("batches", "state = ''"),
    ("batches", 'options = \'{"keep": "yes"}\''),
    ("batch_items", "path = 5"),
    ("batch_items", "state = 'lost'"),
    ("recognitions", "value = 'text'"),
    ("card_views", "fingerprint = 'abc'"),
    ("metric_totals", "value = '{\"count\": []}'"),
    ("metric_totals", "labels = 'x'"),
    ("metric_last_run", "value = 'true'"),
]


def fill(database: Database) -> None:
    """Two of everything that a collection keeps."""
    collection, scans = Collection(database), ScanLog(database)
    collection.add(entry())
    collection.add(entry(EMBERIX, note="mine"))
    for _ in range(2):
        record_one(scans, recognition())
        session = Sessions(database).start("desk", CopyDefaults())
        record_one(scans, recognition(Status.IDENTIFIED), session_id=session.id)
        BatchStore(database).create([Path("a.jpg"), Path("b.jpg")], name="box")
    store = RecognitionStore(database)
    store.keep_pictures([("one", b"1", [7]), ("two", b"2", [7])])
    store.keep_views([CardView(1, "a"), CardView(2, "b")])
    counts = {("cards", (("kind", "a"),)): 3, ("cards", (("kind", "b"),)): 4}
    MetricTotals(database).add(Snapshot(counts, {}, {}), run=5.0)


def damage(path: Path, table: str, values: str, row: int = 1) -> None:
    """Set columns of one row as a broken disk or another program may."""
    with closing(sqlite3.connect(path)) as connection:
        key = "labels LIKE '%\"b\"%'" if table.startswith("metric") else f"id = {row}"
        connection.execute(f"UPDATE {table} SET {values} WHERE {key}")
        connection.commit()


def beside(path: Path, pattern: str) -> list[Path]:
    return sorted(path.parent.glob(pattern))


@pytest.mark.parametrize(("table", "values"), DAMAGE)
def test_a_damaged_row_is_set_aside_and_the_rest_is_read(
    path: Path, table: str, values: str
) -> None:
    with closing(Database(path)) as database:
        fill(database)
        row = 2 if table in ("sessions", "batch_items") else 1
        row = 3 if table == "batch_items" else row
        before = len(READ[table](database))
        damage(path, table, values, row)
        told: list[str] = []
        database.tell_notices(told.append)

        for read in (*READ.values(), *READ_VIEWS.values()):
            read(database)
        SetCounts(database).by_set()

        assert len(READ[table](database)) == before - 1
    assert len(told) == 1
    assert told[0].startswith("1 damaged row was set aside")
    (raw,) = beside(path, "*-set-aside.jsonl")
    (line,) = raw.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["table"] == table
    (copy,) = beside(path, "*-damaged-*.sqlite3")
    assert str(raw) in told[0]
    assert str(copy) in told[0]
    with closing(sqlite3.connect(copy)) as connection:
        count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert count is not None
        assert count[0] >= before


def test_a_change_that_meets_a_damaged_row_is_made_without_it(
    database: Database, path: Path
) -> None:
    collection = Collection(database)
    kept = collection.add(entry()).ids[0]
    broken = collection.add(entry(EMBERIX)).ids[0]
    damage(path, "entries", "printing = '{'", broken)

    collection.update([kept, broken], note="box 3")

    assert [e.note for e in collection.page(EntryQuery(), 0, 10)] == ["box 3"]
    assert collection.undo() is not None
    assert [e.note for e in collection.page(EntryQuery(), 0, 10)] == [""]


def test_the_cards_of_a_damaged_session_wait_for_the_user(database: Database, path: Path) -> None:
    scans, sessions = ScanLog(database), Sessions(database)
    session = sessions.start("desk", CopyDefaults())
    scan = record_one(scans, recognition(Status.IDENTIFIED), session_id=session.id)
    scans.accept(scan.id, SPROUTLE, copy_of(entry()))
    assert scans.pending_count() == 0
    damage(path, "sessions", "state = 'asleep'", session.id)

    assert sessions.recent() == []
    assert [one.id for one in scans.pending()] == [scan.id]


def test_a_search_finds_what_is_left(database: Database, path: Path) -> None:
    collection = Collection(database)
    collection.add(entry())
    broken = collection.add(entry(EMBERIX)).ids[0]
    damage(path, "entries", "provenance = ''", broken)

    assert len(collection.page(EntryQuery(), 0, 10)) == 1
    assert collection.count(EntryQuery("sproutle")) == 1
    assert collection.count(EntryQuery("emberix")) == 0
    database.connection().execute(
        "INSERT INTO entry_words (entry_words) VALUES ('integrity-check')"
    )


@pytest.mark.parametrize("table", ["entries", "scans"])
def test_a_newer_catalogue_is_taken_over_past_a_damaged_row(
    database: Database, path: Path, table: str
) -> None:
    collection, scans = Collection(database), ScanLog(database)
    for card in (SPROUTLE, EMBERIX):
        collection.add(entry(card))
        record_one(scans, recognition(Status.IDENTIFIED))
    damage(path, table, "printing = '{'")

    newer = replace(EMBERIX, illustrator="Somebody else")
    changed = Refreshing(database, {EMBERIX.id: newer}.get).run()

    assert len(changed) == 1
    (taken,) = collection.entries(changed)
    assert taken.printing == newer
    assert len(scans.recent(5)) + collection.count(EntryQuery()) == 3


def test_what_is_whole_stays_where_it_is(database: Database, path: Path) -> None:
    """Every kind of row that this version writes is one that it can read."""
    fill(database)
    assert set_damaged_aside(path) is None
    assert beside(path, "*-set-aside*") == []


def test_nothing_is_moved_when_most_rows_cannot_be_read(database: Database, path: Path) -> None:
    collection = Collection(database)
    for number in range(40):
        collection.add(entry(printing("Card", str(number))))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE entries SET provenance = '?'")
        connection.commit()

    with pytest.raises(StoreError, match="nothing was changed"):
        collection.page(EntryQuery(), 0, 10)
    assert collection.count(EntryQuery()) == 40
    assert beside(path, "*-set-aside*") == []


def test_a_table_without_one_of_its_columns_is_left_as_it_is(
    database: Database, path: Path
) -> None:
    Collection(database).add(entry())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE entries DROP COLUMN provenance")

    with pytest.raises(StoreError, match="lacks"):
        Collection(database).page(EntryQuery(), 0, 10)
    assert Collection(database).count(EntryQuery()) == 1


def _replace(path: Path) -> None:
    other = path.with_name("other.sqlite3")
    Database(other).close()
    other.replace(path)


@pytest.mark.skipif("sys.platform == 'win32'", reason="an open file can't be deleted there")
@pytest.mark.parametrize("lose", [Path.unlink, _replace])
def test_a_database_that_was_lost_while_open_is_kept_and_named(
    path: Path, lose: Callable[[Path], Any]
) -> None:
    with closing(Database(path)) as database:
        collection = Collection(database)
        collection.add(entry())
        lose(path)

        for _ in range(2):
            with pytest.raises(StoreError, match="deleted or replaced while it was open"):
                collection.add(entry(EMBERIX))
        assert names(collection) == ["Sproutle"]
    (rescued,) = beside(path, "*-rescued-*.sqlite3")
    with closing(Database(rescued)) as saved:
        assert names(Collection(saved)) == ["Sproutle"]


def names(collection: Collection) -> Sequence[str]:
    return [one.printing.name for one in collection.page(EntryQuery(), 0, 10)]


@pytest.mark.skipif("sys.platform == 'win32'", reason="an open file can't be deleted there")
def test_a_write_lost_between_two_looks_at_the_file_is_kept_too(path: Path) -> None:
    with closing(Database(path)) as database:
        collection = Collection(database)

        def add_and_lose_it(edit: Edit) -> Change:
            entry_id, _ = put_entry(edit, entry(), None, merge=True)
            path.unlink()
            return Change(ChangeKind.ADDED, (entry_id,))

        with pytest.raises(StoreError, match="deleted or replaced"):
            database.edit(add_and_lose_it)
        assert names(collection) == ["Sproutle"]
    (rescued,) = beside(path, "*-rescued-*.sqlite3")
    with closing(Database(rescued)) as saved:
        assert names(Collection(saved)) == ["Sproutle"]
