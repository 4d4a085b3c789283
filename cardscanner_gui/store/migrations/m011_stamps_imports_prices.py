"""Stamps of copies, files that were imported, and what cards are worth."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m011_stamps_imports_prices(db: Connection) -> None:
    """A copy's stamp; what an import's row says of a copy that waits; imports; prices by day."""
    db.executescript(
        """
        ALTER TABLE entries ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
        -- The copy as the imported row has it, as JSON: what the user starts from in Review.
        ALTER TABLE scans ADD COLUMN wanted TEXT;

        CREATE TABLE imports (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            -- Hash of the file's bytes.
            content TEXT NOT NULL,
            imported_at REAL NOT NULL,
            kept INTEGER NOT NULL,
            waiting INTEGER NOT NULL,
            undone INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX imports_content ON imports (content);

        -- Prices of one copy as a marketplace had them on that day.
        CREATE TABLE quotes (
            printing_id TEXT NOT NULL,
            finish TEXT NOT NULL,
            source TEXT NOT NULL,
            day TEXT NOT NULL,
            currency TEXT NOT NULL,
            market REAL NOT NULL,
            low REAL,
            mid REAL,
            PRIMARY KEY (printing_id, source, finish, day)
        ) WITHOUT ROWID;
        -- When a printing's prices were asked for, also where there were none.
        CREATE TABLE quotes_asked (
            printing_id TEXT PRIMARY KEY,
            asked_at REAL NOT NULL
        ) WITHOUT ROWID;
        -- What the whole collection was worth on a day.
        CREATE TABLE value_days (
            day TEXT NOT NULL,
            source TEXT NOT NULL,
            currency TEXT NOT NULL,
            total REAL NOT NULL,
            copies INTEGER NOT NULL,
            PRIMARY KEY (source, day)
        ) WITHOUT ROWID;
        """
    )
