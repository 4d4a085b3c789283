"""Looks at the process once a second, for gauges and live plots; on a thread of its own."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from cardscanner_gui.core.metrics import Distribution, Metrics, Snapshot

KEPT_SAMPLES = 300
_WINDOW_SECONDS = 60.0


@dataclass(frozen=True)
class Sample:
    """One moment.

    Attributes:
        at: seconds since the epoch.
        memory_bytes: resident memory of this process.
        cpu_percent: of all cores together, 0 to 100, since the sample before.
        scan_ms: median of the scans that ended in the last minute; NaN without any.
        cards_a_minute: cards that were read in the last minute.
    """

    at: float
    memory_bytes: float
    cpu_percent: float
    scan_ms: float
    cards_a_minute: float


class Sampler:
    """Sets the gauges `memory_bytes` and `cpu_percent`, and keeps the last five minutes.

    Args:
        metrics: where the scans are counted and the gauges set.
        seconds: between two samples.
    """

    def __init__(self, metrics: Metrics, seconds: float = 1.0) -> None:
        self._metrics = metrics
        self._seconds = seconds
        self._lock = threading.Lock()
        self._samples: deque[Sample] = deque(maxlen=KEPT_SAMPLES)
        self._marks = deque([(time.monotonic(), 0, Distribution())])
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; once started, again does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End and wait for the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def samples(self) -> Sequence[Sample]:
        """Oldest first; at most `KEPT_SAMPLES`. Any thread may ask."""
        with self._lock:
            return tuple(self._samples)

    def _run(self) -> None:
        import psutil  # not before the first paint

        process, cores = psutil.Process(), psutil.cpu_count() or 1
        process.cpu_percent()  # the first tells nothing: it measures since the call before
        while not self._stop.wait(self._seconds):
            cpu = process.cpu_percent() / cores
            memory = float(process.memory_info().rss)
            self._metrics.gauge("memory_bytes", memory)
            self._metrics.gauge("cpu_percent", cpu)
            sample = self._sample(memory, cpu, self._metrics.snapshot())
            with self._lock:
                self._samples.append(sample)

    def _sample(self, memory: float, cpu: float, snapshot: Snapshot) -> Sample:
        now, cards = time.monotonic(), snapshot.count("cards_total")
        scans = snapshot.distribution("scan_ms")
        # The newest mark that is a minute old stays: what happened since it is the last minute.
        while len(self._marks) > 1 and self._marks[1][0] <= now - _WINDOW_SECONDS:
            self._marks.popleft()
        _, cards_then, scans_then = self._marks[0]
        self._marks.append((now, cards, scans))
        recent = scans.minus(scans_then)
        return Sample(
            at=time.time(),
            memory_bytes=memory,
            cpu_percent=cpu,
            scan_ms=recent.percentile(50) if recent.count else math.nan,
            cards_a_minute=float(cards - cards_then),
        )
