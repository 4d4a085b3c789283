"""What was recognised before, kept for good: answers to whole pictures, and how cards looked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlite_utils import Database as Connection

from cardscanner_gui.core.look import FINGERPRINT_BYTES
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.recognition_rows import (
    CardView,
    confirmed_of,
    fingerprint_with_id,
    picture_of,
    stored,
    view_with_id,
)

__all__ = ["CardView", "RecognitionStore"]

MOST_PICTURES = 200_000
MOST_VIEWS_OF_A_PRINTING = 12
_MOST_PARAMETERS = 900


class RecognitionStore:
    """Methods raise `StoreError`; values are bytes that only their writer understands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def picture(self, key: str) -> bytes | None:
        """What was kept under this key."""
        sql = "SELECT key, value FROM recognitions WHERE key = ?"
        found = self._database.read(sql, [key], picture_of)
        return found[0][1] if found else None

    def keep_pictures(self, pictures: Iterable[tuple[str, bytes, Sequence[int]]]) -> None:
        """Keep values with the fingerprints of the cards they show; the oldest go beyond a limit.

        All of them in one transaction: each costs a sync of the disk.
        """
        with self._database.transaction() as connection:
            for key, value, fingerprints in pictures:
                row = connection.execute(
                    "INSERT INTO recognitions (key, value) VALUES (?, ?)"
                    " ON CONFLICT (key) DO UPDATE SET value = excluded.value RETURNING id",
                    [key, value],
                ).fetchone()
                for fingerprint in fingerprints:
                    connection.execute(
                        "INSERT OR IGNORE INTO recognised_cards VALUES (?, ?)",
                        [stored(fingerprint), row[0]],
                    )
                # Ids only grow, so this is one step in the primary key.
                connection.execute(
                    "DELETE FROM recognitions WHERE id <= ?", [row[0] - MOST_PICTURES]
                )

    def forget_picture(self, key: str) -> None:
        """Drop a value that can't be used."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM recognitions WHERE key = ?", [key])

    def pictures_showing(self, fingerprint: int) -> list[tuple[str, bytes]]:
        """Keys and values of the pictures with a card of this fingerprint."""
        return self._database.read(
            "SELECT key, value FROM recognitions JOIN recognised_cards ON recognition_id = id"
            " WHERE fingerprint = ?",
            [stored(fingerprint)],
            picture_of,
        )

    def fingerprints_after(self, view_id: int) -> list[tuple[int, int]]:
        """Ids and fingerprints of the views that were added after this one, in order."""
        sql = "SELECT id, fingerprint FROM card_views WHERE id > ? ORDER BY id"
        return self._database.read(sql, [view_id], fingerprint_with_id)

    def views(self, ids: Sequence[int]) -> dict[int, CardView]:
        """Views by id; those that are gone are missing."""
        marks = ",".join("?" * len(ids[:_MOST_PARAMETERS]))
        return dict(
            self._database.read(
                f"SELECT * FROM card_views WHERE id IN ({marks})",
                list(ids[:_MOST_PARAMETERS]),
                view_with_id,
            )
        )

    def confirmed(self) -> list[tuple[str, bytes]]:
        """What users said of cards: printing ids with the cards' fingerprints, the oldest first."""
        return self._database.read(
            "SELECT printing_id, fingerprint FROM card_views"
            " WHERE confirmed AND length(fingerprint) = ? ORDER BY id",
            [FINGERPRINT_BYTES],
            confirmed_of,
        )

    def keep_views(self, views: Iterable[CardView]) -> None:
        """Keep how cards looked; of one printing the newest, and what the user confirmed."""
        with self._database.transaction() as connection:
            for view in views:
                connection.execute(
                    "INSERT INTO card_views (fingerprint, printing_id, places, confirmed)"
                    " VALUES (?, ?, ?, ?) ON CONFLICT (fingerprint, printing_id) DO UPDATE SET"
                    " places = CASE excluded.places WHEN '[]' THEN places ELSE excluded.places END,"
                    " confirmed = max(confirmed, excluded.confirmed)",
                    [
                        stored(view.fingerprint),
                        view.printing_id,
                        json.dumps([list(place) for place in view.places]),
                        int(view.confirmed),
                    ],
                )
                _drop_oldest(connection, view.printing_id)

    def forget_views(self, fingerprint: int) -> None:
        """Forget what a card of this very fingerprint was taken for."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM card_views WHERE fingerprint = ?", [stored(fingerprint)]
            )


def _drop_oldest(connection: Connection, printing_id: str) -> None:
    connection.execute(
        "DELETE FROM card_views WHERE id IN (SELECT id FROM card_views WHERE printing_id = ?"
        " ORDER BY confirmed DESC, id DESC LIMIT -1 OFFSET ?)",
        [printing_id, MOST_VIEWS_OF_A_PRINTING],
    )
