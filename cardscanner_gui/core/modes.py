"""How thoroughly cards are read."""

from __future__ import annotations

from enum import StrEnum


class ReadingMode(StrEnum):
    """Who reads a card.

    `FAST`: text recognition only. `BALANCED`: a model too, where that stays unsure. `THOROUGH`: a
    model checks every card. Without an installed model all three are fast.
    """

    FAST = "fast"
    BALANCED = "balanced"
    THOROUGH = "thorough"
