"""Which file a card was scanned from, by what is in it: the same file again is noticed."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m008_contents(db: Connection) -> None:
    """The hash of a scan's file, and which pictures of a batch were skipped for it."""
    db.executescript(
        """
        ALTER TABLE scans ADD COLUMN content TEXT;
        ALTER TABLE batch_items ADD COLUMN counted_before INTEGER NOT NULL DEFAULT 0;
        UPDATE scans SET content = (
            SELECT batch_items.content FROM batch_scans
            JOIN batch_items ON batch_items.id = batch_scans.item_id
            WHERE batch_scans.scan_id = scans.id LIMIT 1
        );
        CREATE INDEX scans_content ON scans (content) WHERE content IS NOT NULL;
        """
    )
