"""What was scanned last, and whether the guess at the next card was right."""

from __future__ import annotations

import threading
from collections import deque

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import Printing
from cardscanner_gui.recognition.protocols import Recognises

_REMEMBERED = 5


class Expectation:
    """The last cards, oldest first. Safe to use from any thread."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._lock = threading.Lock()
        self._recent: deque[Printing] = deque(maxlen=_REMEMBERED)
        self._likely: tuple[str, ...] = ()

    def ask(self, recogniser: Recognises) -> None:
        """Have it get ready for what probably comes next, and keep its guess for the hit rate."""
        with self._lock:
            recent = tuple(self._recent)
        likely = recogniser.expect(recent)
        with self._lock:
            self._likely = likely

    def came(self, printing: Printing) -> None:
        """A card was identified, or the user said what it is."""
        with self._lock:
            likely = self._likely
            self._likely = ()
            if not self._recent or self._recent[-1].id != printing.id:
                self._recent.append(printing)
        if likely:
            outcome = "hit" if printing.id in likely else "miss"
            self._metrics.count("prior_total", outcome=outcome)
