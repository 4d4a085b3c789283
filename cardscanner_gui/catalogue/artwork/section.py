"""Fingerprints of one length: the quick choice by bits, and exact likeness for those chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cardscanner_gui.catalogue.artwork.whitening import Whitening, as_signs, half, typical_bits
from cardscanner_gui.core.look import SIDE, Bits, CutViews, Floats

Numbers = npt.NDArray[np.intp]
Words = npt.NDArray[np.uint64]

_QUICK_VIEWS = (0, 9, 12)
"""Of each way up: the outline itself, and the views that differ from it most."""
_BLOCK = 4096


@dataclass(frozen=True, eq=False)
class Section:
    """All fingerprints of one length.

    Attributes:
        side: cells along a side; a fingerprint has 2 * side * side bits.
        ids: of the printings, one for each fingerprint.
        words: W x N, the fingerprints' bytes eight at a time; a word of all lies together.
        whole, upper: how the bits vary, of the whole card and of rows 1 to side / 2: the text in a
            card's lower half looks much alike on many cards.
        lengths, upper_lengths: of each fingerprint after whitening.
    """

    side: int
    ids: tuple[str, ...]
    words: Words
    whole: Whitening
    upper: Whitening
    lengths: Floats
    upper_lengths: Floats

    @classmethod
    def of(cls, side: int, ids: Sequence[str], packed: Bits) -> Section:
        """A section of these fingerprints, N x (side * side / 4) bytes."""
        bits = np.unpackbits(packed, axis=1)
        typical = typical_bits() if side == SIDE else None
        whole = Whitening.of(bits, typical)
        upper = Whitening.of(bits[:, _upper(side)], _part(typical, _upper(side)))
        lengths, upper_lengths = _lengths(bits, side, whole, upper)
        return cls(side, tuple(ids), _as_words(packed), whole, upper, lengths, upper_lengths)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Where each printing's fingerprints are."""
        found: dict[str, list[int]] = {}
        for position, one in enumerate(self.ids):
            found.setdefault(one, []).append(position)
        return found

    def with_more(self, ids: Sequence[str], packed: Bits) -> Section:
        """The same with more fingerprints, compared by what is known of the others."""
        lengths, upper_lengths = _lengths(
            np.unpackbits(packed, axis=1), self.side, self.whole, self.upper
        )
        return Section(
            self.side,
            (*self.ids, *ids),
            np.concatenate([self.words, _as_words(packed)], axis=1),
            self.whole,
            self.upper,
            np.concatenate([self.lengths, lengths]),
            np.concatenate([self.upper_lengths, upper_lengths]),
        )

    def packed(self, numbers: Numbers | None = None) -> Bits:
        """The fingerprints' bytes, of all or of some."""
        words = self.words if numbers is None else self.words[:, numbers]
        return np.ascontiguousarray(words.T).view(np.uint8)

    def closest(self, views: Floats, most: int) -> Numbers:
        """The `most` fingerprints of which the fewest bits differ from one of a few views."""
        if len(self) <= most:
            return np.arange(len(self))
        half_way = len(views) // 2
        quick = [start + view for start in (0, half_way) for view in _QUICK_VIEWS]
        least = np.full(len(self), np.iinfo(np.uint16).max, np.uint16)
        for words in _as_words(np.packbits(views[quick] > 0, axis=1)).T:
            np.minimum(least, self._differing(words), out=least)
        return np.argpartition(least, most)[:most]

    def closest_of_cut(self, cut: CutViews, most: int) -> Numbers:
        """The same by the part of a cut card that is seen."""
        if len(self) <= most:
            return np.arange(len(self))
        share = np.full(len(self), 1.0, np.float32)
        for gradients, seen in zip(cut.gradients[::_ACROSS], cut.seen[::_ACROSS], strict=True):
            words, mask = (
                _as_words(np.packbits(part)[None])[:, 0] for part in (gradients > 0, seen)
            )
            share = np.minimum(share, self._differing(words, mask) / np.float32(seen.sum()))
        return np.argpartition(share, most)[:most]

    def likeness(self, views: Floats, numbers: Numbers) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """How like the card each of these is, -1 to 1, and whether it is so upside down."""
        references = as_signs(np.unpackbits(self.packed(numbers), axis=1))
        rows = _upper(self.side)
        scores = self.whole.cosines(views, references, self.lengths[numbers])
        scores += self.upper.cosines(
            views[:, rows], references[:, rows], self.upper_lengths[numbers]
        )
        best = scores.argmax(0)
        return scores.max(0) / 2, best >= len(views) // 2

    def likeness_of_cut(
        self, cut: CutViews, numbers: Numbers
    ) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """The same by the part of a cut card that is seen; not whitened, so scores run higher."""
        size = self.side * self.side
        references = as_signs(np.unpackbits(self.packed(numbers), axis=1)[:, :size])
        references = references - self.whole.mean[:size]
        views = np.where(cut.seen, cut.gradients - self.whole.mean[:size], 0.0)
        lengths = np.sqrt(cut.seen.astype(np.float32) @ (references**2).T)
        scores = views @ references.T / np.maximum(lengths, 1e-6)
        scores /= np.linalg.norm(views, axis=1)[:, None]
        best = scores.argmax(0)
        return scores.max(0).astype(np.float32), best >= len(views) // 2

    def alike(self, numbers: Numbers) -> Floats:
        """K x K: how like each other these fingerprints are, as cosines."""
        signs = as_signs(np.unpackbits(self.packed(numbers), axis=1))
        return self.whole.cosines(signs, signs, self.lengths[numbers])

    def _differing(self, words: Words, mask: Words | None = None) -> npt.NDArray[np.uint16]:
        """How many bits of each fingerprint differ from these."""
        count = np.zeros(len(self), np.uint16)
        for number, word in enumerate(words if mask is None else words[: len(mask)]):
            different = self.words[number] ^ word
            count += np.bitwise_count(different if mask is None else different & mask[number])
        return count


_ACROSS = 9
"""Cut views of one supposed size follow each other; the first is in the middle."""


def _upper(side: int) -> slice:
    return slice(side, side + side * side // 2)


def _part(bits: Bits | None, columns: slice) -> Bits | None:
    return None if bits is None else bits[:, columns]


def _as_words(packed: Bits) -> Words:
    return np.ascontiguousarray(np.ascontiguousarray(packed).view(np.uint64).T)


def _lengths(bits: Bits, side: int, whole: Whitening, upper: Whitening) -> tuple[Floats, Floats]:
    """Of each fingerprint after whitening: of the whole card and of its upper half."""
    parts = []
    for columns, whitening in ((slice(None), whole), (_upper(side), upper)):
        blocks = [
            whitening.length(as_signs(bits[start : start + _BLOCK, columns]) - whitening.mean)
            for start in range(0, len(bits), _BLOCK)
        ]
        parts.append(half(np.concatenate(blocks)) if blocks else np.zeros(0, np.float32))
    return parts[0], parts[1]
