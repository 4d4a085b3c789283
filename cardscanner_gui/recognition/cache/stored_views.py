"""How cards looked that the store knows, found by their fingerprints."""

from __future__ import annotations

import threading

from cardscanner_gui.recognition.cache.fingerprints import FingerprintIndex
from cardscanner_gui.store.recognitions import CardView, RecognitionStore

_MOST_MORE = 2
"""So many times what is asked for is looked up: the index also knows views that were forgotten."""


class StoredViews:
    """An index of the store's views that follows what is added there. Any thread may ask."""

    def __init__(self, store: RecognitionStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._index = FingerprintIndex()
        self._last = 0

    def near(self, fingerprint: int, most: int, limit: int) -> list[tuple[CardView, int]]:
        """Views at most `most` bits away with their distances, the nearest first.

        There may be up to twice as many as `limit`, for whoever leaves some of them out.

        Raises:
            StoreError: the store can't be read.
        """
        with self._lock:
            added = self._store.fingerprints_after(self._last)
            if added:
                self._index.add(added)
                self._last = added[-1][0]
            near = self._index.near(fingerprint, most, _MOST_MORE * limit)
        views = self._store.views([number for number, _ in near]) if near else {}
        if len(views) < len(near) / 2:
            # Most of them were forgotten meanwhile: begin anew with those that are there.
            with self._lock:
                self._index, self._last = FingerprintIndex(), 0
        return [(views[number], distance) for number, distance in near if number in views]
