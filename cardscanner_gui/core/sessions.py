"""A session: cards scanned in one sitting, which reach the collection together or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from cardscanner_gui.core.copies import CopyDefaults


class SessionState(StrEnum):
    """Open and paused ones wait; their cards are not in the collection yet."""

    OPEN = "open"
    PAUSED = "paused"
    ENDED = "ended"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Session:
    """A session and what it has so far.

    Attributes:
        source: the camera, file or address that its cards came from.
        defaults: what each of its cards starts as.
        started_at, ended_at: seconds since the epoch.
        cards: recorded ones that were not taken back.
        identified: those of them that are, or will be, in the collection.
        unsure: those of them that wait for review.
        copies: of the identified ones.
    """

    id: int
    source: str
    started_at: float
    state: SessionState
    defaults: CopyDefaults = field(default_factory=CopyDefaults)
    ended_at: float | None = None
    cards: int = 0
    identified: int = 0
    unsure: int = 0
    copies: int = 0

    @property
    def unfinished(self) -> bool:
        """Whether it can still be ended or discarded."""
        return self.state in (SessionState.OPEN, SessionState.PAUSED)
