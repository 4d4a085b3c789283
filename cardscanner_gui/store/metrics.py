"""Counts and times over all sessions, added up from every process that shares the file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database as Connection

from cardscanner_gui.core.metrics import Distribution, Series, Snapshot
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.metric_rows import total_of, value_of


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

        def write() -> None:
            with self._database.transaction() as connection:
                _add(connection, "metric_totals", new, {})
                if run is not None and _is_newest(connection, run):
                    _add(connection, "metric_last_run", new, {"started": run})

        self._database.mending(write)

    def read(self) -> Snapshot:
        """Everything up to the last `add` of each process."""
        return _snapshot(self._database.read("SELECT * FROM metric_totals", (), total_of))

    def last_run(self) -> Snapshot:
        """The same of the process alone that began last and counted something."""
        return _snapshot(self._database.read("SELECT * FROM metric_last_run", (), total_of))


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
        known = value_of({"value": row[0]}) if row else None
        connection.execute(
            f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({places})",
            [*key, json.dumps(_encode(_sum(known, value))), *extra.values()],
        )


def _snapshot(totals: Iterable[tuple[Series, int | Distribution]]) -> Snapshot:
    counts: dict[Series, int] = {}
    distributions: dict[Series, Distribution] = {}
    for series, value in totals:
        if isinstance(value, int):
            counts[series] = value
        else:
            distributions[series] = value
    return Snapshot(counts, {}, distributions)


def _key(series: Series) -> tuple[str, str]:
    name, labels = series
    return name, json.dumps(dict(labels))


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
