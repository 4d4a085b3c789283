"""Entries, scans and the photos they share."""

from __future__ import annotations

from sqlite_utils import Database as Connection

# Marks the file as ours in its header, so that another program's database is never touched.
APPLICATION_ID = 0x43534E52


def m001_collection(db: Connection) -> None:
    """Entries, scans and the photos they share."""
    db.executescript(f"PRAGMA application_id = {APPLICATION_ID};")
    db.executescript(
        """
        CREATE TABLE photos (
            id INTEGER PRIMARY KEY,
            jpeg BLOB NOT NULL,
            created_at REAL NOT NULL
        );
        CREATE INDEX photos_created_at ON photos (created_at);

        -- Deleting sets deleted_at; the row goes for good some weeks later.
        CREATE TABLE entries (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            printing_id TEXT NOT NULL,
            printing TEXT NOT NULL,
            quantity INTEGER NOT NULL CHECK (quantity > 0),
            finish TEXT NOT NULL,
            condition TEXT NOT NULL,
            language TEXT NOT NULL,
            note TEXT NOT NULL,
            scanned_at REAL NOT NULL,
            scan_id INTEGER REFERENCES scans (id) ON DELETE SET NULL,
            photo_id INTEGER REFERENCES photos (id) ON DELETE SET NULL,
            provenance TEXT NOT NULL,
            deleted_at REAL,
            -- For sorting and searching only; the printing holds what is shown.
            name_sort TEXT NOT NULL,
            set_sort TEXT NOT NULL,
            number_sort TEXT NOT NULL,
            rarity_sort TEXT NOT NULL,
            condition_sort INTEGER NOT NULL,
            words TEXT NOT NULL
        );
        CREATE INDEX entries_same ON entries (printing_id, finish, condition, language)
            WHERE deleted_at IS NULL;
        CREATE INDEX entries_name ON entries (name_sort) WHERE deleted_at IS NULL;
        CREATE INDEX entries_set ON entries (set_sort, number_sort) WHERE deleted_at IS NULL;
        CREATE INDEX entries_number ON entries (number_sort) WHERE deleted_at IS NULL;
        CREATE INDEX entries_quantity ON entries (quantity) WHERE deleted_at IS NULL;
        CREATE INDEX entries_finish ON entries (finish) WHERE deleted_at IS NULL;
        CREATE INDEX entries_condition ON entries (condition_sort) WHERE deleted_at IS NULL;
        CREATE INDEX entries_language ON entries (language) WHERE deleted_at IS NULL;
        CREATE INDEX entries_rarity ON entries (rarity_sort) WHERE deleted_at IS NULL;
        CREATE INDEX entries_scanned_at ON entries (scanned_at) WHERE deleted_at IS NULL;
        CREATE INDEX entries_deleted_at ON entries (deleted_at) WHERE deleted_at IS NOT NULL;
        CREATE INDEX entries_photo ON entries (photo_id);
        CREATE INDEX entries_scan ON entries (scan_id);

        CREATE VIRTUAL TABLE entry_words USING fts5 (words, content='entries', content_rowid='id');
        CREATE TRIGGER entries_words_insert AFTER INSERT ON entries BEGIN
            INSERT INTO entry_words (rowid, words) VALUES (new.id, new.words);
        END;
        CREATE TRIGGER entries_words_delete AFTER DELETE ON entries BEGIN
            INSERT INTO entry_words (entry_words, rowid, words)
            VALUES ('delete', old.id, old.words);
        END;
        CREATE TRIGGER entries_words_update AFTER UPDATE OF words ON entries BEGIN
            INSERT INTO entry_words (entry_words, rowid, words)
            VALUES ('delete', old.id, old.words);
            INSERT INTO entry_words (rowid, words) VALUES (new.id, new.words);
        END;

        CREATE TABLE scans (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source TEXT NOT NULL,
            scanned_at REAL NOT NULL,
            status TEXT NOT NULL,
            reason TEXT NOT NULL,
            decision TEXT NOT NULL DEFAULT 'pending',
            printing TEXT,
            candidates TEXT NOT NULL,
            reading TEXT NOT NULL,
            corners TEXT,
            reader TEXT NOT NULL,
            language TEXT,
            finish TEXT,
            fingerprint TEXT,
            timings_ms TEXT NOT NULL,
            entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
            -- How many copies accepting it added, so that they can be taken back.
            entry_quantity INTEGER NOT NULL DEFAULT 0,
            photo_id INTEGER REFERENCES photos (id) ON DELETE SET NULL
        );
        CREATE INDEX scans_pending ON scans (status) WHERE decision = 'pending';
        CREATE INDEX scans_entry ON scans (entry_id);
        CREATE INDEX scans_photo ON scans (photo_id);
        """
    )
