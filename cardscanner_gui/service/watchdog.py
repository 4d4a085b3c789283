"""Looks every moment whether the service's threads come on, and replaces those that are stuck."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from cardscanner_gui.core.metrics import Metrics

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
_MOST_LEFT_BEHIND = 4
"""Stuck threads that may be alive. None can be killed, and a reader holds some 200 MB."""


class Watched(Protocol):
    """Threads that may get stuck; all of this is called on the watchdog's."""

    def leave_stuck(self, seconds: float) -> int:
        """Give up what came to no step for so long, and leave its threads behind; how many."""

    def refill(self) -> None:
        """Start threads in place of those that were left behind."""

    @property
    def left_behind(self) -> int:
        """How many stuck threads are still alive."""


class Watchdog:
    """A thread of its own, so that it comes on whatever the others do.

    Args:
        stuck_seconds: after how long without any step a thread counts as stuck.
        metrics: counts what was stuck.
    """

    def __init__(self, stuck_seconds: float, metrics: Metrics) -> None:
        self._stuck_seconds = stuck_seconds
        self._metrics = metrics
        self._watched: dict[str, Watched] = {}
        self._closed = threading.Event()
        self._gave_up = False

    @property
    def gave_up(self) -> bool:
        """Whether so much is stuck that only a new process helps."""
        return self._gave_up

    def watch(self, name: str, watched: Watched) -> None:
        """Look after these too; the name is for the metrics."""
        self._watched[name] = watched

    def start(self) -> None:
        threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._closed.set()

    def _run(self) -> None:
        while not self._closed.wait(min(_LOOK_SECONDS, self._stuck_seconds / 4)):
            try:
                self._look()
            except Exception:  # whatever it is, the next look may go well
                log.exception("the watchdog stumbled")

    def _look(self) -> None:
        watched = dict(self._watched)
        for name, each in watched.items():
            if stuck := each.leave_stuck(self._stuck_seconds):
                self._metrics.count("stuck_total", stuck, what=name)
        # Some come back in the end, and then there is room for others again.
        left = sum(each.left_behind for each in watched.values())
        self._gave_up = left > _MOST_LEFT_BEHIND
        self._metrics.gauge("stuck_threads", left)
        if not self._gave_up and not self._closed.is_set():
            for each in watched.values():
                each.refill()
