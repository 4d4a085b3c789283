"""Whether somebody has said which finish a copy has, or it merely began with one."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m009_finish_sure(db: Connection) -> None:
    """What was kept before counts as said: its owner has had it before their eyes.

    `looks` holds how a scanned file looked, small and grey, by the hash of the file: the same
    picture saved anew has another hash. `brightness` is its mean, to find the likely ones by.
    """
    db.executescript(
        """
        ALTER TABLE entries ADD COLUMN finish_sure INTEGER NOT NULL DEFAULT 1;
        CREATE INDEX entries_finish_unsure ON entries (id)
            WHERE NOT finish_sure AND deleted_at IS NULL;
        CREATE TABLE looks (
            content TEXT PRIMARY KEY,
            brightness REAL NOT NULL,
            look BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX looks_brightness ON looks (brightness);
        """
    )
