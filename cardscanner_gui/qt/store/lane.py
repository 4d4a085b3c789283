"""Work off the GUI thread, with its outcome handed back on the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, WorldError
from cardscanner_gui.core.words import said, tr

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class _Outcome:
    value: Any
    error: BaseException | None
    then: Callable[[Any], None] | None
    failed: Callable[[str], None] | None


class Lane(QObject):
    """Runs functions on threads of its own: in order with one thread, side by side with more.

    The window has a lane of one thread for everything that touches the store, which makes it the
    one owner of writes, and a lane of a few for pictures and files.

    Attributes:
        closing: cancelled when the lane closes, for work that can stop in between.
    """

    failed = Signal(str)
    """One line for the user, when the caller of `run` didn't ask for failures itself."""
    _finished = Signal(_Outcome)

    def __init__(self, name: str, threads: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.closing = CancelToken()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._open = True
        self._waiting = 0
        self._finished.connect(self._deliver)

    @property
    def idle(self) -> bool:
        """Nothing runs, waits, or is still to be handed back."""
        return self._waiting == 0

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run `work` on the lane; `then(result)` or `failed(message)` follow on the GUI thread."""
        if not self._open:
            return
        self._waiting += 1
        self._pool.submit(partial(self._work, work, then, failed))

    def close(self) -> None:
        """Let what runs finish or stop, drop what waits; nothing is handed back any more."""
        self._open = False
        self.closing.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def drain(self) -> None:
        """Let everything that waits finish too, then close; for writes that must not be lost."""
        self._open = False
        self._pool.shutdown(wait=True, cancel_futures=False)

    def _work(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None] | None,
        failed: Callable[[str], None] | None,
    ) -> None:
        value, error = None, None
        try:
            value = work()
        except BaseException as caught:
            error = caught
        self._finished.emit(_Outcome(value, error, then, failed))

    def _deliver(self, outcome: _Outcome) -> None:
        self._waiting -= 1
        if not self._open:
            return
        if outcome.error is None:
            if outcome.then is not None:
                outcome.then(outcome.value)
            return
        if isinstance(outcome.error, CancelledError):
            return
        (outcome.failed or self.failed.emit)(describe(outcome.error))


def describe(error: BaseException) -> str:
    """One line for the user; a bug goes to the log with its traceback."""
    if isinstance(error, WorldError):
        return said(str(error))
    log.error("unexpected failure", exc_info=error)
    return tr(
        "Something went wrong in the program ({name}); the log has the details",
        name=type(error).__name__,
    )
