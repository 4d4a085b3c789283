"""Counts and times over all sessions, added up from every process that shares the file."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database as Connection

from cardscanner_gui.core.metrics import Distribution, Series, Snapshot
from cardscanner_gui.store.database import Database

log = logging.getLogger(__name__)


class MetricTotals:
    """The totals of all time, and of the last run. Methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, difference: Snapshot, run: float | None = None) -> None:
        """Add what happened since the last time; gauges aren't kept.

        Args:
            difference: what happened.
            run: when this process began, in seconds since the epoch; None for one whose figures
                aren't asked for alone. Only those of the newest process are kept apart.
        """
        if not difference.counts and not difference.distributions:
            return
        new: dict[Series, int | Distribution] = {**difference.counts, **difference.distributions}
        with self._database.transaction() as connection:
            _add(connection, "metric_totals", new, {})
            if run is not None and _is_newest(connection, run):
                _add(connection, "metric_last_run", new, {"started": run})

    def read(self) -> Snapshot:
        """Everything up to the last `add` of each process."""
        return _read(self._database.rows("SELECT * FROM metric_totals"))

    def last_run(self) -> Snapshot:
        """The same of the process alone that began last and counted something."""
        return _read(self._database.rows("SELECT * FROM metric_last_run"))


def _is_newest(connection: Connection, run: float) -> bool:
    """Whether no run that began later is kept; what an earlier one left is dropped then."""
    (newest,) = connection.execute("SELECT max(started) FROM metric_last_run").fetchone()
    if newest is not None and newest > run:
        return False
    connection.execute("DELETE FROM metric_last_run WHERE started < ?", [run])
    return True


def _add(
    connection: Connection,
    table: str,
    new: Mapping[Series, int | Distribution],
    extra: Mapping[str, float],
) -> None:
    columns = ", ".join(("name", "labels", "value", *extra))
    places = ", ".join("?" * (3 + len(extra)))
    for series, value in new.items():
        key = _key(series)
        row = connection.execute(
            f"SELECT value FROM {table} WHERE name = ? AND labels = ?", key
        ).fetchone()
        known = _decode(row[0]) if row else None
        connection.execute(
            f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({places})",
            [*key, json.dumps(_encode(_sum(known, value))), *extra.values()],
        )


def _read(rows: Iterable[Mapping[str, Any]]) -> Snapshot:
    counts: dict[Series, int] = {}
    distributions: dict[Series, Distribution] = {}
    for row in rows:
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
