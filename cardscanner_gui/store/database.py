"""The database file: connections, write transactions, undo."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database as Connection

from cardscanner_gui.core.collection import Change
from cardscanner_gui.store.cleanup import KEEP_DELETED_SECONDS, forget_deleted
from cardscanner_gui.store.edit import Edit
from cardscanner_gui.store.errors import store_errors
from cardscanner_gui.store.history import (
    ChangedSinceError,
    History,
    Operation,
    RowChange,
    reverse_kind,
    write_rows,
)
from cardscanner_gui.store.migrations import MIGRATIONS, Migration
from cardscanner_gui.store.opening import connect, prepare


class Database:
    """One SQLite file, shared by the threads of this process and by other processes.

    Each thread has its own connection. Writes of this process queue up behind one lock; those of
    other processes are waited for. A write is on the disk when its method returns.

    Args:
        path: made if it is not there, its folder too.
        migrations: what brings an older file up to date; tests pass their own.

    Raises:
        StoreError: the file is damaged, from a newer version, or can't be opened for writing.
    """

    def __init__(self, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        self.path = path
        self.history = History()
        self._writing = threading.RLock()
        self._opening = threading.Lock()
        self._connections: dict[threading.Thread, Connection] = {}
        self._closed = False
        with store_errors(path):
            prepare(path, migrations)
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
                with store_errors(self.path):
                    found = self._connections[thread] = connect(self.path)
            return found

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """All rows of a query, as dictionaries."""
        with store_errors(self.path):
            return list(self.connection().query(sql, parameters))

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None when there is no row."""
        with store_errors(self.path):
            row = self.connection().execute(sql, parameters).fetchone()
        return None if row is None else row[0]

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything written inside is committed at its end, or none of it."""
        with self._writing, store_errors(self.path):
            connection = self.connection()
            # IMMEDIATE waits for other writers here, where nothing has been read yet.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise

    def edit(self, action: Callable[[Edit], Change]) -> Change:
        """Run one user action in a transaction and remember how to undo it.

        Args:
            action: makes the change and returns what views are told.

        Returns:
            What `action` returned. An action that changed nothing can't be undone.
        """
        with self._writing:
            with self.transaction() as connection:
                edit = Edit(connection)
                done = action(edit)
                rows = edit.rows()
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
            self._write_rows(operation, operation.reversed().rows)
            self.history.mark_undone(operation)
            return operation.undone

    def redo(self) -> Change | None:
        """Do again what was undone last; None when there is nothing."""
        with self._writing:
            operation = self.history.last_undone()
            if operation is None:
                return None
            self._write_rows(operation, operation.rows)
            self.history.mark_redone(operation)
            return operation.done

    def close(self) -> None:
        """Close every thread's connection; call it when no thread uses one any more."""
        with self._opening:
            self._closed = True
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()

    def _write_rows(self, operation: Operation, rows: Sequence[RowChange]) -> None:
        try:
            with self.transaction() as connection:
                write_rows(connection, rows)
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
