"""How fast cards come."""

from __future__ import annotations

import time
from collections import deque
from itertools import pairwise

_WINDOW_S = 60.0
_BREAK_S = 20.0
"""A longer gap is a break, not a slow card."""
_ENOUGH = 3


class CardPace:
    """Cards a minute over the last minute, breaks left out."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=200)

    def note(self, now: float | None = None) -> None:
        """A card came; `now` in seconds of any steady clock."""
        self._times.append(time.monotonic() if now is None else now)

    def forget(self) -> None:
        """Start anew."""
        self._times.clear()

    def per_minute(self, now: float | None = None) -> float | None:
        """None before there are enough cards to tell."""
        oldest = (time.monotonic() if now is None else now) - _WINDOW_S
        times = [at for at in self._times if at > oldest]
        after_break = 0
        for position, (earlier, later) in enumerate(pairwise(times), start=1):
            if later - earlier > _BREAK_S:
                after_break = position
        times = times[after_break:]
        if len(times) < _ENOUGH or times[-1] == times[0]:
            return None
        return 60 * (len(times) - 1) / (times[-1] - times[0])
