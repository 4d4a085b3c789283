"""The set's code, where the card prints one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from cardscanner_gui.catalogue.match.alike import most_alike, texts
from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.evidence import Compared, Observation, Term
from cardscanner_gui.core.types import Printing, Reading

_SAME = 6.0
_ONE_LETTER_OFF = 1.5
_CONTRADICTS = -3.0
_NOT_PRINTED = -1.5
_SURE = 0.85


@dataclass(frozen=True, eq=False)
class CodeTerm(Term):
    """The set's code beside the number.

    Attributes:
        printed: whether this printing bears its set's code; where it doesn't, another set's code
            is more likely misread text.
    """

    printed: Callable[[MatchRow], bool]

    name = "code"
    label = "set code"
    cheap = False

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        read = seen.once(_codes)
        if not read or not row.codes:
            return None
        value = seen.once(_best, row.codes)
        if value is not None:
            return value
        if not seen.once(_knows_another):
            return None
        return _CONTRADICTS if self.printed(row) else _NOT_PRINTED

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        printed = [printing.set_code] if printing.set_code else []
        return most_alike(texts(reading.of("set_code")), printed)


def _codes(seen: Observation) -> tuple[str, ...]:
    return tuple(field.text.upper() for field in seen.reading.of("set_code"))


def _best(seen: Observation, codes: tuple[str, ...]) -> float | None:
    read = seen.once(_codes)
    if any(code in codes for code in read):
        return _SAME
    long = [code for code in codes if len(code) > 2]
    if any(Levenshtein.distance(text, code) == 1 for text in read for code in long):
        return _ONE_LETTER_OFF
    return None


def _knows_another(seen: Observation) -> bool:
    """Whether some set's code was read for sure."""
    return any(
        len(code) == 3 and code.isalpha() and field.confidence > _SURE and code in seen.set_codes
        for code, field in zip(seen.once(_codes), seen.reading.of("set_code"), strict=True)
    )
