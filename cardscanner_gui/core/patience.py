"""How long a picture may be read before what is known of it is the answer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from cardscanner_gui.core.cancellation import CancelToken

DEFAULT_PATIENCE_S = 2.0
LONGEST_PATIENCE_S = 600.0
_A_PAGE = 1.5
"""Time of all cards of a page, by that of a single one."""
_LAST_STEP_S, _LAST_STEP = 0.4, 0.2
"""What is left for the step that is under way, in seconds, and at most as a share of the time."""


class OutOfTimeError(Exception):
    """The time is up."""


class Patience:
    """The time that reading may take on the thread that made this; the clock runs from then on.

    Only time in which this thread works counts. So the same picture gets the same answer on a busy
    machine as on an idle one, where it is the time that passes.

    Args:
        seconds: for a picture of one card; infinite where nobody waits.
    """

    def __init__(self, seconds: float = math.inf) -> None:
        self._seconds = seconds
        self._until = time.thread_time() + seconds - min(_LAST_STEP_S, _LAST_STEP * seconds)

    @property
    def over(self) -> bool:
        """Whether nothing more should be begun."""
        return time.thread_time() >= self._until

    def show_cards(self, count: int) -> None:
        """So many cards were found in the picture; called once."""
        if count > 1:
            self._until += (_A_PAGE - 1) * self._seconds

    def share(self, count: int) -> Patience:
        """What the first of so many cards that are still open may take of what is left."""
        part, now = Patience(self._seconds), time.thread_time()
        part._until = now + max(0.0, self._until - now) / max(1, count)
        return part

    def limited(self, token: CancelToken) -> CancelToken:
        """The token for work that should stop in between when the time is up.

        Its `check` raises `OutOfTimeError` then.
        """
        return _LimitedToken(token, self)


class _LimitedToken(CancelToken):
    def __init__(self, token: CancelToken, patience: Patience) -> None:
        super().__init__()
        self._token = token
        self._patience = patience

    @property
    def cancelled(self) -> bool:
        return self._token.cancelled

    def check(self) -> None:
        self._token.check()
        if self._patience.over:
            raise OutOfTimeError

    def on_cancel(self, callback: Callable[[], None]) -> None:
        self._token.on_cancel(callback)
