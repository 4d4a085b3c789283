"""Finding names that were read with mistakes."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

_LEAST_SIMILARITY = 60.0
_LEAST_SIMILARITY_OTHER = 50.0  # names of two signs, one of them misread
_SHORTEST_CONTAINED = 4


class FuzzyIndex:
    """Folded texts, found by similarity.

    Comparing with every text takes 1 to 2 ms for the 16,000 Latin names, finds names of any length
    and script, and beats an index of trigrams in both speed and recall (see ADR 0002).
    """

    def __init__(self, texts: Iterable[str]) -> None:
        texts = list(texts)
        self._all = frozenset(texts)
        self._latin = [text for text in texts if text.isascii()]
        self._other = [text for text in texts if not text.isascii()]

    def like(self, folded: str, limit: int) -> list[str]:
        """Texts like this one, best first: itself, those it contains, then the most similar.

        What is contained matters when a reader gave more than the name: `basicsprigatitohp60`.
        """
        if not folded:
            return []
        found = [folded] if folded in self._all else []
        found += self._contained(folded)
        latin = folded.isascii()
        similar = process.extract(
            folded,
            self._latin if latin else self._other,
            scorer=fuzz.ratio,
            limit=limit,
            score_cutoff=_LEAST_SIMILARITY if latin else _LEAST_SIMILARITY_OTHER,
        )
        found += [text for text, _, _ in similar]
        return list(dict.fromkeys(found))[:limit]

    def containing(self, folded: str) -> list[str]:
        """Texts that this one stands within, those that begin with it first, then the shortest."""
        pool = self._latin if folded.isascii() else self._other
        found = (text for text in pool if folded in text)
        return sorted(found, key=lambda text: (not text.startswith(folded), len(text), text))

    def _contained(self, folded: str) -> list[str]:
        """Texts that stand within this one, longest first."""
        size = len(folded)
        shortest = _SHORTEST_CONTAINED if folded.isascii() else _SHORTEST_CONTAINED // 2
        parts = {
            folded[start:end]
            for start in range(size - shortest + 1)
            for end in range(start + shortest, size + 1)
        }
        return sorted(parts & self._all, key=lambda text: (-len(text), text))
