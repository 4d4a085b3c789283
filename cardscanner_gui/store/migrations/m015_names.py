"""All names of a card in one column, so that searching them opens no card's JSON."""

from __future__ import annotations

from sqlite_utils import Database as Connection

from cardscanner_gui.store.words import sql_plain_text


def m015_names(db: Connection) -> None:
    """`names_sort`: each name once, one a line, without case and accents."""
    db.conn.create_function("plain_text", 1, sql_plain_text, deterministic=True)
    db.executescript(
        """
        ALTER TABLE entries ADD COLUMN names_sort TEXT NOT NULL DEFAULT '';
        UPDATE entries SET names_sort = coalesce((
            SELECT group_concat(name, char(10)) FROM (
                SELECT DISTINCT plain_text(value) AS name
                FROM json_each(entries.printing, '$.names') WHERE type = 'text'
            )
        ), '')
        WHERE json_valid(printing) AND json_type(printing, '$.names') = 'object';
        CREATE INDEX entries_names ON entries (names_sort) WHERE deleted_at IS NULL;
        """
    )
