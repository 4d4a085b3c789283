"""The cards that the strip shows, as many as are kept at hand."""

from __future__ import annotations

from collections.abc import Sequence

from cardscanner_gui.qt.scan.state import CardState

KEPT_CARDS = 200
"""Cards the strip keeps; older ones are in the collection, in review, or in the activity log."""


class KeptCards:
    """Cards, oldest first; at most `KEPT_CARDS`."""

    def __init__(self) -> None:
        self._cards: list[CardState] = []

    @property
    def all(self) -> Sequence[CardState]:
        return self._cards

    def add(self, cards: Sequence[CardState]) -> Sequence[CardState]:
        """Take in new ones; gives those that had to go for them."""
        self._cards.extend(cards)
        too_many = max(0, len(self._cards) - KEPT_CARDS)
        dropped, self._cards = self._cards[:too_many], self._cards[too_many:]
        return dropped

    def replace(self, old: Sequence[CardState], new: Sequence[CardState]) -> None:
        """A picture has other cards now; they stand where the old ones stood."""
        place = self._cards.index(old[0]) if old and old[0] in self._cards else len(self._cards)
        self.remove(old)
        self._cards[place:place] = new

    def remove(self, cards: Sequence[CardState]) -> None:
        self._cards = [card for card in self._cards if card not in cards]
