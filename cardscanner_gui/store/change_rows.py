"""The log of changes: one row an action of the user, and what of which entry became what."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlite_utils import Database as Connection

from cardscanner_gui.store.edit import insert_row
from cardscanner_gui.store.entry_rows import COPY_FIELDS, printing_of
from cardscanner_gui.store.errors import DamagedRowError
from cardscanner_gui.store.history import RowChange
from cardscanner_gui.store.rows import checked, moment

KEPT = 20_000
"""Changes before the last so many are forgotten, now and then."""
MOST_DETAILS = 5_000
"""Of one change; one to more entries than that says only how many they were."""

_CLEANED_EVERY = 500
_NOTED = frozenset((*COPY_FIELDS, "printing", "deleted_at"))


@dataclass(frozen=True)
class LoggedChange:
    """One action.

    Attributes:
        at: seconds since the epoch.
        who: what the user worked with, such as `window` or `command line`.
        what: such as `Edit 3 cards`.
        entries: how many lines of the collection changed.
    """

    id: int
    at: float
    who: str
    what: str
    entries: int


@dataclass(frozen=True)
class ChangeDetail:
    """What of one entry became what.

    Attributes:
        field: of a `Copy`, or `printing`, `added`, `deleted`.
        before, after: as words; None where there is no value.
    """

    entry_id: int
    field: str
    before: str | None
    after: str | None


def log_change(connection: Connection, who: str, what: str, rows: Sequence[RowChange]) -> None:
    """Write down an action inside its own transaction."""
    of_entries = [row for row in rows if row.table == "entries"]
    change_id = insert_row(
        connection,
        "changes",
        {"at": time.time(), "who": who, "what": what, "entries": len(of_entries)},
    )
    if change_id % _CLEANED_EVERY == 0:
        connection.execute("DELETE FROM changes WHERE id <= ?", [change_id - KEPT])
    details = (detail for row in of_entries for detail in _details(row))
    connection.conn.executemany(
        "INSERT INTO change_details (change_id, entry_id, field, before, after) "
        "VALUES (?, ?, ?, ?, ?)",
        [
            (change_id, one.entry_id, one.field, one.before, one.after)
            for one in islice(details, MOST_DETAILS)
        ],
    )


@checked("changes", LoggedChange)
def change_of(row: Mapping[str, Any]) -> LoggedChange:
    """The change of a row."""
    return LoggedChange(row["id"], moment(row["at"]), row["who"], row["what"], row["entries"])


@checked("change_details", ChangeDetail)
def detail_of(row: Mapping[str, Any]) -> ChangeDetail:
    """The detail of a row."""
    return ChangeDetail(row["entry_id"], row["field"], row["before"], row["after"])


def _details(row: RowChange) -> Iterator[ChangeDetail]:
    for column in row.after.keys() & _NOTED:
        before, after = row.before[column], row.after[column]
        if column == "deleted_at":
            field = "added" if after is None else "deleted"
            yield ChangeDetail(row.row_id, field, None, None)
        else:
            yield ChangeDetail(row.row_id, column, _words(column, before), _words(column, after))


def _words(column: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if column == "tags":
        return ", ".join(value.split("\n"))
    if column != "printing":
        return str(value)
    try:
        printing = printing_of({"printing": value})
    except DamagedRowError:
        return None
    return f"{printing.name} · {printing.set_name} · {printing.printed_number}"
