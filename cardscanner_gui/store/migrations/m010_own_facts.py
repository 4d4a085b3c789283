"""What the user says of a copy beside its condition, columns to search by, and a log of changes."""

from __future__ import annotations

from sqlite_utils import Database as Connection

from cardscanner_gui.store.words import sql_plain_text


def m010_own_facts(db: Connection) -> None:
    """Tags, folder, price, grading; a printing's set, code and artist; who changed what and when.

    `tags` holds one a line. `position_sort` and the last three follow from other columns.
    """
    db.conn.create_function("plain_text", 1, sql_plain_text, deterministic=True)
    db.executescript(
        """
        ALTER TABLE entries ADD COLUMN tags TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN folder TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN position TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN position_sort TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN purchase_price REAL;
        ALTER TABLE entries ADD COLUMN purchase_currency TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN purchased_on TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN grader TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN grade TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN certificate TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN set_id TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN set_code TEXT NOT NULL DEFAULT '';
        ALTER TABLE entries ADD COLUMN artist_sort TEXT NOT NULL DEFAULT '';

        UPDATE entries SET
            set_id = coalesce(json_extract(printing, '$.set_id'), ''),
            set_code = plain_text(coalesce(json_extract(printing, '$.set_code'), '')),
            artist_sort = plain_text(coalesce(json_extract(printing, '$.illustrator'), ''))
        WHERE json_valid(printing);

        CREATE INDEX entries_folder ON entries (folder, position_sort) WHERE deleted_at IS NULL;
        CREATE INDEX entries_position ON entries (position_sort)
            WHERE deleted_at IS NULL AND position_sort != '';
        CREATE INDEX entries_price ON entries (purchase_price, purchase_currency)
            WHERE deleted_at IS NULL;
        CREATE INDEX entries_purchased_on ON entries (purchased_on) WHERE deleted_at IS NULL;
        CREATE INDEX entries_grade ON entries (grade, grader) WHERE deleted_at IS NULL;
        CREATE INDEX entries_by_set ON entries (set_id, number_sort) WHERE deleted_at IS NULL;
        CREATE INDEX entries_set_code ON entries (set_code) WHERE deleted_at IS NULL;
        CREATE INDEX entries_artist ON entries (artist_sort) WHERE deleted_at IS NULL;
        CREATE INDEX entries_tags ON entries (tags) WHERE deleted_at IS NULL AND tags != '';
        CREATE INDEX entries_certificate ON entries (certificate)
            WHERE deleted_at IS NULL AND certificate != '';
        CREATE INDEX entries_noted ON entries (id) WHERE deleted_at IS NULL AND note != '';

        -- One row an action of the user, also for taking one back; `at` in seconds since the epoch.
        CREATE TABLE changes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at REAL NOT NULL,
            who TEXT NOT NULL,
            what TEXT NOT NULL,
            entries INTEGER NOT NULL
        );
        CREATE INDEX changes_at ON changes (at);
        -- What of an entry became what; null stands for no value.
        CREATE TABLE change_details (
            change_id INTEGER NOT NULL REFERENCES changes (id) ON DELETE CASCADE,
            entry_id INTEGER NOT NULL,
            field TEXT NOT NULL,
            before TEXT,
            after TEXT
        );
        CREATE INDEX change_details_change ON change_details (change_id);
        CREATE INDEX change_details_entry ON change_details (entry_id);
        """
    )
