"""Opening a database: new, older, newer, damaged, somebody else's, where nobody may write."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.migrations import MIGRATIONS
from tests.store.cards import entry
from tests.store.processes import run_together, start
from tests.store.steps import m002_decks, m003_fails_midway


def entries_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM entries").fetchone()
    return int(count)


def assert_refused(path: Path, words: str) -> None:
    """Opening fails with one line that names the file, and the file is as it was."""
    before = path.read_bytes()
    with pytest.raises(StoreError, match=words) as caught:
        Database(path)
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)
    assert path.read_bytes() == before


def test_a_new_database_is_made_with_its_folder_and_kept(path: Path) -> None:
    database = Database(path)
    Collection(database).add(entry(note="mine"))
    database.close()

    database = Database(path)
    (kept,) = Collection(database).page(EntryQuery(), 0, 10)
    database.close()

    assert kept.note == "mine"
    assert sorted(p.name for p in path.parent.iterdir()) == ["collection.sqlite3"]


def test_an_older_database_is_copied_before_it_is_changed(path: Path) -> None:
    database = Database(path)
    Collection(database).add(entry())
    database.close()

    newer = Database(path, (*MIGRATIONS, m002_decks))
    assert Collection(newer).count(EntryQuery()) == 1
    assert "decks" in newer.connection().table_names()
    newer.close()

    copy = path.with_name("collection-before-m002.sqlite3")
    assert entries_in(copy) == 1
    old = Database(copy)  # the older program opens the copy as its own
    assert "decks" not in old.connection().table_names()
    old.close()


def test_a_database_that_is_up_to_date_is_not_copied(path: Path) -> None:
    for _ in range(2):
        Database(path, (*MIGRATIONS, m002_decks)).close()
    assert [p.name for p in path.parent.iterdir()] == ["collection.sqlite3"]


def test_a_failed_migration_leaves_everything_as_it_was(path: Path) -> None:
    database = Database(path)
    Collection(database).add(entry())
    database.close()

    with pytest.raises(RuntimeError):
        Database(path, (*MIGRATIONS, m002_decks, m003_fails_midway))

    database = Database(path)
    assert Collection(database).count(EntryQuery()) == 1
    assert "decks" not in database.connection().table_names()
    database.close()


def test_a_newer_database_is_refused_and_left_alone(path: Path) -> None:
    Database(path, (*MIGRATIONS, m002_decks)).close()
    assert_refused(path, "newer version")


@pytest.mark.parametrize("content", [b"no database at all " * 500, b"SQLite format 3\0" + b"x" * 9])
def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert_refused(path, "damaged")


def test_a_database_with_overwritten_pages_is_refused_and_left_alone(path: Path) -> None:
    Database(path).close()
    content = bytearray(path.read_bytes())
    content[100:8192] = os.urandom(8092)
    path.write_bytes(content)
    assert_refused(path, "damaged")


def test_damage_that_shows_only_later_is_one_line_too(path: Path) -> None:
    database = Database(path)
    Collection(database).add_all([entry(note=f"number {i}") for i in range(2000)])
    database.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 4 :] = os.urandom(len(content) - len(content) // 4)
    path.write_bytes(content)

    database = Database(path)
    with pytest.raises(StoreError, match="damaged"):
        list(Collection(database).entries(EntryQuery()))
    database.close()


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    assert_refused(path, "another program")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"collection\.sqlite3"):
        Database(tmp_path / "data" / "collection.sqlite3")


@pytest.fixture
def plain_user() -> Iterator[Path]:
    """A folder in reach of any user, while the test runs as one to whom permissions apply."""
    if sys.platform == "win32":
        pytest.skip("folder permissions work differently on Windows")
    folder = Path(tempfile.mkdtemp())  # pytest's own folders are closed to other users
    folder.chmod(0o777)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        os.seteuid(user)
        shutil.rmtree(folder)


@pytest.mark.parametrize("there_already", [False, True])
def test_a_read_only_folder(plain_user: Path, there_already: bool) -> None:
    folder = plain_user / "data"
    path = folder / "collection.sqlite3"
    folder.mkdir()
    if there_already:
        Database(path).close()
        path.chmod(0o444)
    folder.chmod(0o555)
    try:
        with pytest.raises(StoreError, match=r"collection\.sqlite3") as caught:
            Database(path)
        assert "\n" not in str(caught.value)
    finally:
        folder.chmod(0o777)


@pytest.mark.parametrize("older", [False, True])
def test_processes_that_start_at_once_open_it_together(path: Path, older: bool) -> None:
    if older:
        database = Database(path)
        Collection(database).add(entry())
        database.close()
    action = "open_newer" if older else "open_only"
    children = [start(action, path) for _ in range(4)]
    assert run_together(children) == [(0, "")] * 4
    assert entries_in(path) == int(older)
    assert path.with_name("collection-before-m002.sqlite3").exists() == older
