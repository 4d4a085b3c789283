"""Batches: pictures that wait to be scanned, and what became of each."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m004_batches(db: Connection) -> None:
    """Batches: pictures that wait to be scanned, and what became of each."""
    db.executescript(
        """
        CREATE TABLE batches (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            created_at REAL NOT NULL,
            state TEXT NOT NULL,
            options TEXT NOT NULL,
            watched TEXT NOT NULL,
            worked_seconds REAL NOT NULL DEFAULT 0,
            -- The process that works on it; one that has ended doesn't count.
            worker TEXT
        );
        CREATE INDEX batches_state ON batches (state);
        CREATE INDEX batches_watched ON batches (watched) WHERE watched != '';

        CREATE TABLE batch_items (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            batch_id INTEGER NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
            -- As the file system writes it: names need not be text.
            path BLOB NOT NULL,
            -- Size and time of change, where a watched folder's files are told apart by them.
            version TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting',
            taken INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            error TEXT NOT NULL DEFAULT '',
            -- Hash of the file's bytes, known once it was taken up.
            content TEXT,
            same_as INTEGER REFERENCES batch_items (id) ON DELETE SET NULL,
            finished_at REAL
        );
        CREATE INDEX batch_items_state ON batch_items (batch_id, state, taken);
        CREATE INDEX batch_items_content ON batch_items (content) WHERE content IS NOT NULL;
        CREATE INDEX batch_items_same ON batch_items (same_as) WHERE same_as IS NOT NULL;
        CREATE INDEX batch_items_path ON batch_items (path, version);

        CREATE TABLE batch_scans (
            item_id INTEGER NOT NULL REFERENCES batch_items (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            scan_id INTEGER NOT NULL REFERENCES scans (id) ON DELETE CASCADE,
            PRIMARY KEY (item_id, place)
        ) WITHOUT ROWID;
        CREATE INDEX batch_scans_scan ON batch_scans (scan_id);
        """
    )
