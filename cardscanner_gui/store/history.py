"""What can be undone: each operation keeps the old and the new values of the rows it changed.

Undoing writes the old values back, redoing the new ones, but only where nobody, perhaps another
process, changed the same values since: then it is refused rather than losing the other change.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from sqlite_utils import Database as Connection

from cardscanner_gui.core.collection import Change, ChangeKind
from cardscanner_gui.core.errors import StoreError

DEPTH = 200  # operations that are kept


class ChangedSinceError(StoreError):
    """The rows of an operation no longer hold what it left: it can't be undone or redone."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """Columns of one row as they were and as they are; only those that differ."""

    table: str
    row_id: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def reversed(self) -> RowChange:
        return replace(self, before=self.after, after=self.before)


@dataclass(frozen=True, eq=False)
class Operation:
    """One user action: what doing it and undoing it report, and the rows behind it.

    Compared by identity: the same change made twice is two operations.
    """

    done: Change
    undone: Change
    rows: tuple[RowChange, ...]

    def reversed(self) -> Operation:
        return Operation(self.undone, self.done, tuple(row.reversed() for row in self.rows))


@dataclass
class History:
    """The operations of this session, newest last. Safe to read from any thread."""

    _done: list[Operation] = field(default_factory=list)
    _undone: list[Operation] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def push(self, operation: Operation) -> None:
        """Add what was just done; what had been undone can't be redone any more."""
        with self._lock:
            self._done = [*self._done[-DEPTH + 1 :], operation]
            self._undone.clear()

    def clear(self) -> None:
        """Forget everything: the rows are others now."""
        with self._lock:
            self._done.clear()
            self._undone.clear()

    def last_done(self) -> Operation | None:
        with self._lock:
            return self._done[-1] if self._done else None

    def last_undone(self) -> Operation | None:
        with self._lock:
            return self._undone[-1] if self._undone else None

    def mark_undone(self, operation: Operation) -> None:
        with self._lock:
            self._done.remove(operation)
            self._undone.append(operation)

    def mark_redone(self, operation: Operation) -> None:
        with self._lock:
            self._undone.remove(operation)
            self._done.append(operation)

    def forget(self, operation: Operation) -> None:
        with self._lock:
            for operations in (self._done, self._undone):
                if operation in operations:
                    operations.remove(operation)


def reverse_kind(kind: ChangeKind) -> ChangeKind:
    """What undoing a change of this kind does."""
    swapped = {ChangeKind.ADDED: ChangeKind.DELETED, ChangeKind.DELETED: ChangeKind.ADDED}
    return swapped.get(kind, kind)


def write_rows(connection: Connection, rows: Sequence[RowChange]) -> None:
    """Write the `after` values where the `before` values still stand.

    Raises:
        ChangedSinceError: some row was changed or removed since; the caller rolls back.
    """

    def shape(row: RowChange) -> tuple[str, tuple[str, ...]]:
        return row.table, tuple(row.after)

    for (table, columns), group in groupby(rows, key=shape):
        assign = ", ".join(f"{column} = ?" for column in columns)
        expect = " AND ".join(f"{column} IS ?" for column in columns)
        parameters = [
            (*row.after.values(), row.row_id, *(row.before[column] for column in columns))
            for row in group
        ]
        cursor = connection.conn.executemany(
            f"UPDATE {table} SET {assign} WHERE id = ? AND {expect}", parameters
        )
        if cursor.rowcount != len(parameters):
            raise ChangedSinceError(
                "That can't be undone or redone: the same cards were changed since."
            )
