"""How much of each set the collection holds; SQLite does the counting."""

from __future__ import annotations

from dataclasses import dataclass

from cardscanner_gui.store.database import Database


@dataclass(frozen=True)
class Owned:
    """What the collection has of one set.

    Attributes:
        printings: how many different ones.
        copies: how many cards.
    """

    printings: int
    copies: int


class SetCounts:
    """Counts of the collection by set. Methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_set(self) -> dict[str, Owned]:
        """What there is of each set, by the set's id."""
        rows = self._database.rows(
            "SELECT set_id, count(*) AS printings, sum(copies) AS copies FROM ("
            "  SELECT json_extract(printing, '$.set_id') AS set_id, sum(quantity) AS copies"
            "  FROM entries WHERE deleted_at IS NULL GROUP BY printing_id"
            ") GROUP BY set_id"
        )
        return {row["set_id"]: Owned(row["printings"], row["copies"]) for row in rows}

    def copies(self, set_id: str) -> dict[str, int]:
        """How many copies there are of each printing of a set, by the printing's id."""
        # Ids begin with their set's, which has an index; but a set's id may begin with another's.
        rows = self._database.rows(
            "SELECT printing_id, sum(quantity) AS copies FROM entries"
            " WHERE deleted_at IS NULL AND printing_id BETWEEN ? AND ?"
            " AND json_extract(printing, '$.set_id') = ? GROUP BY printing_id",
            [f"{set_id}-", f"{set_id}-\U0010ffff", set_id],
        )
        return {row["printing_id"]: row["copies"] for row in rows}

    def finishes(self, set_id: str) -> dict[tuple[str, str], int]:
        """How many copies there are of each printing of a set in each finish."""
        rows = self._database.rows(
            "SELECT printing_id, finish, sum(quantity) AS copies FROM entries"
            " WHERE deleted_at IS NULL AND set_id = ? GROUP BY printing_id, finish",
            [set_id],
        )
        return {(row["printing_id"], row["finish"]): row["copies"] for row in rows}
