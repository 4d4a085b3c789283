"""A session: cards scanned in one sitting, which reach the collection together or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from cardscanner_gui.core.collection import Condition, Finish


class SessionState(StrEnum):
    """Open and paused ones wait; their cards are not in the collection yet."""

    OPEN = "open"
    PAUSED = "paused"
    ENDED = "ended"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class SessionDefaults:
    """What each card of a session starts as.

    Attributes:
        finish, language: where the picture doesn't tell.
        note: goes into the note of each card, such as the box they are put in.
    """

    condition: str = Condition.NEAR_MINT
    finish: str = Finish.NORMAL
    language: str = "en"
    note: str = ""


@dataclass(frozen=True)
class Session:
    """A session and what it has so far.

    Attributes:
        source: the camera, file or address that its cards came from.
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
    defaults: SessionDefaults = field(default_factory=SessionDefaults)
    ended_at: float | None = None
    cards: int = 0
    identified: int = 0
    unsure: int = 0
    copies: int = 0

    @property
    def unfinished(self) -> bool:
        """Whether it can still be ended or discarded."""
        return self.state in (SessionState.OPEN, SessionState.PAUSED)
