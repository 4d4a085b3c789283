"""From pictures of single text lines to text: the recognition model and CTC decoding."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.types import Pixels
from cardscanner_gui.reading.models import RECOGNISER, Network
from cardscanner_gui.reading.number_check import path_scores

_HEIGHT = 48
_MAX_WIDTH = 2400
_WIDTH_STEP = 8


class LineRecogniser:
    """Reads pictures that show one line of text each.

    Args:
        folder: of the models.
        threads: of the network.
        model: its file in the folder, or another one that reads lines 48 pixels high.
    """

    def __init__(self, folder: Path, threads: int = 2, model: str | Path = RECOGNISER) -> None:
        self._network = Network(folder / model, threads)
        # Class 0 is CTC's blank; the model has a few classes more than names: they mean a space.
        self._characters = ["", *self._network.metadata["character"].split("\n")]
        self._classes = {c: i for i, c in enumerate(self._characters) if c}

    def read(
        self, pictures: Sequence[Pixels], token: CancelToken | None = None
    ) -> list[tuple[str, float]]:
        """Text and mean confidence of each picture (RGB, any size), in order."""
        return list(self.read_lazily(pictures, token))

    def read_lazily(
        self, pictures: Sequence[Pixels], token: CancelToken | None = None
    ) -> Iterator[tuple[str, float]]:
        """The same, one at a time: on a CPU a batch costs as much as its lines in turn."""
        for picture in pictures:
            if min(picture.shape[:2]) < 2:
                yield "", 0.0
                continue
            yield self._decode(self._network(_as_input(picture), token)[0])

    def likelihoods(
        self, picture: Pixels, texts: Sequence[str], token: CancelToken | None = None
    ) -> npt.NDArray[np.float64]:
        """How well each text fits somewhere in a line; see `number_check.path_scores`."""
        return path_scores(self._network(_as_input(picture), token)[0], texts, self._classes)

    def _decode(self, probabilities: npt.NDArray[np.float32]) -> tuple[str, float]:
        """Greedy CTC: the best class a step, repeats and blanks removed."""
        best = probabilities.argmax(axis=1)
        keep = (best != 0) & np.concatenate(([True], best[1:] != best[:-1]))
        if not keep.any():
            return "", 0.0
        text = "".join(self._character(int(c)) for c in best[keep])
        confidence = probabilities[np.arange(len(best)), best][keep].mean()
        return text.strip(), float(confidence)

    def _character(self, index: int) -> str:
        return self._characters[index] if index < len(self._characters) else " "


def _as_input(picture: Pixels) -> npt.NDArray[np.float32]:
    """A line at the model's height, 1 x 3 x 48 x W, BGR in -1 to 1."""
    height, width = picture.shape[:2]
    wide = min(_MAX_WIDTH, max(16, math.ceil(_HEIGHT * width / height)))
    padded = -(-wide // _WIDTH_STEP) * _WIDTH_STEP
    shrinking = height > _HEIGHT
    line = cv2.resize(
        picture, (wide, _HEIGHT), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    )
    array = np.zeros((1, 3, _HEIGHT, padded), np.float32)
    array[0, :, :, :wide] = (line[:, :, ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
    return array
