"""Sessions of live scanning, and what ending one will add to the collection."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m002_sessions(db: Connection) -> None:
    """Sessions of live scanning, and what ending one will add to the collection."""
    db.executescript(
        """
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source TEXT NOT NULL,
            started_at REAL NOT NULL,
            ended_at REAL,
            state TEXT NOT NULL,
            condition TEXT NOT NULL,
            finish TEXT NOT NULL,
            language TEXT NOT NULL,
            note TEXT NOT NULL
        );
        CREATE INDEX sessions_state ON sessions (state);

        ALTER TABLE scans ADD COLUMN session_id INTEGER
            REFERENCES sessions (id) ON DELETE SET NULL;
        -- The copy that the end of its session adds to the collection, as JSON.
        ALTER TABLE scans ADD COLUMN planned TEXT;
        CREATE INDEX scans_session ON scans (session_id) WHERE session_id IS NOT NULL;
        """
    )
