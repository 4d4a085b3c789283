"""Copies as the version before `core.copies` stored them: they open, and mean the same.

What it wrote is spelled out here, column by column and key by key.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cardscanner_gui.core.batches import BatchOptions, BatchState, ItemState
from cardscanner_gui.core.codec import encode_printing
from cardscanner_gui.core.collection import Decision, EntryQuery
from cardscanner_gui.core.copies import Copy, CopyDefaults, copy_of
from cardscanner_gui.core.types import Printing, Status
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.settings import load_settings, save_settings
from cardscanner_gui.store import Collection, Database, ScanLog, Sessions
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.migrations import MIGRATIONS
from tests.store.cards import EMBERIX, SPROUTLE, recognition

BEFORE = MIGRATIONS[:6]
"""The steps that the version before knew."""
PLANNED = {
    "printing": encode_printing(SPROUTLE),
    "quantity": 2,
    "finish": "reverse",
    "condition": "LP",
    "language": "de",
    "note": "box 3",
}
SCAN = {
    "source": "Desk camera",
    "scanned_at": 2.0,
    "status": "identified",
    "reason": "number and name agree",
    "printing": json.dumps(encode_printing(SPROUTLE)),
    "candidates": "[]",
    "reading": '{"reader": "ocr"}',
    "reader": "ocr",
    "timings_ms": "{}",
}


def insert(path: Path, table: str, values: Mapping[str, Any]) -> None:
    columns, marks = ", ".join(values), ", ".join("?" for _ in values)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values())
        )


@pytest.fixture
def old(path: Path) -> Path:
    """A database of the version before, still without rows."""
    Database(path, BEFORE).close()
    return path


def test_an_open_session_goes_on_with_its_cards_and_defaults(old: Path) -> None:
    words = {"condition": "LP", "finish": "reverse", "language": "de", "note": "box 3"}
    session = {"id": 1, "source": "Desk camera", "started_at": 1.0, "state": "open", **words}
    insert(old, "sessions", session)
    insert(old, "scans", {**SCAN, "session_id": 1, "planned": json.dumps(PLANNED)})

    with closing(Database(old)) as database:
        sessions = Sessions(database)
        found = sessions.unfinished()
        assert found is not None
        assert found.defaults == CopyDefaults(**words)
        assert (found.cards, found.identified, found.copies) == (1, 1, 2)
        sessions.end(found.id)
        (kept,) = Collection(database).entries(EntryQuery())
        assert kept.printing == SPROUTLE
        assert copy_of(kept) == Copy(quantity=2, **words)


@pytest.mark.parametrize(
    ("stored", "means"),
    [
        (
            '{"keep": true, "finish": "holo", "condition": "LP", "language": "fr",'
            ' "watched": "/inbox"}',
            BatchOptions(
                True, CopyDefaults(finish="holo", condition="LP", language="fr"), "/inbox"
            ),
        ),
        (
            '{"keep": false, "finish": "normal", "condition": "NM", "language": "en",'
            ' "watched": ""}',
            BatchOptions(False),
        ),
        ('{"keep": true, "graded": "by a version to come"}', BatchOptions()),
    ],
)
def test_a_queued_batch_goes_on_as_it_was_asked_for(
    old: Path, stored: str, means: BatchOptions
) -> None:
    row = {"id": 7, "name": "shoebox", "created_at": 1.0, "state": "queued", "watched": ""}
    insert(old, "batches", {**row, "options": stored})
    insert(old, "batch_items", {"batch_id": 7, "path": b"/cards/a.jpg", "version": ""})

    with closing(Database(old)) as database:
        batches = BatchStore(database)
        (batch,) = batches.unfinished()
        assert (batch.options, batch.state) == (means, BatchState.QUEUED)
        assert batches.claim(batch.id)
        (item,) = batches.next_items(batch.id, 9)
        batches.finish_item(item.id, "/cards/a.jpg", [recognition(Status.IDENTIFIED)])
        assert batches.items(batch.id)[0].state is ItemState.DONE
        kept = list(Collection(database).entries(EntryQuery()))
        assert [entry.condition for entry in kept] == [means.defaults.condition] * means.keep


def entry_of(printing: Printing) -> dict[str, Any]:
    """The row of an entry as the version before wrote it."""
    return {
        "printing_id": printing.id,
        "printing": json.dumps(encode_printing(printing)),
        "quantity": 3,
        "finish": "holo",
        "condition": "PL",
        "condition_sort": 5,
        "language": "fr",
        "note": "n",
        "scanned_at": 4.0,
        "provenance": "{}",
        "name_sort": "",
        "set_sort": "",
        "number_sort": "",
        "rarity_sort": "",
        "words": "",
    }


@pytest.mark.parametrize("name", ["sproutle", "poussécl", "POUSSECLAIR", "ウトル"])
def test_a_kept_card_is_found_by_its_name_in_any_language(old: Path, name: str) -> None:
    insert(old, "entries", {"id": 1, **entry_of(SPROUTLE)})
    insert(old, "entries", {"id": 2, **entry_of(EMBERIX)})
    insert(old, "entries", {"id": 3, **entry_of(EMBERIX), "printing": "no JSON", "note": name})
    with closing(Database(old)) as database:
        assert Collection(database).ids(EntryQuery(f"name:{name}")) == [1]


def test_a_kept_card_can_be_changed_and_taken_back(old: Path) -> None:
    insert(old, "entries", {"id": 1, **entry_of(EMBERIX)})
    insert(old, "scans", {**SCAN, "decision": "accepted", "entry_id": 1, "entry_quantity": 3})

    with closing(Database(old)) as database:
        scans, collection = ScanLog(database), Collection(database)
        (kept,) = collection.entries(EntryQuery())
        own = Copy(quantity=3, finish="holo", condition="PL", language="fr", note="n")
        assert (kept.printing, copy_of(kept)) == (EMBERIX, own)
        scans.add_copy(1)
        assert collection.copies(EntryQuery()) == 4
        scans.reject(1)
        assert collection.copies(EntryQuery()) == 0
        scan = scans.get(1)
        assert scan is not None
        assert scan.decision is Decision.REJECTED


def test_settings_of_the_version_before_are_read_and_written_alike(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    stored = {
        "default_condition": "PL",
        "default_finish": "reverse",
        "default_language": "ja",
        "keep_identified": False,
        "live": {
            "defaults": {"condition": "LP", "finish": "holo", "language": "de", "note": "box 3"}
        },
    }
    path.write_text(json.dumps(stored))

    settings = load_settings(path)
    assert settings.defaults == CopyDefaults(condition="PL", finish="reverse", language="ja")
    assert settings.keep_as is None
    live = CopyDefaults(condition="LP", finish="holo", language="de", note="box 3")
    assert LiveSettings.of(settings).defaults == live

    save_settings(path, LiveSettings.of(settings).put_into(settings))
    written = json.loads(path.read_text(encoding="utf-8"))
    assert {name: written[name] for name in stored if name != "live"} == {
        name: value for name, value in stored.items() if name != "live"
    }
    assert written["live"]["defaults"] == stored["live"]["defaults"]
