"""The finder's two networks on ONNX Runtime. Both take RGB bytes; scaling is in the graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.vision.geometry import homography, rectangle
from cardscanner_gui.vision.pyramid import Pyramid

Map = npt.NDArray[np.float32]

STRIDE = 8
"""Pixels a cell of the centre map; corner maps have twice as many cells a side."""
OFFSET_UNIT = 64
"""Pixels that one unit of an offset means."""


@dataclass(frozen=True, eq=False)
class Maps:
    """What the corner network says about one canvas of H x W pixels.

    Attributes:
        centre: H/8 x W/8, how likely a card's middle is here.
        offsets: 4 x 2 x H/8 x W/8, from here to the corners, in units of 64 pixels.
        corners: 4 x H/4 x W/4, how likely this corner of some card is here.
    """

    centre: Map
    offsets: Map
    corners: Map


class CornerNetwork:
    """Sees cards: their middles and their four ordered corners."""

    def __init__(self, path: Path, threads: int) -> None:
        self._session = open_session(path, threads)

    def look(self, canvases: Pixels) -> list[Maps]:
        """Look at N canvases (N x H x W x 3, both sides multiples of 32)."""
        centres, offsets, corners = self._session.run(None, {"pixels": canvases})
        shape = (4, 2, *centres.shape[2:])
        return [
            Maps(centre[0], offset.reshape(shape), corner)
            for centre, offset, corner in zip(centres, offsets, corners, strict=True)
        ]


class UprightNetwork:
    """Tells which way a card is up, from small crops."""

    WIDTH, HEIGHT = 64, 88
    _CANVAS = rectangle(3, 4, 61, 84)

    def __init__(self, path: Path, threads: int) -> None:
        self._session = open_session(path, threads)

    def turns(self, pyramid: Pyramid, outlines: list[Corners]) -> npt.NDArray[np.float32]:
        """Probability that each crop is turned left by 0, 1, 2, 3 quarters, N x 4."""
        if not outlines:
            return np.zeros((0, 4), np.float32)
        size = (self.WIDTH, self.HEIGHT)
        crops = [
            pyramid.card_view(q, self._CANVAS, homography(q, self._CANVAS), size) for q in outlines
        ]
        return np.asarray(self._session.run(None, {"pixels": np.stack(crops)})[0], np.float32)


def open_session(path: Path, threads: int) -> Any:
    """A session that doesn't spin between runs: the OCR models share the same two cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
