"""What a card is called elsewhere: names of the same creature in other languages and regions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import in_language

_MOST_KINDS = 60
"""A word that begins the names of more kinds than that says too little."""
_LEAST = 2


class Kin:
    """Names by kind, where printings say in one fact which kind they show.

    Args:
        rows: names by language as JSON, and the fact as JSON, None where there is none.
    """

    def __init__(self, rows: Iterable[tuple[str, str | None]]) -> None:
        self._folded: dict[str, set[str]] = defaultdict(set)
        self._called: dict[str, set[str]] = defaultdict(set)
        for text, kind in rows:
            if kind is None:
                continue
            names = json.loads(text)
            self._folded[kind].update(fold(name) for name in names.values())
            self._called[kind].add(in_language(names))

    def called(self, word: str) -> tuple[str, ...]:
        """What cards whose name begins with this, in any language, are called in a collection."""
        folded = fold(word)
        if len(folded) < _LEAST and folded.isascii():
            return ()
        kinds = [
            kind
            for kind, names in self._folded.items()
            if any(name.startswith(folded) for name in names)
        ]
        if not folded or len(kinds) > _MOST_KINDS:
            return ()
        return tuple(sorted({name for kind in kinds for name in self._called[kind]}))
