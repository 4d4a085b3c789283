"""How long a picture may be read before what is known of it is the answer."""

from __future__ import annotations

import math
import time

DEFAULT_PATIENCE_S = 2.0
LONGEST_PATIENCE_S = 600.0
_A_FURTHER_CARD = 1 / 8
"""By how much of one card's time each further card of a page prolongs it."""
_NO_NEW_STEP = 0.8
"""Share of the time after which nothing more is begun: a step takes a few tenths of a second."""


class Patience:
    """The time that reading may take on the thread that made this; the clock runs from then on.

    Only time in which this thread works counts. So the same picture gets the same answer on a busy
    machine as on an idle one, where it is the time that passes.

    Args:
        seconds: for a picture of one card; infinite where nobody waits.
    """

    def __init__(self, seconds: float = math.inf) -> None:
        self._seconds = seconds
        self._until = time.thread_time() + _NO_NEW_STEP * seconds

    @property
    def over(self) -> bool:
        """Whether nothing more should be begun."""
        return time.thread_time() >= self._until

    def show_cards(self, count: int) -> None:
        """So many cards are in the picture; called once, when they were found."""
        self._until += _NO_NEW_STEP * self._seconds * _A_FURTHER_CARD * max(0, count - 1)

    def share(self, count: int) -> Patience:
        """What the first of so many cards that are still open may take of what is left."""
        part, now = Patience(self._seconds), time.thread_time()
        part._until = now + max(0.0, self._until - now) / max(1, count)
        return part
