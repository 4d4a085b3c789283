"""A database that the first version wrote opens in this one, and nothing of it is lost.

`version_0_1.sql` is the dump of a file that version 0.1.0 filled with invented cards,
`version_0_1.json` what the same version then found in it.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cardscanner_gui.core.batches import BatchState
from cardscanner_gui.core.collection import Decision, EntryQuery
from cardscanner_gui.core.copies import Condition, Copy
from cardscanner_gui.games.pokemon.finishes import Finish
from cardscanner_gui.store import Collection, Database, ScanLog, Sessions
from cardscanner_gui.store.batches import BatchStore
from tests.store.lived_in import contents

HERE = Path(__file__).parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "collection.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((HERE / "version_0_1.sql").read_text(encoding="utf-8"))
    return path


def test_everything_is_still_there(database: Database) -> None:
    before = json.loads((HERE / "version_0_1.json").read_text(encoding="utf-8"))
    after = json.loads(json.dumps(contents(database)))
    for part, found in before.items():
        assert after[part] == found, part


def test_what_was_begun_goes_on(database: Database, collection: Collection, scans: ScanLog) -> None:
    copies = collection.copies(EntryQuery())
    unfinished = Sessions(database).unfinished()
    assert unfinished is not None
    Sessions(database).end(unfinished.id)
    assert collection.copies(EntryQuery()) == copies + 2

    waiting = scans.pending()[0]
    printing, _ = waiting.candidates[0]
    copy = Copy(finish=Finish.REVERSE, condition=Condition.GOOD, language="fr")
    scans.accept(waiting.id, printing, copy)
    accepted = scans.get(waiting.id)
    assert accepted is not None
    assert accepted.decision is Decision.ACCEPTED
    assert collection.copies(EntryQuery()) == copies + 3
    collection.undo()
    assert collection.copies(EntryQuery()) == copies + 2

    batches = BatchStore(database)
    (paused,) = [batch for batch in batches.list() if batch.state is BatchState.PAUSED]
    batches.set_state(paused.id, BatchState.QUEUED)
    assert batches.claim(paused.id)
    assert [item.path.name for item in batches.next_items(paused.id, 9)] == ["1.jpg", "2.jpg"]


def test_the_file_is_sound_afterwards(database: Database) -> None:
    assert database.value("PRAGMA integrity_check") == "ok"
    assert database.rows("PRAGMA foreign_key_check") == []
