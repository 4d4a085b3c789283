"""Batches that a cluster reads: where their pictures come from, and what was answered."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m014_cluster_batches(db: Connection) -> None:
    """The source of a batch, and the answer for each of its pictures."""
    db.executescript(
        """
        -- What a cluster was told to read; empty where this program works the batch off itself.
        ALTER TABLE batches ADD COLUMN source TEXT NOT NULL DEFAULT '';
        CREATE INDEX batches_source ON batches (source) WHERE source != '';

        -- The scan contract's object as compressed JSON: a hundred thousand of them take room.
        CREATE TABLE batch_answers (
            item_id INTEGER PRIMARY KEY REFERENCES batch_items (id) ON DELETE CASCADE,
            answer BLOB NOT NULL
        );
        """
    )
