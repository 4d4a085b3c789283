"""A folder of pictures as a capture source: each lies under the camera for a moment."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cardscanner_gui.capture.files import collect_pictures, load_frame
from cardscanner_gui.capture.source import Pace, SourceError
from cardscanner_gui.core.errors import PictureError
from cardscanner_gui.core.live import SourceState
from cardscanner_gui.core.types import Frame, read_only

log = logging.getLogger(__name__)

_RATE = 10
_SHOWN_S = 1.5
_APART_S = 0.5
_GREY = 114


class StillsSource:
    """Each picture for a second and a half; a plain grey one between two stands for the empty desk.

    It waits until a frame was looked at, and `captured_at` counts its own time.
    """

    pace = Pace.ASKED

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        self._frames: Iterator[Frame] = iter(())

    def open(self) -> None:
        """List the pictures. Raises `SourceError` when there are none."""
        pictures = collect_pictures([self._path])
        if not pictures:
            raise SourceError(SourceState.LOST, f"There are no pictures in {self._path}.")
        self._frames = self._all(pictures)

    def read(self) -> Frame | None:
        """The next frame; a file that can't be read is left out with a word in the log."""
        return next(self._frames, None)

    def close(self) -> None:
        """Forget where it was."""
        self._frames = iter(())

    def _all(self, pictures: list[Path]) -> Iterator[Frame]:
        started, tick = time.time(), 0
        for path in pictures:
            try:
                picture = load_frame(path)
            except PictureError as error:
                log.warning("%s", error)
                continue
            desk = read_only(np.full_like(picture.pixels, _GREY))
            for pixels, seconds in ((picture.pixels, _SHOWN_S), (desk, _APART_S)):
                for _ in range(round(seconds * _RATE)):
                    tick += 1
                    at = started + tick / _RATE
                    yield Frame(f"{self.name}#{tick}", pixels, at, picture.source)
