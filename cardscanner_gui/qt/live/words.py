"""What live scanning says: states of the desk and of the camera, and what to do next."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from cardscanner_gui.core.live import DeskState, SourceState
from cardscanner_gui.core.sessions import Session, SessionState
from cardscanner_gui.core.words import Words, mark, tr
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.style.words import count

DESK_WORDS = Words(
    {
        DeskState.EMPTY: "Lay a card down",
        DeskState.MOVING: "Let it lie still",
        DeskState.BLURRED: "Too blurred: more light, or move the camera",
        DeskState.READING: "Reading…",
        DeskState.IDENTIFIED: "Got it. Lay down the next",
        DeskState.UNSURE: "It waits in Review. Lay down the next",
        DeskState.UNREADABLE: "It waits in Review. Lay down the next",
        DeskState.PAUSED: "Paused",
    }
)

BY_HAND_WORDS = Words({DeskState.MOVING: "Press Space to read this card"})
"""What is said instead while cards are captured by hand."""

OUTLINE_WORDS = Words(
    {
        DeskState.MOVING: "Moving",
        DeskState.BLURRED: "Blurred",
        DeskState.READING: "Reading",
        DeskState.IDENTIFIED: "Identified",
        DeskState.UNSURE: "Not sure",
        DeskState.UNREADABLE: "Not readable",
        DeskState.PAUSED: "Paused",
    }
)

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


_ALLOW = Words(
    {
        "darwin": "Allow it in System Settings → Privacy & Security → Camera.",
        "win32": "Allow it in Settings → Privacy → Camera, for desktop apps.",
    }
)
_ALLOW_ELSEWHERE = mark(
    "Your user needs access to the video device: often that is the group “video”."
)


def source_words(state: SourceState, name: str) -> SourceWords | None:
    """What is said about a source in this state; None while all is well."""
    words = {
        SourceState.CONNECTING: SourceWords(
            tr("Connecting to {name}…", name=name), tr("This can take some seconds."), Mark.WORKING
        ),
        SourceState.LOST: SourceWords(
            tr("{name} is gone", name=name),
            tr(
                "Plug it in again, or check its cable or network. Scanning goes on "
                "by itself, and no card is lost."
            ),
        ),
        SourceState.BUSY: SourceWords(
            tr("Another program uses {name}", name=name),
            tr("Close that program, perhaps a video call. Scanning starts by itself."),
        ),
        SourceState.DENIED: SourceWords(
            tr("The system doesn't let Cardscanner use the camera"),
            _ALLOW.get(sys.platform, tr(_ALLOW_ELSEWHERE)) + tr(" Scanning then starts by itself."),
        ),
        SourceState.BLACK: SourceWords(
            tr("The picture is black"),
            tr("Open the camera's shutter, take off its cap, or switch on a light."),
        ),
        SourceState.FROZEN: SourceWords(
            tr("The picture stands still"),
            tr("If it doesn't come back by itself, unplug the camera and plug it in again."),
        ),
        SourceState.SLOW: SourceWords(
            tr("Few pictures a second"),
            tr("More light, a lower resolution or another USB port make the camera faster."),
            Mark.UNSURE,
            covers=False,
        ),
        SourceState.ENDED: SourceWords(
            tr("{name} has ended", name=name),
            tr("End the session, or choose another source."),
            Mark.WORKING,
        ),
    }
    return words.get(state)


def session_line(session: Session, per_minute: float | None) -> str:
    """`37 cards this session · 41 a minute · 3 to review`."""
    parts = [tr("{cards} this session", cards=count(session.cards, "card"))]
    more = session.copies - session.identified
    if more > 0:
        parts.append(f"{count(session.copies, 'copy', 'copies')}")
    if per_minute is not None:
        parts.append(tr("{per_minute:.0f} a minute", per_minute=per_minute))
    if session.unsure:
        parts.append(tr("{unsure:,} to review", unsure=session.unsure))
    return " · ".join(parts)


SESSION_STATES = Words(
    {
        SessionState.OPEN: "Unfinished",
        SessionState.PAUSED: "Unfinished",
        SessionState.ENDED: "Kept",
        SessionState.DISCARDED: "Discarded",
    }
)
