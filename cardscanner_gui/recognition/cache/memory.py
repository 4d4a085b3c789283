"""What the recogniser asks of a memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from cardscanner_gui.core.types import ScanResult
from cardscanner_gui.store.recognitions import CardView


class Tier(StrEnum):
    """Where something is remembered, quickest first."""

    L1 = "l1"
    REDIS = "redis"
    SQLITE = "sqlite"


class Outcome(StrEnum):
    """What asking a tier gave."""

    HIT = "hit"
    MISS = "miss"
    ERROR = "error"


class AwayError(Exception):
    """A tier can't be asked now, or what lies there is of another kind."""


Confirmed = tuple[tuple[str, bytes], ...]
"""Cards of which the user said what they are: printing ids with fingerprints."""

Asked = Mapping[Tier, Outcome]
"""The tiers that were asked, and what came of it."""


@dataclass(frozen=True, eq=False)
class PictureLookup:
    """The answer to a picture, without photos, if it is remembered."""

    result: ScanResult | None = None
    asked: Asked = field(default_factory=dict)


@dataclass(frozen=True)
class NearView:
    """A remembered view that looks like the card in question.

    Attributes:
        distance: bits in which the fingerprints differ.
    """

    view: CardView
    distance: int
    tier: Tier


@dataclass(frozen=True)
class ViewLookup:
    """Views that look alike, the nearest first; a hit only once one of them is verified."""

    near: tuple[NearView, ...] = ()
    asked: Asked = field(default_factory=dict)

    def answered_by(self, tier: Tier | None) -> Asked:
        """The same tiers, with what verifying made of them; None: nothing was verified."""
        return {
            one: outcome
            if outcome is Outcome.ERROR
            else (Outcome.HIT if one is tier else Outcome.MISS)
            for one, outcome in self.asked.items()
        }


class Memory(Protocol):
    """Remembers answers to pictures, and how cards looked. Any thread may ask; nothing raises."""

    def warm_up(self) -> None:
        """Load what the first look-up would otherwise wait for."""

    def picture(self, key: str) -> PictureLookup:
        """The answer that was given to this very picture."""

    def keep_picture(self, key: str, result: ScanResult) -> None:
        """Remember an answer; its photos are left out."""

    def views(self, fingerprint: int) -> ViewLookup:
        """How cards looked that are like this one."""

    def keep_view(self, view: CardView) -> None:
        """Remember how a recognised card looked."""

    def confirmed(self) -> Confirmed:
        """The users' own cards as references for artwork."""
