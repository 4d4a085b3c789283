"""Putting the rows of a file into the collection: all of them or none, and taken back as one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cardscanner_gui.core.collection import Change, ChangeKind, Entry
from cardscanner_gui.core.copies import Copy
from cardscanner_gui.core.types import Recognition
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.edit import Edit
from cardscanner_gui.store.entry_edits import put_entry
from cardscanner_gui.store.import_rows import ImportedBefore, import_of
from cardscanner_gui.store.scan_rows import scan_values, wanted_values

_PENDING: Mapping[str, Any] = {"decision": "pending"}
_WITHDRAWN: Mapping[str, Any] = {"decision": "rejected"}
_DONE: Mapping[str, Any] = {"undone": 0}
_UNDONE: Mapping[str, Any] = {"undone": 1}
_MOST_NAMED = 1_000
"""So many changed entries views are told of; with more they read everything anew anyway."""


@dataclass(frozen=True)
class WaitingRow:
    """A row whose printing the user has to say.

    Attributes:
        source: the file and the line.
        recognition: what it says, as a reading, with the candidates and the reason.
        copy: what is the user's own.
    """

    source: str
    recognition: Recognition
    copy: Copy


class Imports:
    """What was imported. Methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def before(self, content: str) -> ImportedBefore | None:
        """The last import of a file with this hash that wasn't taken back."""
        found = self._database.read(
            "SELECT * FROM imports WHERE content = ? AND NOT undone ORDER BY id DESC LIMIT 1",
            [content],
            import_of,
        )
        return found[0] if found else None

    def add(
        self, name: str, content: str, rows: Callable[[], Iterable[Entry | WaitingRow]]
    ) -> Change:
        """Put all rows into the collection or into Review, in one transaction.

        Args:
            name: of the file, for the change's label.
            content: its hash.
            rows: gives them, one after the other; what that raises takes everything back.

        Returns:
            `ADDED`, with the entries' ids; undoing it takes cards and waiting rows back.
        """

        def action(edit: Edit) -> Change:
            ids: dict[int, None] = {}
            kept = waiting = 0
            for row in rows():
                if isinstance(row, Entry):
                    entry_id, _ = put_entry(edit, replace(row, scan_id=None), None, merge=True)
                    if len(ids) < _MOST_NAMED:
                        ids[entry_id] = None
                    kept += 1
                else:
                    _put_waiting(edit, row)
                    waiting += 1
            values = {
                "name": name,
                "content": content,
                "imported_at": time.time(),
                "kept": kept,
                "waiting": waiting,
            }
            edit.insert("imports", values, _UNDONE, _DONE)
            rows_words = "1 row" if kept + waiting == 1 else f"{kept + waiting:,} rows"
            return Change(ChangeKind.ADDED, tuple(ids), f"Import {rows_words} of “{name}”")

        return self._database.edit(action)


def _put_waiting(edit: Edit, row: WaitingRow) -> None:
    values = scan_values(row.recognition, row.source, time.time())
    values["wanted"] = wanted_values(row.copy)
    edit.insert("scans", values, _WITHDRAWN, _PENDING)
