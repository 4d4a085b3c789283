"""What a reading means, also while there is no catalogue."""

from __future__ import annotations

from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.types import Match, Reading, Status

NO_TEXT = Match(Status.UNREADABLE, "no text could be read")
_NO_CATALOGUE = Match(Status.UNSURE, "the card catalogue isn't here yet")


def match_or_say_why(matcher: Matcher | None, reading: Reading) -> Match:
    """The match, or without a catalogue an unsure answer that says so."""
    if matcher is not None:
        return matcher.match(reading)
    return _NO_CATALOGUE if reading.best() else NO_TEXT
