"""The database file: connections, write transactions, undo."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database as Connection

from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.store.change_rows import log_change
from cardscanner_gui.store.cleanup import KEEP_DELETED_SECONDS, forget_deleted
from cardscanner_gui.store.damage import set_damaged_aside
from cardscanner_gui.store.edit import Edit
from cardscanner_gui.store.errors import DamagedRowError, store_errors
from cardscanner_gui.store.history import (
    ChangedSinceError,
    History,
    Operation,
    RowChange,
    reverse_kind,
    write_rows,
)
from cardscanner_gui.store.migrations import MIGRATIONS, Migration
from cardscanner_gui.store.opening import BUSY_SECONDS, connect, prepare
from cardscanner_gui.store.presence import identity, rescue

T = TypeVar("T")
log = logging.getLogger(__name__)


class Database:
    """One SQLite file, shared by the threads of this process and by other processes.

    Each thread has its own connection. Writes of this process queue up behind one lock; those of
    other processes are waited for. A write is on the disk when its method returns.

    Args:
        path: made if it is not there, its folder too.
        migrations: what brings an older file up to date; tests pass their own.
        who: what the user works with, for the log of changes, such as `window`.

    Raises:
        StoreError: the file is damaged, from a newer version, or can't be opened for writing.
    """

    def __init__(
        self, path: Path, migrations: Sequence[Migration] = MIGRATIONS, who: str = ""
    ) -> None:
        self.path = path
        self.who = who
        self.history = History()
        self._writing = threading.RLock()
        self._opening = threading.Lock()
        self._connections: dict[threading.Thread, Connection] = {}
        self._closed = False
        self._notices: list[str] = []
        self._tell: Callable[[str], None] | None = None
        self._rescued: Path | None = None
        with store_errors(path):
            prepare(path, migrations)
            self._identity = identity(path)
        try:
            self._forget_deleted()
        except BaseException:
            self.close()
            raise

    def connection(self) -> Connection:
        """The calling thread's own connection; opened at its first call.

        Raises:
            StoreError: the file can't be opened.
            RuntimeError: the database was closed.
        """
        thread = threading.current_thread()
        with self._opening:
            if self._closed:
                raise RuntimeError("the database is closed")
            found = self._connections.get(thread)
            if found is None:
                self._close_those_of_ended_threads()
                self._check_presence()
                with store_errors(self.path):
                    found = self._connections[thread] = connect(self.path)
            return found

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """All rows of a query, as dictionaries."""

        def read() -> list[dict[str, Any]]:
            with store_errors(self.path):
                return list(self.connection().query(sql, parameters))

        return self.mending(read)

    def read(
        self, sql: str, parameters: Sequence[Any], decode: Callable[[Mapping[str, Any]], T]
    ) -> list[T]:
        """All rows of a query, each decoded.

        Args:
            sql: a query.
            parameters: for its question marks.
            decode: makes a value of a row, or raises `DamagedRowError`: that row is set aside, with
                all like it, and the query asked again.
        """
        return self.mending(lambda: [decode(row) for row in self.rows(sql, parameters)])

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None when there is no row."""

        def read() -> Any:
            with store_errors(self.path):
                row = self.connection().execute(sql, parameters).fetchone()
            return None if row is None else row[0]

        return self.mending(read)

    def mending(self, work: Callable[[], T]) -> T:
        """Do something that reads rows; where one is damaged, set it aside and do it once more.

        Inside a transaction the error passes: whoever began that has to begin anew.
        """
        try:
            return work()
        except DamagedRowError:
            if self.connection().conn.in_transaction:
                raise
        # Only here: the error kept the query open, and with it what it saw.
        self._set_damaged_aside()
        return work()

    def tell_notices(self, tell: Callable[[str], None]) -> None:
        """Have somebody told, in one line each, what happened to the file; also what already did.

        Args:
            tell: called on whichever thread found it.
        """
        self._tell = tell
        for words in self._notices:
            tell(words)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything written inside is committed at its end, or none of it."""
        with self._writing, store_errors(self.path):
            self._check_presence()
            connection = self.connection()
            # IMMEDIATE waits for other writers here, where nothing has been read yet.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
            self._check_presence()

    def edit(self, action: Callable[[Edit], Change]) -> Change:
        """Run one user action in a transaction and remember how to undo it.

        Args:
            action: makes the change and returns what views are told.

        Returns:
            What `action` returned. An action that changed nothing can't be undone.
        """

        def write() -> tuple[Change, tuple[RowChange, ...]]:
            with self.transaction() as connection:
                edit = Edit(connection)
                change, rows = action(edit), edit.rows()
                if rows:
                    log_change(connection, self.who, change.label, rows)
                return change, rows

        with self._writing:
            done, rows = self.mending(write)
            if rows:
                undone = Change(reverse_kind(done.kind), done.ids, done.label)
                self.history.push(Operation(done, undone, rows))
        return done

    def undo(self) -> Change | None:
        """Take back the last action of this session; None when there is none.

        Raises:
            StoreError: the same cards were changed since; the action is then forgotten.
        """
        with self._writing:
            operation = self.history.last_done()
            if operation is None:
                return None
            self._write_rows(operation, operation.reversed().rows, "Undo: ")
            self.history.mark_undone(operation)
            return operation.undone

    def redo(self) -> Change | None:
        """Do again what was undone last; None when there is nothing."""
        with self._writing:
            operation = self.history.last_undone()
            if operation is None:
                return None
            self._write_rows(operation, operation.rows, "Redo: ")
            self.history.mark_redone(operation)
            return operation.done

    def replace_with(self, source: Path) -> None:
        """Put another collection, of this version's shape, in place of what is here.

        All of it or nothing; nobody else may write meanwhile, and readers see the old state until
        the end. Undo forgets everything.

        Raises:
            sqlite3.Error: it can't be written; what was here stays.
        """
        with self._writing:
            self._check_presence()
            with (
                closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as new,
                closing(connect(self.path)) as mine,
            ):
                new.backup(mine.conn)
            self.history.clear()

    def close(self) -> None:
        """Close every thread's connection; call it when no thread uses one any more."""
        with self._opening:
            self._closed = True
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()

    def _set_damaged_aside(self) -> None:
        with self._writing, store_errors(self.path):
            moved = set_damaged_aside(self.path)
        if moved is not None:
            self._notify(str(moved))

    def _notify(self, words: str) -> None:
        log.warning("%s", words)
        self._notices.append(words)
        if self._tell is not None:
            self._tell(words)

    def _check_presence(self) -> None:
        """Raise `StoreError` when another file, or none, lies where ours was opened."""
        if identity(self.path) == self._identity:
            return
        if self._rescued is None and self._connections:
            # The connections still hold the file that has no name any more.
            self._rescued = rescue(next(iter(self._connections.values())).conn, self.path)
        kept = f"Everything up to now is in “{self._rescued}”. " if self._rescued else ""
        raise StoreError(
            f"“{self.path}” was deleted or replaced while it was open, so nothing can be saved "
            f"there. {kept}Close Cardscanner, put the right file in its place and start again."
        )

    def _write_rows(self, operation: Operation, rows: Sequence[RowChange], did: str) -> None:
        try:
            with self.transaction() as connection:
                write_rows(connection, rows)
                log_change(connection, self.who, did + operation.done.label, rows)
        except ChangedSinceError:
            self.history.forget(operation)
            raise

    def _forget_deleted(self) -> None:
        cutoff = time.time() - KEEP_DELETED_SECONDS
        if self.value("SELECT 1 FROM entries WHERE deleted_at < ? LIMIT 1", [cutoff]):
            with self.transaction() as connection:
                forget_deleted(connection, cutoff)

    def _close_those_of_ended_threads(self) -> None:
        for thread in [t for t in self._connections if not t.is_alive()]:
            self._connections.pop(thread).close()
