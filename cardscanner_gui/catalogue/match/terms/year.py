"""The year of the copyright line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.evidence import Compared, Observation, Term
from cardscanner_gui.core.types import Printing, Reading

_POINTS = {0: 2.5, 1: 1.5, 2: -2.0}
"""Points by how many years it is off; sets come out at the turn of a year."""
_CONTRADICTS = -4.0
_EARLIER = -1.5
"""A copyright line names several years, and the last of them may not have been read."""
_ANOTHER_AGE = -2.5
_AGE = 3
"""Years that a card is older than a printing which repeats it."""


@dataclass(frozen=True, eq=False)
class YearTerm(Term):
    """The latest year in the small print.

    Attributes:
        tells: whether this printing's set came out in the year that its cards print.
        origins: years of the game's own copyright, which cards of any age print too.
    """

    tells: Callable[[MatchRow], bool]
    origins: frozenset[int] = frozenset()

    name = "year"
    label = "year"
    cheap = False

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        latest = seen.once(_latest)
        if latest is None or not row.years or not self.tells(row):
            return None
        points = _POINTS.get(min(abs(latest - year) for year in row.years), _CONTRADICTS)
        if latest >= min(row.years):
            return points
        told = latest not in self.origins and latest <= min(row.years) - _AGE
        return _ANOTHER_AGE if told else max(points, _EARLIER)

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        years = [field.text for field in reading.of("year") if field.text.isdigit()]
        return Compared(max(years, key=int, default=None), (printing.released or "")[:4] or None)


def _latest(seen: Observation) -> int | None:
    years = (int(field.text) for field in seen.reading.of("year") if field.text.isdigit())
    return max(years, default=None)
