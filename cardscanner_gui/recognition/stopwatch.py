"""How long the steps of a recognition take."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence


class Stopwatch:
    """Milliseconds by step, added up."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}

    def add(self, step: str, since: float) -> None:
        """A step ends that began then, in `time.perf_counter` seconds."""
        self.ms[step] = round(self.ms.get(step, 0.0) + (time.perf_counter() - since) * 1000, 1)


def summed(timings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Milliseconds by step of several cards together."""
    total: dict[str, float] = {}
    for one in timings:
        for step, ms in one.items():
            total[step] = round(total.get(step, 0.0) + ms, 1)
    return total
