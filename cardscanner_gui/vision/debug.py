"""Pictures of what the finder saw, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.types import Pixels
from cardscanner_gui.vision.decode import Proposal

_LONGEST = 1200
_COLOURS = ((40, 220, 90), (255, 160, 30), (80, 170, 255), (240, 80, 200), (250, 230, 60))


class DebugPictures:
    """Writes annotated JPEGs named `<prefix><step>.jpg` into a folder."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self._folder = folder
        self._prefix = prefix

    def outlines(self, step: str, pixels: Pixels, outlines: Sequence[Proposal]) -> None:
        """The picture with outlines drawn on it; a dot marks the card's top-left corner.

        Raises:
            WorldError: the folder can't be written.
        """
        factor = min(1.0, _LONGEST / max(pixels.shape[:2]))
        canvas = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        for index, outline in enumerate(outlines):
            colour = _COLOURS[index % len(_COLOURS)]
            corners = np.rint(outline.corners * factor).astype(np.int32)
            cv2.polylines(canvas, [corners], True, colour, 2, cv2.LINE_AA)
            cv2.circle(canvas, corners[0].tolist(), 6, colour, -1, cv2.LINE_AA)
            where = (corners.mean(0) - [20, 0]).astype(int).tolist()
            cv2.putText(canvas, f"{outline.score:.2f}", where, 0, 0.6, (0, 0, 0), 3, cv2.LINE_AA)
            cv2.putText(canvas, f"{outline.score:.2f}", where, 0, 0.6, colour, 1, cv2.LINE_AA)
        self.picture(step, np.asarray(canvas, np.uint8))

    def picture(self, step: str, pixels: Pixels) -> None:
        """A picture as it is.

        Raises:
            WorldError: the folder can't be written.
        """
        target = self._folder / f"{self._prefix}{step}.jpg"
        _, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data.tobytes())
        except OSError as error:
            raise WorldError(f"Can't write {target}: {error.strerror or error}") from error
