"""The fingerprints closest to one, among a hundred thousand, in a millisecond or two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.look import FINGERPRINT_BYTES, as_bytes

_WORDS = FINGERPRINT_BYTES // 8


class FingerprintIndex:
    """Fingerprints with a number each, in one array: comparing all beats any cleverer order."""

    def __init__(self) -> None:
        # A word of all lies together, as numpy counts quickest.
        self._words: npt.NDArray[np.uint64] = np.empty((_WORDS, 0), np.uint64)
        self._numbers: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Add numbers with their fingerprints."""
        needed = self._count + len(pairs)
        if needed > len(self._numbers):
            more = max(needed, 2 * len(self._numbers), 256) - len(self._numbers)
            self._words = np.pad(self._words, ((0, 0), (0, more)))
            self._numbers = np.pad(self._numbers, (0, more))
        if pairs:
            packed = b"".join(as_bytes(fingerprint) for _, fingerprint in pairs)
            self._numbers[self._count : needed] = [number for number, _ in pairs]
            words = np.frombuffer(packed, np.uint64).reshape(-1, _WORDS)
            self._words[:, self._count : needed] = words.T
            self._count = needed

    def near(self, fingerprint: int, most: int, limit: int) -> list[tuple[int, int]]:
        """Numbers and distances of those at most `most` bits away, the nearest first."""
        wanted = np.frombuffer(as_bytes(fingerprint), np.uint64)
        distances = np.zeros(self._count, np.uint16)
        for row, word in zip(self._words[:, : self._count], wanted, strict=True):
            distances += np.bitwise_count(row ^ word)
        close = np.flatnonzero(distances <= most)
        # Among equals the newest first: what was added last looks most like what comes next.
        close = close[np.lexsort((-close, distances[close]))][:limit]
        return [(int(self._numbers[i]), int(distances[i])) for i in close]
