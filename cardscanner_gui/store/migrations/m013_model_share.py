"""What a model had to do with a card's answer."""

from __future__ import annotations

from sqlite_utils import Database as Connection


def m013_model_share(db: Connection) -> None:
    """As a JSON object (`core.model_share`); NULL where no model was asked."""
    db.execute("ALTER TABLE scans ADD COLUMN model TEXT")
