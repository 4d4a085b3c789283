"""What was scanned since a moment, such as this morning, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardscanner_gui.core.collection import Decision
from cardscanner_gui.core.types import Status
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.rows import checked

_OUT_OF_ORDER = 500
"""So many cards may have been recorded before one that was scanned earlier."""


@dataclass(frozen=True)
class Day:
    """Cards that were scanned.

    Attributes:
        cards: all of them.
        asked: those that weren't sure, whatever became of them.
        kept: in the collection now.
        waiting: those that the user hasn't decided on.
    """

    cards: int = 0
    asked: int = 0
    kept: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class _Count:
    status: str
    decision: str
    cards: int


def day_since(database: Database, since: float) -> Day:
    """What was scanned from `since` on, in seconds since the epoch. Raises `StoreError`."""
    counts = database.read(
        "SELECT status, decision, count(*) AS cards FROM scans "
        "WHERE id > ? AND scanned_at >= ? GROUP BY status, decision",
        [_last_before(database, since) - _OUT_OF_ORDER, since],
        _count_of,
    )

    def cards(status: Status | None = None, decision: Decision | None = None) -> int:
        return sum(
            one.cards
            for one in counts
            if status in (None, one.status) and decision in (None, one.decision)
        )

    return Day(
        cards=cards(),
        asked=cards() - cards(Status.IDENTIFIED),
        kept=cards(decision=Decision.ACCEPTED),
        waiting=cards(decision=Decision.PENDING),
    )


def _last_before(database: Database, since: float) -> int:
    """The id of the last scan before a moment, found by halving: the column has no index."""
    low, high = 0, database.value("SELECT max(id) FROM scans") or 0
    while low < high:
        middle = (low + high + 1) // 2
        # SQLite compares: a damaged row may hold a text there.
        later = database.value(
            "SELECT scanned_at >= ? FROM scans WHERE id <= ? ORDER BY id DESC LIMIT 1",
            [since, middle],
        )
        if later:
            high = middle - 1
        else:
            low = middle
    return int(low)


@checked("scans", _Count)
def _count_of(row: Mapping[str, Any]) -> _Count:
    return _Count(row["status"], row["decision"], row["cards"])
