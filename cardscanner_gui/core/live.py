"""What live scanning reports besides recognition events: the source, and what lies there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cardscanner_gui.core.types import Corners


class SourceState(StrEnum):
    """How the camera, or what stands for one, is doing."""

    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"  # unplugged, or the stream broke off
    BUSY = "busy"  # another program has it
    DENIED = "denied"  # the system doesn't let us
    BLACK = "black"
    FROZEN = "frozen"
    SLOW = "slow"
    ENDED = "ended"  # the last frame of a file or folder


class DeskState(StrEnum):
    """What lies under the camera, and what is happening to it."""

    EMPTY = "empty"
    MOVING = "moving"
    BLURRED = "blurred"  # lies still, and can't be read sharply
    READING = "reading"
    IDENTIFIED = "identified"  # recorded; lift it, and lay down the next
    UNSURE = "unsure"  # recorded for review
    UNREADABLE = "unreadable"  # recorded for review
    PAUSED = "paused"


@dataclass(frozen=True)
class LiveEvent:
    """Something to show; the newest of each kind counts."""


@dataclass(frozen=True)
class SourceChanged(LiveEvent):
    """`message` is one line for the user; empty while all is well."""

    source: str
    state: SourceState
    message: str = ""


@dataclass(frozen=True, eq=False)
class DeskChanged(LiveEvent):
    """After each frame that was looked at.

    Attributes:
        corners: the followed card's, in the frame's pixels; None when there is none.
        width, height: the frame's.
        request_id: of the presentation that lies there now, once it is being read.
    """

    state: DeskState
    corners: Corners | None
    width: int
    height: int
    captured_at: float
    request_id: str | None = None


@dataclass(frozen=True)
class NothingSeen(LiveEvent):
    """The user wanted a card captured, and there is nothing but the desk."""

    source: str


@dataclass(frozen=True, eq=False)
class CardPresented(LiveEvent):
    """A new card lies still: exactly one for each presentation.

    Recognition events with this `request_id` follow; `Finished` brings the one record.
    """

    request_id: str
    source: str
    captured_at: float
