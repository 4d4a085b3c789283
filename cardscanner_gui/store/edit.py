"""One write transaction that notes what it changes, so that it can be undone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database as Connection

from cardscanner_gui.store.history import RowChange

_NOT_THERE: Mapping[str, Any] = {"deleted_at": 0.0}
_THERE: Mapping[str, Any] = {"deleted_at": None}


class Edit:
    """Writes rows inside an open transaction and keeps their old and new values.

    Args:
        connection: of the calling thread, inside `BEGIN IMMEDIATE`.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._before: dict[tuple[str, int], Mapping[str, Any]] = {}
        self._after: dict[tuple[str, int], Mapping[str, Any]] = {}

    def add_photo(self, jpeg: bytes) -> int:
        """Store a picture; its id. Not undone: without its owner it goes with the next clean-up."""
        return insert_row(self.connection, "photos", {"jpeg": jpeg, "created_at": time.time()})

    def insert_entry(self, row: Mapping[str, Any]) -> int:
        """Insert an entry's row; its id. Undoing it marks the row as deleted."""
        # Not a time of today: what was undone was not deleted by the user, and isn't in the Trash.
        return self.insert("entries", row, _NOT_THERE, _THERE)

    def insert(
        self, table: str, row: Mapping[str, Any], undone: Mapping[str, Any], done: Mapping[str, Any]
    ) -> int:
        """Insert a row; its id. Undoing it gives these columns the values of `undone`.

        `done` has the same columns as the row has them now. One pair may serve many rows.
        """
        row_id = insert_row(self.connection, table, row)
        self._before[table, row_id], self._after[table, row_id] = undone, done
        return row_id

    def update(self, table: str, ids: Iterable[int], values: Mapping[str, Any]) -> tuple[int, ...]:
        """Set the same values in each of these rows; the ids of those that differed."""
        wanted = json.dumps(list(ids))
        columns = list(values)
        rows = self.connection.execute(
            f"SELECT id, {', '.join(columns)} FROM {table} "
            "WHERE id IN (SELECT value FROM json_each(?))",
            [wanted],
        ).fetchall()
        changed = []
        for row_id, *old in rows:
            before = {c: o for c, o in zip(columns, old, strict=True) if o != values[c]}
            if before:
                self._note(table, row_id, before, {c: values[c] for c in before})
                changed.append(row_id)
        assign = ", ".join(f"{column} = ?" for column in columns)
        self.connection.execute(
            f"UPDATE {table} SET {assign} WHERE id IN (SELECT value FROM json_each(?))",
            [*values.values(), json.dumps(changed)],
        )
        return tuple(changed)

    def rows(self) -> tuple[RowChange, ...]:
        """What differs between the transaction's start and now, in the order of first change."""
        result = []
        for key, after in self._after.items():
            before = self._before[key]
            columns = [column for column in after if before[column] != after[column]]
            if len(columns) == len(after) == len(before):
                # As they are: of an import there are hundreds of thousands alike.
                result.append(RowChange(*key, before, after))
            elif columns:
                old = {column: before[column] for column in columns}
                new = {column: after[column] for column in columns}
                result.append(RowChange(*key, old, new))
        return tuple(result)

    def _note(
        self, table: str, row_id: int, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        key = (table, row_id)
        # A row that is changed twice keeps its first old and its last new values.
        self._before[key] = {**before, **self._before.get(key, {})}
        self._after[key] = {**self._after.get(key, {}), **after}


def insert_row(connection: Connection, table: str, row: Mapping[str, Any]) -> int:
    """Insert a row; its new id."""
    columns = ", ".join(row)
    marks = ", ".join("?" for _ in row)
    cursor = connection.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(row.values())
    )
    row_id = cursor.lastrowid
    assert row_id is not None, "an INSERT has always set it"
    return row_id
