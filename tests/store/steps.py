"""Migrations that a later version might have."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m002_decks(db: Connection) -> None:
    db.executescript("CREATE TABLE decks (id INTEGER PRIMARY KEY, name TEXT NOT NULL);")


def m003_fails_midway(db: Connection) -> None:
    db.executescript("DELETE FROM entries; CREATE TABLE nonsense (id INTEGER);")
    raise RuntimeError("the migration has a bug")
