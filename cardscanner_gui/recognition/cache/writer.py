"""Writes on a thread of its own, in order: no scan waits for a disk."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from cardscanner_gui.core.errors import StoreError

log = logging.getLogger(__name__)

_MOST_WAITING = 2_000

Write = Callable[[], object]


class CacheWriter:
    """Runs what it is given, one after the other; the thread starts with the first of it."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Write | None] = queue.Queue(_MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._complained = False
        self._closed = False

    @property
    def crowded(self) -> bool:
        """Whether so much waits that nothing should be begun that isn't needed."""
        return self._waiting.qsize() > _MOST_WAITING // 2

    def write(self, write: Write, *, needed: bool = False) -> None:
        """Queue a write; what isn't needed is dropped while too many wait."""
        with self._lock:
            if self._closed:
                return  # the store is being closed, too
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="memory", daemon=True)
                self._thread.start()
        try:
            self._waiting.put(write, block=needed)
        except queue.Full:
            log.debug("too much waits to be remembered")

    def flush(self) -> None:
        """Wait until everything that was queued is written."""
        if self._thread is not None:
            self._waiting.join()

    def close(self) -> None:
        """Write what waits, then end; what comes later is dropped."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join()

    def _run(self) -> None:
        while True:
            write = self._waiting.get()
            try:
                if write is None:
                    return
                write()
            except StoreError as error:
                if not self._complained:
                    self._complained = True
                    log.warning("%s What is recognised isn't remembered.", error)
            except Exception:
                log.exception("something couldn't be remembered")
            finally:
                self._waiting.task_done()
