"""A row of kept figures as a series and its total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardscanner_gui.core.metrics import Distribution, Series
from cardscanner_gui.store.rows import checked, json_object, json_value


@checked("metric_totals", int | Distribution)
def value_of(row: Mapping[str, Any]) -> int | Distribution:
    """The total of a row."""
    value = json_value(row["value"])
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]  # checked
    buckets = {int(index): int(count) for index, count in value["buckets"].items()}
    return Distribution(
        int(value["count"]), float(value["total"]), float(value["largest"]), buckets
    )


@checked("metric_totals", Series)
def _series_of(row: Mapping[str, Any]) -> Series:
    return row["name"], tuple(sorted(json_object(row["labels"]).items()))


def total_of(row: Mapping[str, Any]) -> tuple[Series, int | Distribution]:
    """A series and its total, of a row of either table."""
    return _series_of(row), value_of(row)
