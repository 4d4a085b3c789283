"""Counts and times over all sessions, added up from every process that shares the file."""

from __future__ import annotations

import json
import logging
from typing import Any

from cardscanner_gui.core.metrics import Distribution, Series, Snapshot
from cardscanner_gui.store.database import Database

log = logging.getLogger(__name__)


class MetricTotals:
    """The totals of all time. Methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, difference: Snapshot) -> None:
        """Add what happened since the last time; gauges aren't kept."""
        if not difference.counts and not difference.distributions:
            return
        with self._database.transaction() as connection:
            new: list[tuple[Series, int | Distribution]] = [
                *difference.counts.items(),
                *difference.distributions.items(),
            ]
            for series, value in new:
                key = _key(series)
                row = connection.execute(
                    "SELECT value FROM metric_totals WHERE name = ? AND labels = ?", key
                ).fetchone()
                known = _decode(row[0]) if row else None
                connection.execute(
                    "INSERT OR REPLACE INTO metric_totals VALUES (?, ?, ?)",
                    [*key, json.dumps(_encode(_sum(known, value)))],
                )

    def read(self) -> Snapshot:
        """Everything up to the last `add` of each process."""
        counts: dict[Series, int] = {}
        distributions: dict[Series, Distribution] = {}
        for row in self._database.rows("SELECT * FROM metric_totals"):
            value = _decode(row["value"])
            series = _series(row["name"], row["labels"])
            if isinstance(value, int):
                counts[series] = value
            elif value is not None:
                distributions[series] = value
        return Snapshot(counts, {}, distributions)


def _key(series: Series) -> tuple[str, str]:
    name, labels = series
    return name, json.dumps(dict(labels))


def _series(name: str, labels: str) -> Series:
    return name, tuple(sorted(json.loads(labels).items()))


def _sum(known: int | Distribution | None, new: int | Distribution) -> int | Distribution:
    if isinstance(known, int) and isinstance(new, int):
        return known + new
    if isinstance(known, Distribution) and isinstance(new, Distribution):
        return known.plus(new)
    return new


def _encode(value: int | Distribution) -> Any:
    if isinstance(value, int):
        return value
    return {
        "count": value.count,
        "total": round(value.total, 3),
        "largest": value.largest,
        "buckets": dict(value.buckets),
    }


def _decode(text: str) -> int | Distribution | None:
    """None for a row that was damaged: that series begins anew."""
    try:
        value = json.loads(text)
        if isinstance(value, int):
            return value
        buckets = {int(index): int(count) for index, count in value["buckets"].items()}
        return Distribution(
            int(value["count"]), float(value["total"]), float(value["largest"]), buckets
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        log.warning("A total among the kept figures can't be read; it begins anew.")
        return None
