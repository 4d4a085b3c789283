"""Whether a copy's language was told, or it merely began with one."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m016_language_sure(db: Connection) -> None:
    """What was kept before counts as told: its owner has had it before their eyes."""
    db.executescript("ALTER TABLE entries ADD COLUMN language_sure INTEGER NOT NULL DEFAULT 1;")
