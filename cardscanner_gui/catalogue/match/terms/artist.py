"""Who painted the picture, from the small print."""

from __future__ import annotations

from rapidfuzz import fuzz

from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.evidence import Compared, Observation, Term
from cardscanner_gui.core.text import fold, is_credit, without_credit
from cardscanner_gui.core.types import Printing, Reading

_POINTS = ((88.0, 4.0), (75.0, 3.0), (65.0, 1.0))
"""Likeness from which on an artist gives so many points."""
_CONTRADICTS = -3.0
_NOT_CREDITED = -1.0
"""What was read doesn't say that it is an artist's name."""


class ArtistTerm(Term):
    """The artist's name somewhere in the lines at the bottom."""

    name = "artist"
    label = "artist"
    cheap = False

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        if not row.artist or not seen.reading.of("artist"):
            return None
        return seen.once(_points, row.artist)

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        printed = printing.illustrator or ""
        names = [without_credit(field.text) for field in reading.of("artist")]
        closest = max(names, key=lambda name: _likeness(fold(name), fold(printed)), default=None)
        return Compared(closest, printed or None)


def _artists(seen: Observation) -> tuple[str, ...]:
    return tuple(fold(without_credit(field.text)) for field in seen.reading.of("artist"))


def _points(seen: Observation, printed: str) -> float:
    likeness = max(_likeness(read, printed) for read in seen.once(_artists))
    credited = any(is_credit(field.text) for field in seen.reading.of("artist"))
    otherwise = _CONTRADICTS if credited else _NOT_CREDITED
    return next((points for least, points in _POINTS if likeness >= least), otherwise)


def _likeness(read: str, printed: str) -> float:
    # A short name is found in any long line: partial agreement says little there.
    discount = 5 if len(printed) > 6 else 40
    return max(fuzz.ratio(read, printed), fuzz.partial_ratio(read, printed) - discount)
