"""What the front knows of its readers, from their reports."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from cardscanner_gui.cluster.messages import ReaderReport
from cardscanner_gui.core.metrics import Metrics, Series, Snapshot
from cardscanner_gui.logs import DECISIONS

T = TypeVar("T")

GONE = "gone"
"""The label under which the counts of readers that ended go on."""
ALIVE_SECONDS = 10.0
"""After how long without a report a reader counts as ended."""
_FRONT = "front"


@dataclass
class _Known:
    report: ReaderReport
    since: float
    seen: float
    counted: Snapshot


class Board:
    """Safe to use from any thread.

    Args:
        metrics: the front's own.
        clock: seconds that only grow.
    """

    def __init__(self, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._clock = clock
        self._lock = threading.Lock()
        self._readers: dict[str, _Known] = {}
        self._gone = Snapshot()
        self._problem: str | None = None
        self._log = logging.getLogger(DECISIONS)

    @property
    def readers(self) -> int:
        """How many are there."""
        with self._lock:
            self._let_go()
            return len(self._readers)

    @property
    def problem(self) -> str | None:
        """Why the last reader that failed to start did; None as long as others read."""
        return None if self.readers else self._problem

    @property
    def last_refused(self) -> str | None:
        """Why the last reader that couldn't start or join didn't, whoever reads now."""
        return self._problem

    def refused(self, problem: str) -> None:
        """A reader couldn't start, or may not join."""
        self._problem = problem
        self._metrics.count("readers_refused_total")

    def report(self, report: ReaderReport) -> None:
        """A reader is there and has counted."""
        now = self._clock()
        with self._lock:
            self._let_go()
            known = self._readers.get(report.replica)
            if known is None:
                self._readers[report.replica] = _Known(report, now, now, report.news)
            else:
                known.report, known.seen = report, now
                known.counted = known.counted.plus(report.news)
            self._metrics.gauge("readers", len(self._readers))
        if self._log.isEnabledFor(logging.INFO):
            for line in report.decisions:
                self._log.info("%s", _with_replica(line, report.replica))

    def snapshot(self) -> Snapshot:
        """All counts together, without saying whose."""
        return self._metrics.snapshot().plus(_without_gauges(self._together()))

    def by_replica(self) -> Snapshot:
        """All series of front and readers, each labelled with its replica."""
        labelled = _labelled(self._metrics.snapshot(), _FRONT)
        with self._lock:
            self._let_go()
            parts = {name: known.counted for name, known in self._readers.items()}
            parts[GONE] = _without_gauges(self._gone)
        for name, counted in parts.items():
            labelled = labelled.plus(_labelled(counted, name))
        return labelled

    def told(self) -> list[dict[str, Any]]:
        """The readers for JSON, the oldest first."""
        now = self._clock()
        with self._lock:
            self._let_go()
            known = sorted(self._readers.values(), key=lambda one: one.since)
        return [
            {
                "replica": one.report.replica,
                "node": one.report.node,
                "pid": one.report.pid,
                "seconds": round(now - one.since),
                "pictures": one.counted.count("scans_total"),
                "memory_mb": _megabytes(one.counted),
                "content": dict(one.report.content),
            }
            for one in known
        ]

    def _together(self) -> Snapshot:
        with self._lock:
            self._let_go()
            together = self._gone
            for known in self._readers.values():
                together = together.plus(known.counted)
            return together

    def _let_go(self) -> None:
        """Forget who is silent, but for what they counted: sums must never fall."""
        oldest = self._clock() - ALIVE_SECONDS
        for name in [name for name, one in self._readers.items() if one.seen < oldest]:
            self._gone = self._gone.plus(_without_gauges(self._readers.pop(name).counted))
            self._metrics.count("readers_lost_total")
            self._metrics.gauge("readers", len(self._readers))


def _labelled(snapshot: Snapshot, replica: str) -> Snapshot:
    return Snapshot(
        _with_label(snapshot.counts, replica),
        _with_label(snapshot.gauges, replica),
        _with_label(snapshot.distributions, replica),
    )


def _with_label(series: Mapping[Series, T], replica: str) -> dict[Series, T]:
    return {
        (name, tuple(sorted((*labels, ("replica", replica))))): value
        for (name, labels), value in series.items()
    }


def _without_gauges(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, gauges={})


def _megabytes(counted: Snapshot) -> int:
    return round(counted.gauges.get(("memory_bytes", ()), 0.0) / 1e6)


def _with_replica(line: str, replica: str) -> str:
    return json.dumps({**json.loads(line), "replica": replica})
