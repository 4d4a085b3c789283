"""Ending in stages: each has its time, and none keeps the rest from running."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cardscanner_gui.core.garbage import no_garbage_collection

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stage:
    """One step of ending.

    Attributes:
        name: what it does, for the log.
        stop: does it; False says that something still runs.
        seconds: how long it may take, on a thread of its own, since a driver or a network may
            hang. None runs it on the thread that asks: for what touches widgets, and waits for
            nothing.
    """

    name: str
    stop: Callable[[], object]
    seconds: float | None = None


class Shutdown:
    """Runs its stages once, in order, whatever becomes of each."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = stages
        self._ended: bool | None = None

    def run(self) -> bool:
        """End everything; False when something failed, or still runs."""
        if self._ended is None:
            began = time.monotonic()
            self._ended = True
            # A collection on a stage's thread could destroy widgets there; Qt doesn't survive that.
            with no_garbage_collection():
                for stage in self._stages:
                    self._ended &= _run(stage)
            log.info("stopped in %.1f s", time.monotonic() - began)
        return self._ended


def _run(stage: Stage) -> bool:
    outcome: list[bool] = []

    def stop() -> None:
        try:
            outcome.append(stage.stop() is not False)
        except Exception:
            log.exception("shutdown: failed to %s", stage.name)
            outcome.append(False)
        else:
            if not outcome[0]:
                log.warning("shutdown: couldn't %s, something still runs", stage.name)

    if stage.seconds is None:
        stop()
    else:
        # A daemon: one that hangs mustn't keep the process.
        thread = threading.Thread(target=stop, name=f"shutdown: {stage.name}", daemon=True)
        thread.start()
        thread.join(stage.seconds)
        if thread.is_alive():
            log.warning("shutdown: gave up after %g s to %s", stage.seconds, stage.name)
            return False
    return outcome[0]
