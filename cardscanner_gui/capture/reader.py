"""The thread that reads a source, so that nobody ever sees a stale frame.

It always drains the source into one slot, where the newest frame wins, says how the source is
doing, and opens it again by itself when it was lost.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from cardscanner_gui.capture.health import SourceHealth
from cardscanner_gui.capture.source import CaptureSource, Pace, SourceError
from cardscanner_gui.core.live import SourceState
from cardscanner_gui.core.types import Frame

log = logging.getLogger(__name__)

_BACK_OFF_S = (0.5, 1.0, 2.0, 4.0)
_NO_PICTURE_S = 3.0

StateReport = Callable[[SourceState, str], None]
"""Called when the state changes, with one line for the user; empty while all is well."""


class FrameReader:
    """Reads one source on a thread of its own until it ends or `stop` is called.

    Args:
        source: opened, read and closed on the reader's thread only.
        report: called on the reader's thread, or that of who waits in `next`.
        back_off_s: how long to wait before each attempt to open a lost camera; the last one stays.
    """

    def __init__(
        self,
        source: CaptureSource,
        report: StateReport = lambda *_: None,
        back_off_s: Sequence[float] = _BACK_OFF_S,
    ) -> None:
        self._source = source
        self._report = report
        self._back_off_s = back_off_s
        self._changed = threading.Condition()
        self._state: tuple[SourceState, str] | None = None
        self._stopped = threading.Event()
        self._newest: Frame | None = None
        self._taken = True
        self._ended = False
        self._worked = False  # since it was opened last
        self._arrived = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)

    def start(self) -> None:
        """Open the source and read it."""
        self._thread.start()

    def stop(self, seconds: float = 3.0) -> bool:
        """Stop reading and close the source; False when it still hangs in a read after that."""
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()
        if self._thread is threading.current_thread():
            return True  # called from a report: the thread ends when that returns
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def latest(self) -> Frame | None:
        """The newest frame, taken or not."""
        return self._newest

    @property
    def ended(self) -> bool:
        """Whether the last frame was read and taken, or the reader was stopped."""
        with self._changed:
            return self._stopped.is_set() or (self._ended and self._taken)

    @property
    def pace(self) -> Pace:
        return self._source.pace

    @property
    def state(self) -> SourceState:
        """How the source is doing."""
        with self._changed:
            return self._state[0] if self._state else SourceState.CONNECTING

    def next(self, timeout: float) -> Frame | None:
        """The newest frame that wasn't taken yet; None when none came within `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self._taken or self._ended or self._stopped.is_set(), timeout
            )
            if not self._taken:
                self._taken = True
                self._changed.notify_all()
                return self._newest
            silent = time.monotonic() - self._arrived
        if self.pace is Pace.LIVE and silent > _NO_PICTURE_S and not self._stopped.is_set():
            self._say_hanging()
        return None

    def _run(self) -> None:
        attempt = 0
        self._set_state(SourceState.CONNECTING, "")
        while not self._stopped.is_set() and self._lost():
            # A source that worked meanwhile is asked for again at once, more or less.
            attempt = 0 if self._worked else attempt + 1
            self._stopped.wait(self._back_off_s[min(attempt, len(self._back_off_s) - 1)])
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _lost(self) -> bool:
        """Read the source from opening to closing; True when it may come back."""
        self._worked = False
        try:
            self._source.open()
            self._read_all()
        except SourceError as error:
            self._set_state(error.state, str(error))
            return self.pace is Pace.LIVE
        except Exception:
            log.exception("%s can't be read", self._source.name)
            message = f"{self._source.name} can't be read; the log has the details."
            self._set_state(SourceState.LOST, message)
            return False
        finally:
            self._source.close()
        if not self._stopped.is_set():
            self._set_state(SourceState.ENDED, "")
        return False

    def _read_all(self) -> None:
        health = SourceHealth()
        while not self._stopped.is_set():
            frame = self._source.read()
            if frame is None:
                return
            self._worked = True
            if self.pace is Pace.LIVE:
                self._set_state(*health.after(frame, time.monotonic()))
            else:
                self._set_state(SourceState.LIVE, "")
            self._put(frame)

    def _put(self, frame: Frame) -> None:
        with self._changed:
            if self.pace is Pace.ASKED:
                self._changed.wait_for(lambda: self._taken or self._stopped.is_set())
            self._newest, self._taken = frame, False
            self._arrived = time.monotonic()
            self._changed.notify_all()

    def _say_hanging(self) -> None:
        with self._changed:
            hanging = self._state is not None and self._state[0] is SourceState.LIVE
        if hanging:
            self._set_state(SourceState.FROZEN, f"{self._source.name}: no picture arrives.")

    def _set_state(self, state: SourceState, message: str) -> None:
        with self._changed:
            if self._state == (state, message):
                return
            self._state = (state, message)
        self._report(state, message)
