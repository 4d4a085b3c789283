"""Entries and waiting scans take over what a newer catalogue says of their printings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cardscanner_gui.core.codec import encode_printing
from cardscanner_gui.core.copies import PLAIN_FINISH, finish_settled
from cardscanner_gui.core.types import Printing
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.entry_rows import (
    OWN_TEXTS,
    printing_of,
    printing_values,
    refreshed_words,
)

_CHUNK = 500
_Stored = tuple[dict[str, Any], Printing]

Lookup = Callable[[str], Printing | None]
"""The catalogue's printing with this id; None when it has none."""


class Refreshing:
    """Upkeep, and nobody's edit: it can't be undone, and undoes nothing.

    Args:
        database: the collection's.
        lookup: into the catalogue that has come.
    """

    def __init__(self, database: Database, lookup: Lookup) -> None:
        self._database = database
        self._lookup = lookup

    def run(self) -> tuple[int, ...]:
        """Refresh all entries and scans; ids of the entries that changed.

        What the catalogue doesn't know stays as it is. Written in portions, so that edits get their
        turn in between; one that is stopped goes on at the next catalogue.

        Raises:
            StoreError: the file can't be read or written.
        """
        entries: list[int] = []
        for rows in self._portions("entries"):
            entries += self._write(rows, "entries", self._entry_values)
        for rows in self._portions("scans"):
            self._write(rows, "scans", self._scan_values)
        return tuple(entries)

    def _portions(self, table: str) -> Iterator[list[_Stored]]:
        last = 0
        own = (*OWN_TEXTS, "finish") if table == "entries" else ()
        columns = ", ".join(("id", "printing", *own))
        while True:
            rows = self._database.read(
                f"SELECT {columns} FROM {table} WHERE id > ? AND printing IS NOT NULL "
                "ORDER BY id LIMIT ?",
                [last, _CHUNK],
                _with_printing,
            )
            if not rows:
                return
            yield rows
            last = rows[-1][0]["id"]

    def _write(
        self,
        rows: list[_Stored],
        table: str,
        values_of: Callable[[Printing, dict[str, Any]], dict[str, Any]],
    ) -> list[int]:
        changed = []
        for row, stored in rows:
            known = self._lookup(stored.id)
            if known is not None and known != stored:
                changed.append((row, values_of(known, row)))
        if changed:
            with self._database.transaction() as connection:
                for row, values in changed:
                    assign = ", ".join(f"{column} = ?" for column in values)
                    # Only where nobody has made it another printing meanwhile.
                    connection.execute(
                        f"UPDATE {table} SET {assign} WHERE id = ? AND printing = ?",
                        [*values.values(), row["id"], row["printing"]],
                    )
        return [row["id"] for row, _ in changed]

    def _entry_values(self, printing: Printing, row: dict[str, Any]) -> dict[str, Any]:
        values = printing_values(printing) | {"words": refreshed_words(printing, row)}
        # Nothing was known of other finishes, so nobody was asked: the plain one was only assumed.
        before = printing_of(row)
        assumed = row["finish"] == PLAIN_FINISH and (not before.variants or finish_settled(before))
        if assumed and not finish_settled(printing):
            values["finish_sure"] = False
        return values

    def _scan_values(self, printing: Printing, row: dict[str, Any]) -> dict[str, Any]:
        return {"printing": json.dumps(encode_printing(printing))}


def _with_printing(row: Mapping[str, Any]) -> _Stored:
    return dict(row), printing_of(row)
