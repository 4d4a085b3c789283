"""Counts, percentiles, sums and differences."""

from __future__ import annotations

import random

import pytest

from cardscanner_gui.core.metrics import RATIO, Metrics


def test_percentiles_are_right_to_within_a_bucket() -> None:
    metrics, rng = Metrics(), random.Random(1)
    values = sorted(rng.lognormvariate(3, 1.5) for _ in range(5000))
    for value in values:
        metrics.observe("ms", value)
    observed = metrics.snapshot().distribution("ms")
    for percent in (1, 50, 95, 99, 100):
        exact = values[min(len(values) - 1, int(len(values) * percent / 100))]
        assert observed.percentile(percent) == pytest.approx(exact, rel=RATIO - 1)
    assert observed.mean == pytest.approx(sum(values) / len(values))


def test_a_difference_added_to_the_older_one_is_the_newer_one() -> None:
    metrics = Metrics()
    metrics.count("a", kind="x")
    metrics.observe("ms", 5.0)
    older = metrics.snapshot()
    assert metrics.snapshot().minus(older).counts == {}
    assert metrics.snapshot().minus(older).distributions == {}
    metrics.count("a", 2, kind="x")
    metrics.count("a", kind="y")
    metrics.observe("ms", 7.0)
    metrics.observe("ms", 5.0)
    newer = metrics.snapshot()
    difference = newer.minus(older)
    assert difference.count("a") == 3
    assert difference.distribution("ms").count == 2
    assert older.plus(difference) == newer
