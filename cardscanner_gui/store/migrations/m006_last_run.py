"""Counts and times of the last run alone."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m006_last_run(db: Connection) -> None:
    """Counts and times of the process that began last; `started` in seconds since the epoch."""
    db.executescript(
        """
        CREATE TABLE metric_last_run (
            name TEXT NOT NULL,
            labels TEXT NOT NULL,
            value TEXT NOT NULL,
            started REAL NOT NULL,
            PRIMARY KEY (name, labels)
        ) WITHOUT ROWID;
        """
    )
