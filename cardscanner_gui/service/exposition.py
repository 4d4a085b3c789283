"""Our metrics as Prometheus reads them.

Names get the prefix `cardscanner_`, and times become seconds, as Prometheus wants its base units:
the distribution `stage_ms` is the histogram `cardscanner_stage_seconds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from cardscanner_gui.core.metrics import RATIO, Distribution, Labels, Series, Snapshot

T = TypeVar("T")

_PREFIX = "cardscanner_"
_STEP = 14
"""Buckets of ours in one of Prometheus's; its bounds so fall on ours, and grow by 1.98."""
_SMALLEST_MS = 1e-3
_BOUNDS = tuple(range(_STEP * 10, _STEP * 27, _STEP))  # from 1 ms to a minute


def exposition(snapshot: Snapshot) -> bytes:
    """All series in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_SnapshotCollector(snapshot))
    return generate_latest(registry)


class _SnapshotCollector(Collector):
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        yield from _families(self._snapshot.counts, _counter)
        yield from _families(self._snapshot.gauges, _gauge)
        yield from _families(self._snapshot.distributions, _histogram)


def _families(
    values: Mapping[Series, T],
    make: Callable[[str, list[str], Iterable[tuple[list[str], T]]], Metric],
) -> Iterator[Metric]:
    """One family a name; a label that a series doesn't bear is empty."""
    by_name: dict[str, list[tuple[Labels, T]]] = {}
    for (name, labels), value in values.items():
        by_name.setdefault(name, []).append((labels, value))
    for name, series in sorted(by_name.items()):
        label_names = sorted({label for labels, _ in series for label, _ in labels})
        rows = [([dict(labels).get(n, "") for n in label_names], value) for labels, value in series]
        yield make(name, label_names, rows)


def _counter(name: str, labels: list[str], rows: Iterable[tuple[list[str], int]]) -> Metric:
    family = CounterMetricFamily(_PREFIX + name, _words(name), labels=labels)
    for values, count in rows:
        family.add_metric(values, count)
    return family


def _gauge(name: str, labels: list[str], rows: Iterable[tuple[list[str], float]]) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, _words(name), labels=labels)
    for values, value in rows:
        family.add_metric(values, value)
    return family


def _histogram(
    name: str, labels: list[str], rows: Iterable[tuple[list[str], Distribution]]
) -> Metric:
    base, scale = name, 1.0
    if name.endswith("_ms"):
        base, scale = name.removesuffix("_ms") + "_seconds", 1e-3
    family = HistogramMetricFamily(_PREFIX + base, _words(base), labels=labels)
    for values, distribution in rows:
        family.add_metric(values, _buckets(distribution, scale), distribution.total * scale)
    return family


def _buckets(distribution: Distribution, scale: float) -> list[tuple[str, float]]:
    """Cumulative counts by upper bound."""
    rows = []
    for last in _BOUNDS:
        bound = _SMALLEST_MS * RATIO**last * scale
        count = sum(n for index, n in distribution.buckets.items() if index <= last)
        rows.append((f"{bound:.6g}", float(count)))
    return [*rows, ("+Inf", float(distribution.count))]


def _words(name: str) -> str:
    return name.removesuffix("_total").replace("_", " ")
