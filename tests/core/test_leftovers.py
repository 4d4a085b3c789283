"""What a killed program left half-written goes; what is being written, or isn't ours, stays."""

from __future__ import annotations

import os
import time
from pathlib import Path

from cardscanner_gui.core.leftovers import remove_leftovers
from cardscanner_gui.export import export_entries, formats_of
from cardscanner_gui.games import ALL
from cardscanner_gui.settings import Settings, save_settings
from cardscanner_gui.store import Database
from tests.store.cards import entry

AN_HOUR = 3600


def left(path: Path, age: float = 2 * AN_HOUR) -> Path:
    path.write_bytes(b"half")
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_leftovers_beside_database_settings_and_export_are_removed(tmp_path: Path) -> None:
    old = [
        left(tmp_path / "collection-before-m002.sqlite3.4711.tmp"),
        left(tmp_path / "collection-damaged-20260101-000000.db.4711.tmp"),
        left(tmp_path / "settings.json.abc.new"),
        left(tmp_path / ".cardscanner-0123abcd.tmp"),
    ]
    kept = [
        left(tmp_path / ".cardscanner-fresh001.tmp", age=5),
        left(tmp_path / "theirs.tmp"),
        left(tmp_path / "collection-before-m002.sqlite3"),
    ]

    Database(tmp_path / "collection.db").close()
    save_settings(tmp_path / "settings.json", Settings())
    export_entries([entry()], formats_of(ALL)["plain"], tmp_path / "cards.csv")

    assert [path for path in old if path.exists()] == []
    assert all(path.exists() for path in kept)


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    remove_leftovers(tmp_path / "nowhere", "*.tmp")
