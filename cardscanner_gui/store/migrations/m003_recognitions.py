"""What was recognised before: whole pictures, and how cards looked."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m003_recognitions(db: Connection) -> None:
    """What was recognised before: whole pictures, and how cards looked."""
    db.executescript(
        """
        -- The key says which picture, and which reader, models and catalogue gave the answer.
        CREATE TABLE recognitions (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            value BLOB NOT NULL
        );
        -- Which of them show a card of this fingerprint, so that a correction finds them.
        CREATE TABLE recognised_cards (
            fingerprint INTEGER NOT NULL,
            recognition_id INTEGER NOT NULL REFERENCES recognitions (id) ON DELETE CASCADE,
            PRIMARY KEY (fingerprint, recognition_id)
        ) WITHOUT ROWID;
        CREATE INDEX recognised_cards_recognition ON recognised_cards (recognition_id);

        -- How the card of a printing looked once, and where its text stood.
        CREATE TABLE card_views (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            fingerprint INTEGER NOT NULL,
            printing_id TEXT NOT NULL,
            places TEXT NOT NULL,
            confirmed INTEGER NOT NULL,
            UNIQUE (fingerprint, printing_id)
        );
        CREATE INDEX card_views_printing ON card_views (printing_id);
        """
    )
