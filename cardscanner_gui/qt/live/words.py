"""What live scanning says: states of the desk and of the camera, and what to do next."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from cardscanner_gui.core.live import DeskState, SourceState
from cardscanner_gui.core.sessions import Session, SessionState
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.style.words import count

DESK_WORDS = {
    DeskState.EMPTY: "Lay a card down",
    DeskState.MOVING: "Let it lie still",
    DeskState.BLURRED: "Too blurred: more light, or move the camera",
    DeskState.READING: "Reading…",
    DeskState.IDENTIFIED: "Got it. Lay down the next",
    DeskState.UNSURE: "It waits in Review. Lay down the next",
    DeskState.UNREADABLE: "It waits in Review. Lay down the next",
    DeskState.PAUSED: "Paused",
}

BY_HAND_WORDS = {DeskState.MOVING: "Press Space to read this card"}
"""What is said instead while cards are captured by hand."""

OUTLINE_WORDS = {
    DeskState.MOVING: "Moving",
    DeskState.BLURRED: "Blurred",
    DeskState.READING: "Reading",
    DeskState.IDENTIFIED: "Identified",
    DeskState.UNSURE: "Not sure",
    DeskState.UNREADABLE: "Not readable",
    DeskState.PAUSED: "Paused",
}

DESK_MARKS = {
    DeskState.MOVING: Mark.WORKING,
    DeskState.BLURRED: Mark.UNREADABLE,
    DeskState.READING: Mark.WORKING,
    DeskState.IDENTIFIED: Mark.IDENTIFIED,
    DeskState.UNSURE: Mark.UNSURE,
    DeskState.UNREADABLE: Mark.UNREADABLE,
    DeskState.PAUSED: Mark.WORKING,
}


@dataclass(frozen=True)
class SourceWords:
    """What happened to the source, and what the user can do.

    Attributes:
        covers: the picture says nothing any more, so the words stand over it.
    """

    title: str
    advice: str
    mark: Mark = Mark.FAILED
    covers: bool = True


_ALLOW = {
    "darwin": "Allow it in System Settings → Privacy & Security → Camera.",
    "win32": "Allow it in Settings → Privacy → Camera, for desktop apps.",
}
_ALLOW_ELSEWHERE = "Your user needs access to the video device: often that is the group “video”."


def source_words(state: SourceState, name: str) -> SourceWords | None:
    """What is said about a source in this state; None while all is well."""
    words = {
        SourceState.CONNECTING: SourceWords(
            f"Connecting to {name}…", "This can take some seconds.", Mark.WORKING
        ),
        SourceState.LOST: SourceWords(
            f"{name} is gone",
            "Plug it in again, or check its cable or network. Scanning goes on by itself, and no "
            "card is lost.",
        ),
        SourceState.BUSY: SourceWords(
            f"Another program uses {name}",
            "Close that program, perhaps a video call. Scanning starts by itself.",
        ),
        SourceState.DENIED: SourceWords(
            "The system doesn't let Cardscanner use the camera",
            _ALLOW.get(sys.platform, _ALLOW_ELSEWHERE) + " Scanning then starts by itself.",
        ),
        SourceState.BLACK: SourceWords(
            "The picture is black",
            "Open the camera's shutter, take off its cap, or switch on a light.",
        ),
        SourceState.FROZEN: SourceWords(
            "The picture stands still",
            "If it doesn't come back by itself, unplug the camera and plug it in again.",
        ),
        SourceState.SLOW: SourceWords(
            "Few pictures a second",
            "More light, a lower resolution or another USB port make the camera faster.",
            Mark.UNSURE,
            covers=False,
        ),
        SourceState.ENDED: SourceWords(
            f"{name} has ended", "End the session, or choose another source.", Mark.WORKING
        ),
    }
    return words.get(state)


def session_line(session: Session, per_minute: float | None) -> str:
    """`37 cards this session · 41 a minute · 3 to review`."""
    parts = [f"{count(session.cards, 'card')} this session"]
    more = session.copies - session.identified
    if more > 0:
        parts.append(f"{count(session.copies, 'copy', 'copies')}")
    if per_minute is not None:
        parts.append(f"{per_minute:.0f} a minute")
    if session.unsure:
        parts.append(f"{session.unsure:,} to review")
    return " · ".join(parts)


SESSION_STATES = {
    SessionState.OPEN: "Unfinished",
    SessionState.PAUSED: "Unfinished",
    SessionState.ENDED: "Kept",
    SessionState.DISCARDED: "Discarded",
}
