"""Which game each card belongs to; until now there was one."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m007_games(db: Connection) -> None:
    """The id of the game of every entry and scan, for searching and counting.

    Printings and readings carry it in their own JSON too; what was written before names none, and
    is read as of the first game.
    """
    db.executescript(
        """
        ALTER TABLE entries ADD COLUMN game TEXT NOT NULL DEFAULT 'pokemon';
        ALTER TABLE scans ADD COLUMN game TEXT NOT NULL DEFAULT 'pokemon';
        CREATE INDEX entries_by_game ON entries (game) WHERE deleted_at IS NULL;
        """
    )
