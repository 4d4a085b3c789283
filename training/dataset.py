"""Drawn scenes with their targets in flat files, read in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SIDE = 192
CROP_SIZE = (64, 88)
"""Width and height of the crops from which the upright network learns."""

Arrays = dict[str, "np.memmap[Any, np.dtype[Any]]"]
Parts = dict[str, tuple[tuple[int, ...], type[np.generic]]]

_COARSE, _FINE = SIDE // 8, SIDE // 4
SCENES: Parts = {
    "pixels": ((SIDE, SIDE, 3), np.uint8),
    "centre": ((_COARSE, _COARSE), np.float16),
    "centre_weight": ((_COARSE, _COARSE), np.uint8),
    "offsets": ((8, _COARSE, _COARSE), np.float16),
    "offset_weight": ((_COARSE, _COARSE), np.float16),
    "corners": ((4, _FINE, _FINE), np.uint8),
    "mask": ((_FINE, _FINE), np.uint8),
    "mask_weight": ((_FINE, _FINE), np.uint8),
}
"""Maps from 0 to 1 are stored as bytes."""
CROPS: Parts = {"crops": ((CROP_SIZE[1], CROP_SIZE[0], 3), np.uint8)}
"""One upright card each."""


def create(folder: Path, parts: Parts, count: int) -> Arrays:
    """Files for `count` pictures, opened for writing."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        name: np.memmap(folder / f"{name}.bin", kind, "w+", shape=(count, *shape))
        for name, (shape, kind) in parts.items()
    }


def load(folder: Path, parts: Parts) -> Arrays:
    """The arrays of a folder, read-only."""
    arrays: Arrays = {}
    for name, (shape, kind) in parts.items():
        path = folder / f"{name}.bin"
        count = path.stat().st_size // (int(np.prod(shape)) * np.dtype(kind).itemsize)
        arrays[name] = np.memmap(path, kind, "r", shape=(count, *shape))
    return arrays
