"""Printings by their numbers at marketplaces."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping


class MarketIds:
    """Which printings bear a marketplace's number; several may, and a finish or two of each.

    Args:
        rows: of each printing its key and its variants as the catalogue keeps them.
    """

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        found: dict[tuple[str, int], list[int]] = defaultdict(list)
        for key, text in rows:
            for _, _, ids in json.loads(text):
                for market, number in ids.items():
                    keys = found[market, number]
                    if not keys or keys[-1] != key:
                        keys.append(key)
        self._keys: Mapping[tuple[str, int], list[int]] = found

    def keys(self, market: str, number: int) -> list[int]:
        """Keys of the printings, in the catalogue's order."""
        return self._keys.get((market, number), [])
