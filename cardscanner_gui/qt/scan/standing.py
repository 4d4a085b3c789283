"""Where a scanned card stands between the picture and the collection."""

from __future__ import annotations

from enum import Enum

from cardscanner_gui.core.collection import Decision, Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.words import Words, tr
from cardscanner_gui.qt.card.asked import asked_of_scan, question_words
from cardscanner_gui.qt.card.evidence import read_text
from cardscanner_gui.qt.scan.state import CardState


class Standing(Enum):
    """What became of a card, or is still to become of it."""

    UNRECORDED = "unrecorded"  # nothing is shown, or it is still being read
    WAITING = "waiting"  # for the user, in Review
    PLANNED = "planned"  # kept when its session ends
    KEPT = "kept"
    REJECTED = "rejected"
    REMOVED = "removed"  # kept, and its entry was deleted again: it can be kept once more


_DECIDED = {
    Decision.PENDING: Standing.WAITING,
    Decision.REJECTED: Standing.REJECTED,
    Decision.ACCEPTED: Standing.REMOVED,
}


def standing_of(card: CardState | None) -> Standing:
    """Where a card stands now."""
    if card is None or card.scan is None:
        return Standing.UNRECORDED
    if card.scan.planned is not None:
        return Standing.PLANNED
    if card.scan.decision is Decision.ACCEPTED and card.entry is not None:
        return Standing.KEPT
    return _DECIDED[card.scan.decision]


def place_words(card: CardState | None) -> str:
    """Where the card is, in one line; empty before it was recorded."""
    standing = standing_of(card)
    if card is not None and card.entry is not None and standing is Standing.KEPT:
        copies = card.entry.quantity
        return tr("In your collection") + (
            tr(", {copies} copies", copies=copies) if copies > 1 else ""
        )
    return _PLACES.get(standing, "")


_PLACES = Words(
    {
        Standing.WAITING: "Waits in Review",
        Standing.PLANNED: "Kept when the session ends",
        Standing.REJECTED: "Not in your collection",
        Standing.REMOVED: "Not in your collection",
    }
)


def question(scan: Scan, games: Games) -> str:
    """What to ask where nobody knows which printing the card is."""
    asked = asked_of_scan(scan, games)
    if asked is not None:
        return question_words(asked, read_text(scan.reading, "name"))
    others = len(scan.candidates)
    return (
        tr("Which one is it? {others} fit", others=others) if others > 1 else tr("Which one is it?")
    )
