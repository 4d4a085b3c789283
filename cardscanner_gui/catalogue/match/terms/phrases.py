"""Phrases that tell a card, such as the names of its attacks, from the lines in its middle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from cardscanner_gui.catalogue.match.alike import most_alike, texts
from cardscanner_gui.catalogue.match.terms.name import names_read
from cardscanner_gui.core.catalogue import LookUps, MatchRow
from cardscanner_gui.core.evidence import Compared, Observation, Term
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import BODY, Printing, Reading

_SAME = 88.0
_ALIKE = 78.0
_ALIKE_IS_WORTH = 0.6
_FOUND = 3.5
_MOST_FOUND = 2.0
_MISSING = 2.5
_LEAST = -5.0
_FEWEST_LINES = 4
"""With fewer lines the rest of the card wasn't read, and nothing is missing."""
_NAME_LENGTHS = range(4, 41)
_WORTH_A_LOOK = 80.0
_WORTH_LESS = 25.0
_MOST_ALIKE = 3
_MOST_PRINTINGS = 200


@dataclass(frozen=True, eq=False)
class PhrasesTerm(Term):
    """Which of a printing's phrases were read; finds cards whose name wasn't.

    Attributes:
        phrases: a printing's phrases as printed, by language: the names of its attacks, say.
    """

    name: str
    label: str
    phrases: Callable[[Printing], Sequence[Mapping[str, str]]]

    cheap = False

    def searches(self, seen: Observation, found: bool) -> bool:
        return bool(seen.once(_lines)) and not (found and names_read(seen))

    def candidates(self, seen: Observation, catalogue: LookUps) -> Iterator[tuple[int, float]]:
        for line in seen.once(_lines):
            if len(line) not in _NAME_LENGTHS:
                continue
            for known in catalogue.phrases_like(line, _MOST_ALIKE):
                likeness = fuzz.ratio(line, known)
                if likeness >= _WORTH_A_LOOK:
                    for key in catalogue.keys_by_phrase(known)[:_MOST_PRINTINGS]:
                        yield key, likeness - _WORTH_LESS

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        if not row.phrases or len(seen.once(_lines)) < _FEWEST_LINES:
            return None
        found = sum(
            _found(max((seen.once(_likeness, name) for name in names), default=0.0))
            for names in row.phrases
        )
        if not found and len(row.names) > 1 and all(len(names) == 1 for names in row.phrases):
            return None  # The card may be in a language in which the entry doesn't have them.
        missing = len(row.phrases) - found
        return max(_LEAST, _FOUND * min(found, _MOST_FOUND) - _MISSING * missing)

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        lines = texts(reading.of(BODY))
        pairs = [most_alike(lines, list(phrase.values())) for phrase in self.phrases(printing)]
        read = [a for a, b in pairs if a and b and fuzz.ratio(fold(a), fold(b)) >= _ALIKE]
        printed = [b for _, b in pairs if b]
        return Compared(" · ".join(read) or None, " · ".join(printed) or None)


def _lines(seen: Observation) -> tuple[str, ...]:
    folded = (fold(field.text) for field in seen.reading.of(BODY))
    return tuple(dict.fromkeys(line for line in folded if line))


def _found(likeness: float) -> float:
    return 1.0 if likeness >= _SAME else _ALIKE_IS_WORTH if likeness >= _ALIKE else 0.0


def _likeness(seen: Observation, phrase: str) -> float:
    best = 0.0
    for line in seen.once(_lines):
        if len(line) < len(phrase) * 0.7:
            continue
        likeness = fuzz.ratio(line, phrase)
        if len(line) > len(phrase) + 2 and len(phrase) >= 5:
            likeness = max(likeness, fuzz.partial_ratio(line, phrase) - 3)
        best = max(best, likeness)
    return best
