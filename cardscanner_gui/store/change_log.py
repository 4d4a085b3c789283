"""Who changed what and when: for people, and kept over sessions."""

from __future__ import annotations

from cardscanner_gui.store.change_rows import (
    ChangeDetail,
    LoggedChange,
    change_of,
    detail_of,
)
from cardscanner_gui.store.database import Database


class ChangeLog:
    """Reads the log of changes. Methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recent(self, limit: int, offset: int = 0) -> list[LoggedChange]:
        """The last changes, the newest first."""
        return self._database.read(
            "SELECT * FROM changes ORDER BY id DESC LIMIT ? OFFSET ?", [limit, offset], change_of
        )

    def of_entry(self, entry_id: int, limit: int = 100) -> list[tuple[LoggedChange, ChangeDetail]]:
        """What became of one entry, the newest first."""
        return self._database.read(
            "SELECT changes.*, change_details.* FROM change_details "
            "JOIN changes ON changes.id = change_id WHERE entry_id = ? "
            "ORDER BY change_id DESC, field LIMIT ?",
            [entry_id, limit],
            lambda row: (change_of(row), detail_of(row)),
        )

    def details(self, change_id: int, limit: int = 500) -> list[ChangeDetail]:
        """What of which entry became what by one change."""
        return self._database.read(
            "SELECT * FROM change_details WHERE change_id = ? ORDER BY rowid LIMIT ?",
            [change_id, limit],
            detail_of,
        )
