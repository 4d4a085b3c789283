"""Whether a camera that delivers frames delivers good ones."""

from __future__ import annotations

from collections import deque

import numpy as np

from cardscanner_gui.core.live import SourceState
from cardscanner_gui.core.types import Frame

_BLACK_LEVEL = 8
"""Darker than this everywhere is a lens cap or a closed shutter: a dark room has noise."""
_BLACK_S = 1.0
_FROZEN_S = 3.0
_SLOW_RATE = 3.0
_RATE_OVER_S = 3.0
_SAMPLE = 16


class SourceHealth:
    """Judges the frames of one source since it was opened."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()
        self._sample: bytes = b""
        self._changed_at: float | None = None
        self._bright_at: float | None = None

    def after(self, frame: Frame, now: float) -> tuple[SourceState, str]:
        """The state with this frame, and one line for the user.

        Args:
            frame: the newest.
            now: when it came, in seconds of any steady clock.
        """
        pixels = frame.pixels[::_SAMPLE, ::_SAMPLE]
        sample = pixels.tobytes()
        if self._changed_at is None or sample != self._sample:
            self._sample, self._changed_at = sample, now
        if self._bright_at is None or int(np.percentile(pixels, 99)) > _BLACK_LEVEL:
            self._bright_at = now
        rate = self._rate(now)
        if now - self._bright_at >= _BLACK_S:
            return SourceState.BLACK, f"{frame.source}: the picture is black. Is the lens covered?"
        if now - self._changed_at >= _FROZEN_S:
            # A sensor's noise changes every picture: the same one over and over isn't live.
            return SourceState.FROZEN, f"{frame.source}: the picture stands still."
        if rate is not None and rate < _SLOW_RATE:
            return SourceState.SLOW, f"{frame.source} gives only {rate:.0f} pictures a second."
        return SourceState.LIVE, ""

    def _rate(self, now: float) -> float | None:
        """Frames a second over the last seconds; None as long as too little was seen."""
        self._times.append(now)
        while now - self._times[0] > _RATE_OVER_S and len(self._times) > 2:
            self._times.popleft()
        span = now - self._times[0]
        if span < _RATE_OVER_S * 0.6:
            return None
        return (len(self._times) - 1) / span
