"""How cards looked, by fingerprints of 512 bits: those by which artwork is compared.

What was known by 64 bits stays under those: it is like no other look any more, but a user may still
take back what the program made of such a card.
"""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m012_looks(db: Connection) -> None:
    """Fingerprints as bytes, since integers are too small for the longer ones."""
    pictures = db.execute("SELECT fingerprint, recognition_id FROM recognised_cards").fetchall()
    views = db.execute(
        "SELECT fingerprint, id, printing_id, places, confirmed FROM card_views"
    ).fetchall()
    db.executescript(
        """
        DROP TABLE recognised_cards;
        DROP TABLE card_views;

        -- Which answers show a card of this fingerprint, so that a correction finds them.
        CREATE TABLE recognised_cards (
            fingerprint BLOB NOT NULL,
            recognition_id INTEGER NOT NULL REFERENCES recognitions (id) ON DELETE CASCADE,
            PRIMARY KEY (fingerprint, recognition_id)
        ) WITHOUT ROWID;
        CREATE INDEX recognised_cards_recognition ON recognised_cards (recognition_id);

        -- How the card of a printing looked once, and where its text stood.
        CREATE TABLE card_views (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            fingerprint BLOB NOT NULL,
            printing_id TEXT NOT NULL,
            places TEXT NOT NULL,
            confirmed INTEGER NOT NULL,
            UNIQUE (fingerprint, printing_id)
        );
        CREATE INDEX card_views_printing ON card_views (printing_id);
        CREATE INDEX card_views_confirmed ON card_views (id) WHERE confirmed;
        """
    )
    for fingerprint, recognition in pictures:
        db.execute("INSERT INTO recognised_cards VALUES (?, ?)", [_short(fingerprint), recognition])
    for fingerprint, *others in views:
        db.execute(
            "INSERT INTO card_views (fingerprint, id, printing_id, places, confirmed)"
            " VALUES (?, ?, ?, ?, ?)",
            [_short(fingerprint), *others],
        )


def _short(fingerprint: int) -> bytes:
    """The eight bytes of what was kept as an integer with a sign."""
    return fingerprint.to_bytes(8, "big", signed=True)
