"""Batches of drawn scenes, varied a little each time they are seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.dataset import Arrays
from training.losses import Batch
from training.network import prepared

_MAPS = ("centre", "centre_weight", "offsets", "offset_weight", "corners", "mask", "mask_weight")
_BYTES = ("corners", "mask")
Chosen = npt.NDArray[np.int64]
_TURNED = 0.3
"""How many batches are seen turned by a quarter or more."""


def corner_batch(sets: Sequence[Arrays], size: int, seed: int, step: int) -> tuple[Tensor, Batch]:
    """Pictures N x 3 x S x S and their targets; the same for the same seed and step.

    Args:
        sets: drawn scenes; each scene of all of them is as likely as any other.
        size: how many pictures.
        seed: of the training.
        step: of the training.
    """
    rng = np.random.default_rng([seed, step])
    chosen = np.sort(rng.integers(0, sum(len(arrays["pixels"]) for arrays in sets), size))
    pictures = prepared(_taken(sets, "pixels", chosen))
    batch = {name: _taken(sets, name, chosen).float() for name in _MAPS}
    for name in _BYTES:
        batch[name] /= 255
    if rng.random() < _TURNED:
        turns = int(rng.integers(1, 4))
        pictures = torch.rot90(pictures, turns, (2, 3))
        batch = {name: torch.rot90(value, turns, (-2, -1)) for name, value in batch.items()}
        batch["offsets"] = _turned_offsets(batch["offsets"], turns)
    return recoloured(pictures, rng), batch


def _taken(sets: Sequence[Arrays], name: str, chosen: Chosen) -> Tensor:
    """One kind of map of the chosen scenes, which are numbered through all sets."""
    parts, first = [], 0
    for arrays in sets:
        count = len(arrays["pixels"])
        here = chosen[(chosen >= first) & (chosen < first + count)] - first
        parts.append(torch.from_numpy(arrays[name][here]))
        first += count
    return torch.cat(parts)


def _turned_offsets(offsets: Tensor, turns: int) -> Tensor:
    """Vectors after turning the picture left: (x, y) becomes (y, -x) for each quarter."""
    for _ in range(turns):
        x, y = offsets[:, 0::2], offsets[:, 1::2]
        offsets = torch.stack([y, -x], dim=2).flatten(1, 2)
    return offsets


def recoloured(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Another brightness, contrast and white balance for each picture."""
    count = len(pictures)
    balance = rng.uniform(0.85, 1.15, (count, 3, 1, 1)) * rng.uniform(0.75, 1.25, (count, 1, 1, 1))
    lift = rng.uniform(-0.25, 0.25, (count, 1, 1, 1))
    return pictures * torch.from_numpy(balance).float() + torch.from_numpy(lift).float()
