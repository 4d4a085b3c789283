"""What was deleted long ago goes for good, with the photos that nobody refers to any more."""

from __future__ import annotations

from sqlite_utils import Database as Connection

# No session lasts that long, so undo never misses a row.
KEEP_DELETED_SECONDS = 30 * 24 * 3600.0


def forget_deleted(connection: Connection, cutoff: float) -> None:
    """Remove entries deleted before `cutoff` (epoch seconds) and photos left without an owner."""
    connection.execute("DELETE FROM entries WHERE deleted_at < ?", [cutoff])
    connection.execute(
        """
        DELETE FROM photos WHERE created_at < ?
            AND NOT EXISTS (SELECT 1 FROM entries WHERE photo_id = photos.id)
            AND NOT EXISTS (SELECT 1 FROM scans WHERE photo_id = photos.id)
        """,
        [cutoff],
    )
