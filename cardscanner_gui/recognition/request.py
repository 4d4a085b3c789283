"""One request on its way through the recogniser, and what the log says of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Frame, Recognition, ScanResult
from cardscanner_gui.recognition.card_progress import Stopwatch

_TOLD_BEFORE = ("find", "model")
"""Steps whose times the log tells for the whole scan, or for each model."""


@dataclass(eq=False)
class Request:
    """A picture to recognise.

    Attributes:
        found: what was recognised, in the end.
        cards: the same as the log says it.
        by_user: whether the user's word decided a card; such an answer isn't remembered twice.
    """

    id: str
    frame: Frame
    token: CancelToken
    priority: Priority
    started: float = field(default_factory=time.perf_counter)
    watch: Stopwatch = field(default_factory=Stopwatch)
    timings: dict[str, float] = field(default_factory=dict)
    found: Sequence[Recognition] = ()
    cards: list[dict[str, Any]] = field(default_factory=list)
    by_user: bool = False

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since it was taken up."""
        return (time.perf_counter() - self.started) * 1000

    def result(self, cards: Sequence[Recognition]) -> ScanResult:
        """These cards as what the picture gave."""
        frame = self.frame
        elapsed = round(self.elapsed_ms, 1)
        return ScanResult(frame.source, frame.width, frame.height, elapsed, tuple(cards))


def said_of(recognition: Recognition, by: str) -> dict[str, Any]:
    """What the log says of a card's answer; models' times have lines of their own."""
    match = recognition.match
    said: dict[str, Any] = {
        "by": str(by),
        "status": str(match.status),
        "reason": match.reason,
        "stages": {k: ms for k, ms in recognition.timings_ms.items() if k not in _TOLD_BEFORE},
    }
    if match.printing is not None:
        said["name"] = f"{match.printing.name} {match.printing.printed_number}"
    return said


def summed(timings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Milliseconds by step of several cards together."""
    total: dict[str, float] = {}
    for one in timings:
        for step, ms in one.items():
            total[step] = round(total.get(step, 0.0) + ms, 1)
    return total
