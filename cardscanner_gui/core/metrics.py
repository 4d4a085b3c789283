"""Counts and times of what the program does, kept in memory. Safe to use from any thread.

A name with its labels is a series. Times go into buckets whose bounds grow by a fixed ratio, so a
series takes constant memory, percentiles are right to within that ratio, and two can be added.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

RATIO = 1.05
"""Bounds of neighbouring buckets; percentiles are good to about half of that."""
_SMALLEST = 1e-3

Labels = tuple[tuple[str, str], ...]
"""Sorted pairs of name and value."""
Series = tuple[str, Labels]


@dataclass(frozen=True)
class Distribution:
    """Observed values of one series.

    Attributes:
        buckets: how many values fell into each bucket, by its index; see `bucket_of`.
    """

    count: int = 0
    total: float = 0.0
    largest: float = 0.0
    buckets: Mapping[int, int] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        """0 when nothing was observed."""
        return self.total / self.count if self.count else 0.0

    def percentile(self, percent: float) -> float:
        """The value under which this percentage lies; 0 when nothing was observed."""
        wanted = math.ceil(self.count * percent / 100)
        seen = 0
        for index in sorted(self.buckets):
            seen += self.buckets[index]
            if seen >= wanted:
                return min(middle_of(index), self.largest)
        return self.largest

    def plus(self, other: Distribution) -> Distribution:
        """Both together."""
        buckets = dict(self.buckets)
        for index, count in other.buckets.items():
            buckets[index] = buckets.get(index, 0) + count
        return Distribution(
            self.count + other.count,
            self.total + other.total,
            max(self.largest, other.largest),
            buckets,
        )

    def minus(self, older: Distribution) -> Distribution:
        """What was observed since; `largest` is that of the whole time."""
        buckets = {i: n - older.buckets.get(i, 0) for i, n in self.buckets.items()}
        return Distribution(
            self.count - older.count,
            self.total - older.total,
            self.largest,
            {index: count for index, count in buckets.items() if count},
        )


def bucket_of(value: float) -> int:
    """The bucket of a value; everything up to a thousandth shares bucket 0."""
    return 0 if value <= _SMALLEST else 1 + math.floor(math.log(value / _SMALLEST, RATIO))


def middle_of(index: int) -> float:
    """The geometric middle of a bucket."""
    return _SMALLEST * RATIO ** (index - 0.5) if index else _SMALLEST


@dataclass(frozen=True)
class Snapshot:
    """All series at one moment."""

    counts: Mapping[Series, int] = field(default_factory=dict)
    gauges: Mapping[Series, float] = field(default_factory=dict)
    distributions: Mapping[Series, Distribution] = field(default_factory=dict)

    def count(self, name: str, **labels: str) -> int:
        """The sum of all series of this name that bear these labels."""
        return sum(n for series, n in self.counts.items() if _fits(series, name, labels))

    def distribution(self, name: str, **labels: str) -> Distribution:
        """All series of this name that bear these labels, together."""
        together = Distribution()
        for series, one in self.distributions.items():
            if _fits(series, name, labels):
                together = together.plus(one)
        return together

    def values_of(self, name: str, label: str) -> list[str]:
        """The values that a label takes in the series of this name, sorted."""
        every = (*self.counts, *self.gauges, *self.distributions)
        return sorted({dict(s[1])[label] for s in every if s[0] == name and label in dict(s[1])})

    def minus(self, older: Snapshot) -> Snapshot:
        """What was counted and observed since an older snapshot of the same metrics."""
        counts = {s: n - older.counts.get(s, 0) for s, n in self.counts.items()}
        return Snapshot(
            {series: count for series, count in counts.items() if count},
            dict(self.gauges),
            {
                series: one.minus(older.distributions.get(series, Distribution()))
                for series, one in self.distributions.items()
                if one.count != older.distributions.get(series, Distribution()).count
            },
        )

    def plus(self, other: Snapshot) -> Snapshot:
        """Counts and distributions of both; the other's gauges, which are newer."""
        counts = dict(self.counts)
        for series, count in other.counts.items():
            counts[series] = counts.get(series, 0) + count
        distributions = dict(self.distributions)
        for series, one in other.distributions.items():
            distributions[series] = distributions.get(series, Distribution()).plus(one)
        return Snapshot(counts, {**self.gauges, **other.gauges}, distributions)


class Metrics:
    """Where every room notes what it did; one instance for the whole program."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[Series, int] = {}
        self._gauges: dict[Series, float] = {}
        self._observed: dict[Series, _Observed] = {}

    def count(self, name: str, amount: int = 1, **labels: str) -> None:
        """Add to a counter."""
        series = _series(name, labels)
        with self._lock:
            self._counts[series] = self._counts.get(series, 0) + amount

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Set a value that goes up and down."""
        with self._lock:
            self._gauges[_series(name, labels)] = value

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Add one value, such as a duration in milliseconds, to a distribution."""
        series, bucket = _series(name, labels), bucket_of(value)
        with self._lock:
            observed = self._observed.get(series)
            if observed is None:
                observed = self._observed[series] = _Observed()
            observed.add(value, bucket)

    def snapshot(self) -> Snapshot:
        """A copy of everything."""
        with self._lock:
            return Snapshot(
                dict(self._counts),
                dict(self._gauges),
                {series: observed.frozen() for series, observed in self._observed.items()},
            )


@dataclass
class _Observed:
    count: int = 0
    total: float = 0.0
    largest: float = 0.0
    buckets: dict[int, int] = field(default_factory=dict)

    def add(self, value: float, bucket: int) -> None:
        self.count += 1
        self.total += value
        self.largest = max(self.largest, value)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1

    def frozen(self) -> Distribution:
        return Distribution(self.count, self.total, self.largest, dict(self.buckets))


def _series(name: str, labels: Mapping[str, str]) -> Series:
    return name, tuple(sorted(labels.items()))


def _fits(series: Series, name: str, labels: Mapping[str, str]) -> bool:
    return series[0] == name and labels.items() <= dict(series[1]).items()
