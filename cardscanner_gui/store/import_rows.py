"""Imports as rows of the table `imports`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardscanner_gui.store.rows import checked, moment


@dataclass(frozen=True)
class ImportedBefore:
    """An import of the same file.

    Attributes:
        imported_at: seconds since the epoch.
        kept, waiting: rows that became cards of the collection, or waited in Review.
    """

    imported_at: float
    kept: int
    waiting: int


@checked("imports", ImportedBefore)
def import_of(row: Mapping[str, Any]) -> ImportedBefore:
    """The import of a row."""
    return ImportedBefore(moment(row["imported_at"]), row["kept"], row["waiting"])
