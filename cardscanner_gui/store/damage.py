"""Setting damaged rows aside, so that the rest of a collection can be read.

A row that can't be decoded goes to a file beside the database, with its raw values, after the whole
database was copied; see docs/adr/0021-damage-and-secrets.md.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.private import make_private_file
from cardscanner_gui.store.batch_rows import answer_of, batch_of, item_of
from cardscanner_gui.store.change_rows import change_of, detail_of
from cardscanner_gui.store.entry_rows import entry_of
from cardscanner_gui.store.errors import DamagedRowError
from cardscanner_gui.store.import_rows import import_of
from cardscanner_gui.store.metric_rows import total_of
from cardscanner_gui.store.migrations import MIGRATIONS
from cardscanner_gui.store.opening import BUSY_SECONDS, copy_database
from cardscanner_gui.store.recognition_rows import picture_of, view_of
from cardscanner_gui.store.scan_rows import scan_of
from cardscanner_gui.store.session_rows import session_of

_Decode = Callable[[Mapping[str, Any]], Any]
_ID = ("id",)
_SERIES = ("name", "labels")
_MOST_OF_A_TABLE = 20
"""More damaged rows than this, and most of their table: then it is no damage to single rows."""


@dataclass(frozen=True, eq=False)
class _Table:
    """How the rows of a table are told apart and decoded, and which columns SQL reads as JSON.

    `added` stands for what queries add to a row, where that is no count.
    """

    name: str
    key: tuple[str, ...]
    decode: _Decode
    json: tuple[str, ...] = ()
    added: Mapping[str, Any] | None = None


class _Row(dict[str, Any]):
    """A row whose columns are all there: whatever else a decoder looks for, queries count."""

    def __missing__(self, column: str) -> int:
        return 0


# Batches after their pictures: deleting a batch deletes those too.
_TABLES = (
    _Table("entries", _ID, entry_of, ("printing",)),
    _Table("scans", _ID, scan_of, ("planned", "wanted")),
    _Table("sessions", _ID, session_of),
    _Table("imports", _ID, import_of),
    _Table("batch_answers", ("item_id",), answer_of),
    _Table("batch_items", _ID, item_of, added={"scan_ids": "[]"}),
    _Table("batches", _ID, batch_of),
    _Table("recognitions", _ID, picture_of),
    _Table("card_views", _ID, view_of),
    _Table("metric_totals", _SERIES, total_of),
    _Table("metric_last_run", _SERIES, total_of),
    _Table("changes", _ID, change_of),
    _Table("change_details", ("change_id", "entry_id", "field", "before", "after"), detail_of),
)


@dataclass(frozen=True)
class SetAside:
    """What was moved out of the database.

    Attributes:
        rows: how many of each table.
        raw: the file that holds their raw values, one JSON object a line.
        copy: the whole database as it was before.
    """

    rows: Mapping[str, int]
    raw: Path
    copy: Path

    def __str__(self) -> str:
        """What happened, in one line for the user."""
        count = sum(self.rows.values())
        kinds = ", ".join(f"{n} in {name.replace('_', ' ')}" for name, n in self.rows.items())
        noun = "row was" if count == 1 else "rows were"
        return (
            f"{count} damaged {noun} set aside ({kinds}); everything else is there. "
            f"What could be read of it is in “{self.raw}”, the collection as it was in "
            f"“{self.copy}”."
        )


class _Undecodable(bytes):
    """The bytes of a text that is none."""


def set_damaged_aside(path: Path) -> SetAside | None:
    """Move every row that can't be decoded out of the database at `path`.

    Returns:
        What was moved; None when every row can be read.

    Raises:
        StoreError: so much can't be read that no single row is at fault; nothing is changed then.
        OSError, sqlite3.Error: the copy or the file beside can't be written, nothing is changed.
    """
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.text_factory = _text
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            _check_columns(connection, path)
            found = {table: _damaged(connection, table, path) for table in _TABLES}
            found = {table: rows for table, rows in found.items() if rows}
            if not found:
                connection.execute("ROLLBACK")
                return None
            stamp = time.strftime("%Y%m%d-%H%M%S")
            copy = path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}")
            copy_database(path, copy)
            raw = path.with_name(f"{path.stem}-set-aside.jsonl")
            _write_down(raw, found)
            _delete(connection, found)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return SetAside({table.name: len(rows) for table, rows in found.items()}, raw, copy)


def _text(value: bytes) -> str | _Undecodable:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return _Undecodable(value)


def _check_columns(connection: sqlite3.Connection, path: Path) -> None:
    """Without a column no row can be decoded: then the rows are not to blame."""
    from sqlite_utils import Database as Connection

    fresh = Connection(memory=True)
    for migration in MIGRATIONS:
        migration(fresh)
    with closing(fresh):
        for table in _TABLES:
            there = {row["name"] for row in connection.execute(f"PRAGMA table_info({table.name})")}
            lacking = set(fresh[table.name].columns_dict) - there
            if lacking:
                raise StoreError(
                    f"“{path}” lacks {sorted(lacking)[0]} in {table.name} and was left as it is. "
                    "Put a copy of it in its place."
                )


def _damaged(
    connection: sqlite3.Connection, table: _Table, path: Path
) -> list[tuple[dict[str, Any], str]]:
    """The rows that can't be decoded, each with the reason."""
    found = []
    count = 0
    for row in _rows(connection, table.name):
        count += 1
        reason = _reason(connection, table, row)
        if reason:
            found.append((row, reason))
    if len(found) > max(_MOST_OF_A_TABLE, count // 2):
        raise StoreError(
            f"{len(found)} of {count} {table.name.replace('_', ' ')} in “{path}” can't be read, "
            f"and nothing was changed. Put a copy of it in its place. ({found[0][1]})"
        )
    return found


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    for row in connection.execute(f"SELECT * FROM {table}"):
        yield dict(row)


def _reason(connection: sqlite3.Connection, table: _Table, row: dict[str, Any]) -> str:
    broken = [name for name, value in row.items() if isinstance(value, _Undecodable)]
    if broken:
        return f"{broken[0]} is no text"
    try:
        table.decode(_Row(row, **(table.added or {})))
    except DamagedRowError as error:
        return error.reason
    for name in table.json:
        (valid,) = connection.execute("SELECT json_valid(?)", [row[name]]).fetchone()
        if row[name] is not None and not valid:
            return f"{name} is no JSON"
    return ""


def _write_down(raw: Path, found: Mapping[_Table, Sequence[tuple[dict[str, Any], str]]]) -> None:
    make_private_file(raw)
    with raw.open("a", encoding="utf-8", errors="backslashreplace") as file:
        for table, rows in found.items():
            for row, reason in rows:
                line = {"table": table.name, "reason": reason, "row": row}
                file.write(json.dumps(line, ensure_ascii=False, default=_as_json) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _as_json(value: Any) -> Any:
    return {"hex": bytes(value).hex()}


def _delete(
    connection: sqlite3.Connection, found: Mapping[_Table, Sequence[tuple[dict[str, Any], str]]]
) -> None:
    for table, rows in found.items():
        same = " AND ".join(f"{column} IS ?" for column in table.key)
        connection.executemany(
            f"DELETE FROM {table.name} WHERE {same}",
            [[_stored(row[column]) for column in table.key] for row, _ in rows],
        )
    # A card that the end of its session would have added: now the user decides on it.
    connection.execute(
        "UPDATE scans SET planned = NULL WHERE planned IS NOT NULL AND session_id IS NULL"
    )
    # The index took its words from the rows as they were.
    connection.execute("INSERT INTO entry_words (entry_words) VALUES ('rebuild')")


def _stored(value: Any) -> Any:
    return bytes(value) if isinstance(value, _Undecodable) else value
