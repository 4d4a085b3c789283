"""A token that long work checks and anyone may cancel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from cardscanner_gui.core.errors import CancelledError


class CancelToken:
    """Asks running work to stop. Safe to use from any thread.

    Work calls `check()` between steps. What can't check, such as a running ONNX session, registers
    a callback with `on_cancel` that stops it from outside.

    Attributes:
        seen_at: when the work last came by, by `time.monotonic`; work that is stuck doesn't.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []
        self.seen_at = time.monotonic()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        """Cancel; calling it again does nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raise `CancelledError` if somebody cancelled."""
        self.seen_at = time.monotonic()
        if self._event.is_set():
            raise CancelledError

    def on_cancel(self, callback: Callable[[], None]) -> None:
        """Call `callback` on the cancelling thread; at once if already cancelled."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return
        callback()

    def come_by(self) -> None:
        """Say that the work goes on."""
        self.seen_at = time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`; True as soon as the token is cancelled."""
        cancelled = self._event.wait(seconds)
        self.seen_at = time.monotonic()
        return cancelled


class JointToken(CancelToken):
    """For work that is done for several: one that is cancelled cancels it.

    Args:
        tokens: of those it is done for; checking this one counts as coming by for each of them.
    """

    def __init__(self, tokens: Sequence[CancelToken]) -> None:
        super().__init__()
        self._tokens = tuple(tokens)
        for token in self._tokens:
            token.on_cancel(self.cancel)

    def check(self) -> None:
        """Raise `CancelledError` if somebody cancelled."""
        for token in self._tokens:
            token.come_by()
        super().check()
