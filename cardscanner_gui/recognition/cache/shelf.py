"""Views and answers kept in memory, the least used forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import Generic, TypeVar

from cardscanner_gui.recognition.cache.fingerprints import FingerprintIndex
from cardscanner_gui.store.recognitions import CardView

K = TypeVar("K")
V = TypeVar("V")


class Shelf(Generic[K, V]):
    """A dictionary that holds so many values; what wasn't asked for the longest goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        found = self._values.get(key)
        if found is not None:
            self._values.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._size:
            self._values.popitem(last=False)

    def drop(self, key: K) -> None:
        self._values.pop(key, None)

    def items(self) -> list[tuple[K, V]]:
        return list(self._values.items())


class ViewShelf:
    """Views in memory, found by their fingerprints."""

    def __init__(self, size: int) -> None:
        self._views: Shelf[tuple[int, str], CardView] = Shelf(size)
        self._index: FingerprintIndex | None = None
        self._indexed: list[CardView] = []

    def put(self, views: Iterable[CardView]) -> None:
        """Add views; a view that was confirmed stays so, and keeps its places."""
        for view in views:
            key = view.fingerprint, view.printing_id
            known = self._views.get(key)
            if known is not None:
                places = view.places or known.places
                view = replace(view, places=places, confirmed=view.confirmed or known.confirmed)
            self._views.put(key, view)
            self._index = None

    def forget(self, fingerprint: int) -> None:
        """Drop what a card of this very fingerprint was taken for."""
        for key, view in self._views.items():
            if view.fingerprint == fingerprint:
                self._views.drop(key)
        self._index = None

    def near(self, fingerprint: int, most: int, limit: int) -> list[tuple[CardView, int]]:
        """Views at most `most` bits away with their distances, the nearest first."""
        if self._index is None:
            self._indexed = [view for _, view in self._views.items()]
            self._index = FingerprintIndex()
            self._index.add([(i, view.fingerprint) for i, view in enumerate(self._indexed)])
        found = self._index.near(fingerprint, most, limit)
        return [(self._indexed[i], distance) for i, distance in found]
