"""The shape of the database, step by step, one file a step.

A migration that was released is never edited: what it made exists on people's disks. To change the
shape, write the next file and append its function to `MIGRATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database as Connection

from cardscanner_gui.store.migrations.m001_collection import APPLICATION_ID, m001_collection

__all__ = ["APPLICATION_ID", "MIGRATIONS", "Migration"]

Migration = Callable[[Connection], None]

MIGRATIONS: tuple[Migration, ...] = (m001_collection,)
