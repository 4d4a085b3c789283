"""A file that is damaged as a whole: it is found out, and what can be read is saved."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from cardscanner_gui.cli import cli
from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.store import Collection, Database, ScanLog
from cardscanner_gui.store.errors import DamagedFileError
from cardscanner_gui.store.salvage import find_damage, salvage
from tests.store.cards import entry, recognition, record_one

CARDS = 600


def filled(path: Path) -> Path:
    with closing(Database(path)) as database:
        Collection(database).add_all([entry(note=f"number {i}") for i in range(CARDS)])
        record_one(ScanLog(database), recognition(), photo=b"jpeg")
    return path


def spoil(path: Path, table: str) -> None:
    """Overwrite a page in the middle of a table."""
    with closing(sqlite3.connect(path)) as connection:
        pages = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno",
            [table],
        ).fetchall()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((pages[len(pages) // 2][0] - 1) * size)
        file.write(os.urandom(size))


@pytest.fixture
def damaged(path: Path) -> Path:
    try:
        spoil(filled(path), "entries")
    except sqlite3.OperationalError:
        pytest.skip("this SQLite doesn't say where its pages are")
    return path


def test_a_file_that_is_in_order_has_no_damage(path: Path) -> None:
    assert find_damage(filled(path)) is None


def test_damage_is_found_and_everything_else_saved(damaged: Path) -> None:
    before = damaged.read_bytes()
    assert find_damage(damaged) is not None

    saved = salvage(damaged)

    assert damaged.read_bytes() == before
    assert find_damage(saved.path) is None
    with closing(Database(saved.path)) as database:
        left = Collection(database).page(EntryQuery(), 0, CARDS)
        assert CARDS * 0.9 < len(left) < CARDS
        assert len({one.note for one in left}) == len(left) == saved.rows["entries"]
        assert Collection(database).count(EntryQuery(text=left[-1].note)) == 1
        (scan,) = ScanLog(database).recent(5)
        assert ScanLog(database).photo(scan.id) == b"jpeg"


def test_nothing_is_left_behind_where_nothing_can_be_read(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"SQLite format 3\0" + os.urandom(20_000))
    with pytest.raises(DamagedFileError):
        Database(path)
    with pytest.raises(StoreError, match="Nothing can be read"):
        salvage(path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_command_puts_what_it_saved_in_place(damaged: Path) -> None:
    mine = damaged.rename(damaged.with_name("collection.db"))

    outcome = CliRunner().invoke(cli, ["--data-dir", str(mine.parent), "rescue"])

    assert outcome.exit_code == 0, outcome.output
    assert "entries of the collection" in outcome.output
    assert find_damage(mine) is None
    (kept,) = mine.parent.glob("collection-damaged-*.db")
    assert find_damage(kept) is not None
    again = CliRunner().invoke(cli, ["--data-dir", str(mine.parent), "rescue"])
    assert "is in order" in again.output
