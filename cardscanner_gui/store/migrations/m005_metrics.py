"""Counts and times over all sessions."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m005_metrics(db: Connection) -> None:
    """Counts and times over all sessions."""
    db.executescript(
        """
        CREATE TABLE metric_totals (
            name TEXT NOT NULL,
            labels TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (name, labels)
        ) WITHOUT ROWID;
        """
    )
