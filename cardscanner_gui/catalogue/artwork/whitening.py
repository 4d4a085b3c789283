"""How fingerprints of a whole index vary, so that what many cards share counts for little."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.look import Bits, Floats

Doubles = npt.NDArray[np.float64]

_SHRINKAGE = 0.3
"""Part of the covariance that is replaced by one without correlations."""
_FEW = 200
"""With so many pictures the index's own mean and covariance count half."""
TYPICAL = "drawn_cards.npy"
"""Fingerprints of drawn cards, from `training.typical_cards`."""
_BLOCK = 4096


@dataclass(frozen=True, eq=False)
class Whitening:
    """Mean and inverse covariance of the bits, taken as -1 and 1.

    Two descriptors are compared by the cosine between them after the mean was taken off and both
    were scaled so that all directions vary alike; with the inverse covariance no reference needs to
    be scaled for that.

    Attributes:
        mean: n values.
        inverse: n x n, kept as half floats.
    """

    mean: Floats
    inverse: Floats

    @classmethod
    def of(cls, bits: Bits, typical: Bits | None = None) -> Whitening:
        """Of all fingerprints of an index.

        Args:
            bits: N x n, 0 or 1.
            typical: M x n, of cards as they usually are, which say what few fingerprints can't;
                None: their bits are taken for even and independent.
        """
        count, size = bits.shape
        known = count / (count + _FEW)
        mean, covariance = _shrunk(bits)
        usual_mean, usual = np.zeros(size), np.eye(size)
        if typical is not None:
            usual_mean, usual = _shrunk(typical)
        mean = known * mean + (1 - known) * usual_mean
        inverse = np.linalg.inv(known * covariance + (1 - known) * usual)
        return cls(mean.astype(np.float32), half(inverse))

    def length(self, vectors: Floats) -> Floats:
        """Lengths after whitening of vectors from which the mean was taken off, k x n."""
        return np.asarray(np.sqrt(((vectors @ self.inverse) * vectors).sum(-1)), np.float32)

    def cosines(self, views: Floats, references: Floats, lengths: Floats) -> Floats:
        """V x N: how alike descriptors and references are, -1 to 1.

        Args:
            views: V x n descriptors.
            references: N x n, bits as signs.
            lengths: of the references, after whitening.
        """
        centred = views - self.mean
        turned = centred @ self.inverse
        own = np.sqrt(np.maximum((turned * centred).sum(-1), 1e-9))
        products = turned @ references.T - (turned @ self.mean)[:, None]
        return np.asarray(products / own[:, None] / lengths, np.float32)


@lru_cache(maxsize=1)
def typical_bits() -> Bits:
    """M x 512: of drawn cards of many layouts.

    With them, an index of one to thirty fingerprints claimed none of 13,000 other cards' pictures,
    and up to 0.06 % without.
    """
    return np.unpackbits(np.load(Path(__file__).with_name(TYPICAL)), axis=1)


def _shrunk(bits: Bits) -> tuple[Doubles, Doubles]:
    """Mean of the bits, and their covariance with less of its correlations."""
    count, size = bits.shape
    total = np.zeros(size)
    products = np.zeros((size, size))
    for start in range(0, count, _BLOCK):
        block = as_signs(bits[start : start + _BLOCK])
        total += block.sum(0)
        products += block.T @ block
    mean = total / max(count, 1)
    own = products / max(count, 1) - np.outer(mean, mean)
    flat = np.eye(size) * np.trace(own) / size
    return mean, (1 - _SHRINKAGE) * own + _SHRINKAGE * flat


def half(values: np.ndarray) -> Floats:
    """Rounded to what a half float holds, so that a kept index answers as a fresh one does."""
    return np.asarray(values.astype(np.float16).astype(np.float32))


def as_signs(bits: Bits) -> Floats:
    """Bits as -1 and 1."""
    return np.asarray(bits, np.float32) * 2 - 1
