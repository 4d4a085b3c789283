"""Asks nothing for a while of what failed, then by one caller first: a circuit breaker."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Breaker:
    """Safe to use from any thread.

    Whoever is allowed must report how it went.

    Args:
        first_pause: seconds after the first failure in a row; each further one doubles them.
        longest_pause: seconds.
        clock: in seconds.
    """

    def __init__(
        self, first_pause: float, longest_pause: float, clock: Callable[[], float]
    ) -> None:
        self._first, self._longest = first_pause, longest_pause
        self._clock = clock
        self._lock = threading.Lock()
        self._pause = 0.0
        self._again_at = 0.0
        self._probing = False

    def allows(self) -> bool:
        """Whether to ask now; after a pause only one caller at a time, until it went well."""
        with self._lock:
            if not self._pause:
                return True
            if self._probing or self._clock() < self._again_at:
                return False
            self._probing = True
            return True

    def failed(self) -> bool:
        """It went wrong; whether it went well before."""
        with self._lock:
            first = not self._pause
            if first or self._probing:  # what was under way meanwhile tells nothing new
                self._pause = min(self._longest, 2 * self._pause or self._first)
                self._again_at = self._clock() + self._pause
            self._probing = False
            return first

    def worked(self) -> bool:
        """It went well; whether it went wrong before."""
        if not self._pause:  # the usual case takes no lock
            return False
        with self._lock:
            before, self._pause, self._probing = self._pause, 0.0, False
            return before > 0
