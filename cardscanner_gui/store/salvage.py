"""A damaged file: finding out, and saving into a new one what can still be read of it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.store.damage import set_damaged_aside
from cardscanner_gui.store.errors import store_errors
from cardscanner_gui.store.migrations import MIGRATIONS
from cardscanner_gui.store.opening import BUSY_SECONDS, prepare

_MOST_TRIES = 50_000
"""How many rows between two damaged places are asked for one by one."""
# What the user would miss; the rest is counted or recognised anew.
_NAMED = {"entries": "entries of the collection", "scans": "scans", "photos": "photos"}


@dataclass(frozen=True)
class Salvaged:
    """What was saved of a damaged file.

    Attributes:
        path: the new file.
        rows: how many of each table.
    """

    path: Path
    rows: Mapping[str, int]

    def __str__(self) -> str:
        """What it holds, in words for the user."""
        counts = [f"{self.rows.get(name, 0)} {words}" for name, words in _NAMED.items()]
        return f"{counts[0]}, {counts[1]} and {counts[2]}"


def find_damage(path: Path) -> str | None:
    """Let SQLite check the whole file at `path`; what it complained of first, None if nothing.

    Reads every page: call it off the GUI thread.

    Raises:
        StoreError: the file can't be opened at all.
    """
    try:
        with closing(_open(path)) as connection:
            (first,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if _is_damage(error):
            return str(error)
        with store_errors(path):
            raise
    return None if first == "ok" else str(first).strip().splitlines()[-1]


def salvage(path: Path) -> Salvaged:
    """Copy every row that can be read out of a damaged file into a new one beside it.

    Raises:
        StoreError: nothing can be read, or the new file can't be written; none is left then.
    """
    target = path.with_name(f"{path.stem}-saved-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
    try:
        with store_errors(target):
            prepare(target, MIGRATIONS)
            with closing(_open(path)) as source, closing(_written(target)) as copy:
                rows = _copy_tables(source, copy)
        _need_any(rows, path)
        with store_errors(target):
            set_damaged_aside(target)
    except BaseException:
        for left in target.parent.glob(f"{target.name}*"):
            left.unlink()
        raise
    return Salvaged(target, rows)


def put_in_place(salvaged: Path, path: Path) -> Path:
    """Make a salvaged file the collection; the damaged one's new name.

    No program may have the collection open.

    Raises:
        StoreError: the files can't be renamed.
    """
    kept = path.with_name(f"{path.stem}-damaged-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
    with store_errors(path):
        for suffix in ("", "-wal", "-shm"):
            old = path.with_name(path.name + suffix)
            if old.exists():
                old.rename(kept.with_name(kept.name + suffix))
        salvaged.rename(path)
    return kept


def _need_any(rows: Mapping[str, int], path: Path) -> None:
    if not any(rows.values()):
        raise StoreError(
            f"Nothing can be read of “{path}” any more. Put a copy of it in its place, or move "
            "it away to start afresh."
        )


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", BUSY_SECONDS, uri=True)
    connection.text_factory = _text
    return connection


def _text(value: bytes) -> str | bytes:
    """Whatever it holds; `set_damaged_aside` looks at it later."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def _is_damage(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _written(path: Path) -> sqlite3.Connection:
    """Without transactions of Python's own: it begins none where "I" isn't "i" in capitals."""
    return sqlite3.connect(path, isolation_level=None)


def _copy_tables(source: sqlite3.Connection, copy: sqlite3.Connection) -> dict[str, int]:
    copy.execute("PRAGMA foreign_keys = OFF")
    copy.execute("BEGIN")
    # In the order in which they were made: what is referred to comes first.
    tables = {
        name: "WITHOUT ROWID" not in sql.upper()
        for name, sql in copy.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' "
            "AND name NOT GLOB '_sqlite_*' AND name NOT GLOB 'entry_words*'"
        ).fetchall()
    }
    rows = {name: _copy_table(source, copy, name, keyed) for name, keyed in tables.items()}
    for name in tables:
        _drop_dangling(copy, name)
    copy.execute("UPDATE scans SET planned = NULL WHERE session_id IS NULL")
    copy.commit()
    return rows


def _copy_table(
    source: sqlite3.Connection, copy: sqlite3.Connection, table: str, keyed: bool
) -> int:
    """Copy what can be read of a table; how many rows that is."""
    try:
        there = {str(column[1]) for column in source.execute(f"PRAGMA table_info({table})")}
    except sqlite3.DatabaseError:
        return 0
    wanted = [column[1] for column in copy.execute(f"PRAGMA table_info({table})")]
    columns = [column for column in wanted if column in there]  # an older file has fewer
    if not columns:
        return 0
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    insert = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"
    copied = 0
    for row in _readable(source, table, names, keyed):
        copy.execute(insert, row)
        # The cursor's own count is missing where "I" in small letters isn't "i": in Turkish.
        copied += copy.execute("SELECT changes()").fetchone()[0]
    return copied


def _readable(
    source: sqlite3.Connection, table: str, names: str, keyed: bool
) -> Iterator[Sequence[Any]]:
    """The rows up to a damaged place, those from the end back to one, and those between."""
    if not keyed:
        yield from _until_damage(source, f"SELECT 0, {names} FROM {table}")
        return
    query = f"SELECT rowid, {names} FROM {table}"
    first = yield from _until_damage(source, f"{query} ORDER BY rowid")
    if first is None:
        return
    last = yield from _until_damage(source, f"{query} ORDER BY rowid DESC")
    end = first + 1 + _MOST_TRIES
    for row_id in range(first + 1, min(last or end, end)):
        yield from _until_damage(source, f"{query} WHERE rowid = {row_id}")


def _until_damage(
    source: sqlite3.Connection, query: str
) -> Generator[Sequence[Any], None, int | None]:
    """The rows of a query without their first column; returns the last one's before damage."""
    last = 0
    try:
        for row in source.execute(query):
            last = row[0]
            yield row[1:]
    except sqlite3.DatabaseError:
        return last
    return None


def _drop_dangling(copy: sqlite3.Connection, table: str) -> None:
    """Treat references to rows that could not be saved as if those had been deleted."""
    for link in copy.execute(f"PRAGMA foreign_key_list({table})").fetchall():
        _, _, other, column, key, _, on_delete, _ = link
        lost = f"{column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {other})"
        if on_delete == "CASCADE":
            copy.execute(f"DELETE FROM {table} WHERE {lost}")
        else:
            copy.execute(f"UPDATE {table} SET {column} = NULL WHERE {lost}")
