"""Opening the file: is it ours, is it older or newer, and bringing it up to date."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database as Connection
from sqlite_utils import Migrations

from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.leftovers import remove_leftovers
from cardscanner_gui.core.private import close_to_others, make_private_file, make_private_folder
from cardscanner_gui.store.migrations import APPLICATION_ID, Migration
from cardscanner_gui.store.words import sql_plain_text

# How long a process waits for another one's write, or for its migration of a large file.
BUSY_SECONDS = 30.0
_CACHE_KIB = 32 * 1024
"""At most, for each connection: searching a large collection goes through its indexes."""


def connect(path: Path) -> Connection:
    """A connection with the pragmas that each one needs.

    `synchronous=FULL` makes every commit survive a power cut (docs/adr/0003-collection-store.md).
    """
    # Any thread may close it; using it stays with the thread that opened it.
    connection = Connection(
        sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False),
        execute_plugins=False,
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.conn.create_function("plain_text", 1, sql_plain_text, deterministic=True)
    return connection


def prepare(path: Path, migrations: Sequence[Migration]) -> None:
    """Make the file, or bring it up to date; a copy is written before an existing one is changed.

    Raises:
        StoreError: it belongs to a newer version or to another program; it is left as it is.
    """
    make_private_folder(path.parent)
    if not path.exists():
        make_private_file(path)
    remove_leftovers(
        path.parent, f"{path.stem}-*{path.suffix}.*.tmp", f"{path.stem}-*.sqlite3.*.tmp"
    )
    known = [migration.__name__ for migration in migrations]
    steps = Migrations("collection")
    for name, migration in zip(known, migrations, strict=True):
        steps(name=name)(migration)
    with closing(connect(path)) as connection:

        def applied() -> list[str]:
            return [step.name for step in steps.applied(connection)]

        _check_owner(connection, path)
        close_to_others(path)  # its log and index take their rights from it
        _check_version(path, applied(), known)
        _enable_wal(connection)
        if not steps.pending(connection):
            return
        # Whoever comes second waits here and then finds nothing left to do.
        connection.execute("BEGIN IMMEDIATE")
        try:
            before = applied()
            _check_version(path, before, known)
            pending = steps.pending(connection)
            if pending and before:
                copy_database(
                    path, path.with_name(f"{path.stem}-before-{_short(pending[0].name)}.sqlite3")
                )
            steps.apply(connection)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise


def _check_owner(connection: Connection, path: Path) -> None:
    # Tables first: another process may be making them, and sets the id in the same transaction.
    has_tables = bool(connection.table_names())
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    if has_tables and owner != APPLICATION_ID:
        raise StoreError(f"“{path}” belongs to another program and was left as it is.")


def _check_version(path: Path, applied: Iterable[str], known: Iterable[str]) -> None:
    if set(applied) - set(known):
        raise StoreError(
            f"“{path}” was written by a newer version of Cardscanner and was left as it is. "
            "Install the newer version to open it."
        )


def _enable_wal(connection: Connection) -> None:
    """Switch to a write-ahead log; SQLite doesn't wait for others here, so we do."""
    deadline = time.monotonic() + BUSY_SECONDS
    while connection.journal_mode != "wal":
        try:
            connection.enable_wal()
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def copy_database(path: Path, target: Path) -> None:
    """Copy the database as it is committed now, all of it or nothing.

    Raises:
        OSError, sqlite3.Error: it can't be written.
    """
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        make_private_file(unfinished)
        with (
            closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as source,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            source.backup(copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _short(name: str) -> str:
    """`m002_decks` → `m002`."""
    return name.partition("_")[0]
