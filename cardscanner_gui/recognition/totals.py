"""Adds what is counted to the figures of all time, once a minute and at the end."""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol

from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.metrics import Snapshot
from cardscanner_gui.store.metrics import MetricTotals

log = logging.getLogger(__name__)


class Counts(Protocol):
    """What was counted so far; `Metrics` is one."""

    def snapshot(self) -> Snapshot:
        """A copy of everything. Any thread may ask."""


class TotalsKeeper:
    """Keeps one process's metrics in the store; safe to use from any thread.

    Args:
        metrics: the process's own.
        totals: where they are added up.
        seconds: between two times.
    """

    def __init__(self, metrics: Counts, totals: MetricTotals, seconds: float = 60.0) -> None:
        self._metrics = metrics
        self._totals = totals
        self._seconds = seconds
        self._started = time.time()
        self._kept = Snapshot()
        self._keeping = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="totals", daemon=True)

    def start(self) -> None:
        """Begin to keep."""
        self._thread.start()

    def all_time(self) -> Snapshot:
        """Everything that was ever counted, this process's newest included. Raises `StoreError`."""
        with self._keeping:
            now = self._metrics.snapshot()
            return self._totals.read().plus(now.minus(self._kept))

    def close(self) -> None:
        """Keep what is new, and end; before the database is closed."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._keep()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            self._keep()

    def _keep(self) -> None:
        with self._keeping:
            now = self._metrics.snapshot()
            try:
                self._totals.add(now.minus(self._kept), self._started)
            except StoreError as error:
                log.warning("%s The figures of this session aren't kept.", error)
                return
            self._kept = now
