"""A token that long work checks and anyone may cancel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

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

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`; True as soon as the token is cancelled."""
        cancelled = self._event.wait(seconds)
        self.seen_at = time.monotonic()
        return cancelled
