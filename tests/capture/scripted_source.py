"""A camera that does what the test says: its frames, its pace, its failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator

import numpy as np

from cardscanner_gui.capture.source import Pace, SourceError
from cardscanner_gui.core.types import Frame, Pixels, read_only


class ScriptedSource:
    """Plays one script after each `open`.

    Args:
        scripts: for each time it is opened what comes: pixels are frames, numbers are seconds to
            wait, errors are raised. A script that ends is the source's end. An error in place of a
            script is raised by `open`.
    """

    def __init__(
        self,
        *scripts: Iterable[Pixels | float | SourceError] | SourceError,
        pace: Pace = Pace.LIVE,
    ) -> None:
        self.name = "scripted"
        self.pace = pace
        self.opened = self.closed = 0
        self.threads: set[str] = set()
        self._scripts = list(scripts)
        self._steps: Iterator[Pixels | float | SourceError] = iter(())
        self._frames = 0

    def open(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.opened += 1
        script = self._scripts.pop(0) if self._scripts else ()
        if isinstance(script, SourceError):
            raise script
        self._steps = iter(script)

    def read(self) -> Frame | None:
        for step in self._steps:
            if isinstance(step, SourceError):
                raise step
            if isinstance(step, np.ndarray):
                self._frames += 1
                return Frame(f"scripted#{self._frames}", step, time.time(), self.name)
            time.sleep(step)
        return None

    def close(self) -> None:
        self.closed += 1


def noisy(level: int = 120, size: tuple[int, int] = (64, 48), seed: int = 0) -> Pixels:
    """A picture with a sensor's noise."""
    rng = np.random.default_rng(seed)
    pixels = np.clip(rng.normal(level, 4, (size[1], size[0], 3)), 0, 255)
    return read_only(pixels.astype(np.uint8))
