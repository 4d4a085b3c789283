"""The card's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from cardscanner_gui.catalogue.match.alike import most_alike, texts
from cardscanner_gui.core.catalogue import LookUps, MatchRow
from cardscanner_gui.core.evidence import NAME, Compared, Observation, Term
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Printing, Reading

_POINTS = ((0.999, 9.0), (0.9, 8.0), (0.85, 6.0), (0.78, 3.0), (0.65, 1.0))
"""Likeness from which on a name gives so many points."""
_CONTRADICTS = -6.0
_ANOTHER_SUFFIX = 0.5
_SHORT_NAME_LOSS = 1.5
_OTHER_SIGN_FROM, _ANOTHER_SIGN = 8.0, 3.0
"""One sign of a script with thousands makes another word: energies differ by no more."""
_MOST_NAMES = 6
_MOST_ALIKE = 16
_WORTH_A_LOOK = 60.0
_NAME_WITHIN = 78.0


def names_read(seen: Observation) -> tuple[str, ...]:
    """The hypotheses for the name, folded."""
    return seen.once(_folded)


def _folded(seen: Observation) -> tuple[str, ...]:
    folded = (fold(field.text) for field in seen.reading.of("name"))
    return tuple(dict.fromkeys(name for name in folded if name))[:_MOST_NAMES]


@dataclass(frozen=True, eq=False)
class NameTerm(Term):
    """The card's name in any language, and what a game hangs on its end.

    Attributes:
        suffixes: folded ends of names that are often not read, since they are drawn as logos.
        readable: those that aren't read where they aren't printed.
    """

    suffixes: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()

    name = NAME
    label = "name"
    cheap = True

    def searches(self, seen: Observation, found: bool) -> bool:
        return bool(names_read(seen))

    def candidates(self, seen: Observation, catalogue: LookUps) -> Iterator[tuple[int, float]]:
        for read in names_read(seen):
            for known in catalogue.names_like(read, _MOST_ALIKE):
                likeness = fuzz.ratio(read, known)
                if len(known) >= 4 and known in read:
                    likeness = max(likeness, _NAME_WITHIN)
                if likeness >= _WORTH_A_LOOK:
                    for key in catalogue.keys_by_name(known):
                        yield key, likeness

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        return seen.once(self._best_of, row.names)

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        return most_alike(texts(reading.of("name")), [printing.name, *printing.names.values()])

    def base(self, name: str) -> str:
        """A folded name without its suffix: `charizardex` → `charizard`."""
        for suffix in self.suffixes:
            if name.endswith(suffix) and len(name) - len(suffix) >= 3:
                return name[: -len(suffix)]
        return name

    def _best_of(self, seen: Observation, names: tuple[str, ...]) -> float | None:
        if not names_read(seen):
            return None
        return max((seen.once(self._best, name) for name in names), default=_CONTRADICTS)

    def _best(self, seen: Observation, printed: str) -> float:
        base = self.base(printed)
        return max(self._points(read, printed, base) for read in names_read(seen))

    def _points(self, read: str, printed: str, base: str) -> float:
        points = _points_for(_likeness(read, printed, base))
        if points < _OTHER_SIGN_FROM and not printed.isascii():
            points = min(points, _ANOTHER_SIGN)
        if base == printed and self._bears_another_suffix(read, printed):
            points = min(points, _ANOTHER_SUFFIX)
        if len(printed) <= 3 and points > 0:
            points -= _SHORT_NAME_LOSS
        return points

    def _bears_another_suffix(self, read: str, printed: str) -> bool:
        return any(
            read.endswith(suffix)
            and not printed.endswith(suffix)
            and fuzz.ratio(read[: -len(suffix)], printed) > 85
            for suffix in self.readable
        )


def _likeness(read: str, printed: str, base: str) -> float:
    likeness = fuzz.ratio(read, printed) / 100
    if len(printed) >= 4 and printed in read:
        likeness = max(likeness, 0.93 if len(printed) > len(read) / 2 else 0.8)
    if base != printed:
        likeness = max(likeness, fuzz.ratio(read, base) / 100 - 0.06)
    return likeness


def _points_for(likeness: float) -> float:
    return next((points for least, points in _POINTS if likeness >= least), _CONTRADICTS)
