"""The collector number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from cardscanner_gui.catalogue.match.alike import texts
from cardscanner_gui.catalogue.match.distance import edits, misreading, one_alike
from cardscanner_gui.core.catalogue import LookUps, MatchRow
from cardscanner_gui.core.evidence import NUMBER, Compared, Observation, Term
from cardscanner_gui.core.numbers import CONFUSED_LETTERS, LEGIBLE, is_clear_number, same_number
from cardscanner_gui.core.types import Field, Printing, Reading

# Cost of the misreading → what is taken off full points.
_LOSS = ((0.0, 0.0), (0.3, 1.0), (0.8, 4.0), (1.2, 6.5), (1.6, 9.5))
_FULL = 12.0
_BARE_FULL = 4.0
_LONE = 3.5
_CHECKED = 10.0
_HALF = 8.0
"""Of a gallery's number what stands before the slash: TG03 of TG03/TG30."""
_CONTRADICTS = -5.0
_ONE_ALIKE = -2.0
_NEARLY_THE_SAME = {1: -2.5, 2: -3.0}
"""Points by how many characters are others: printings nearer to what was read are offered first."""
_LONE_CONTRADICTS = -1.0
_WORTH = 95.0
_WORTH_MISREAD = 85.0
_WORTH_LONE = 60.0
_MOST_NUMBERS = 8

_DIGIT = re.compile(r"\d")
_NOT_THIS_NUMBER = "the number on the card isn't this printing's: proxy, misprint or misread?"


class NumberKind(Enum):
    """How much a number says by its form."""

    SLASH = "slash"  # 012/193
    PROMO = "promo"  # SWSH174
    RUN = "run"  # 012193: the slash was lost
    LONE = "lone"  # 4: any number on the card may look like this


@dataclass(frozen=True)
class NumberRead:
    """Attributes:
    legible: another printing's number contradicts.
    """

    text: str
    kind: NumberKind
    legible: bool

    @property
    def well_formed(self) -> bool:
        """Whether it may stand on a card as it was read."""
        clear = self.kind is NumberKind.PROMO or is_clear_number(self.text)
        return self.legible and clear

    @property
    def tells(self) -> bool:
        """Whether a printing that bears another number isn't the card."""
        return self.legible and self.kind is not NumberKind.LONE


@dataclass(frozen=True, eq=False)
class NumberTerm(Term):
    """The collector number, or the one that the picture was asked about.

    Attributes:
        promo: what a number without a total looks like that still tells its set, upper case.
    """

    promo: re.Pattern[str]

    name = NUMBER
    label = "number"
    cheap = True

    def searches(self, seen: Observation, found: bool) -> bool:
        return bool(seen.once(self._numbers))

    def candidates(self, seen: Observation, catalogue: LookUps) -> Iterator[tuple[int, float]]:
        for number in seen.once(self._numbers):
            lone = number.kind is NumberKind.LONE
            for key in catalogue.keys_by_number(number.text):
                yield key, _WORTH_LONE if lone else _WORTH
            if not lone:
                for key in catalogue.keys_by_number(number.text.translate(CONFUSED_LETTERS)):
                    yield key, _WORTH_MISREAD

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        checked = seen.once(_checked)
        if checked:
            # The catalogue's own spelling of it, so nothing needs to be forgiven.
            return _CONTRADICTS if checked.isdisjoint(row.number_forms) else _CHECKED
        numbers = seen.once(self._numbers)
        if not numbers:
            return None
        told = any(number.tells for number in numbers)
        nothing = _CONTRADICTS if told else _LONE_CONTRADICTS
        return max((seen.once(self._best, form) for form in row.number_forms), default=nothing)

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        printed = printing.printed_number

        def distance(read: str) -> tuple[bool, int]:
            return not same_number(read, [printed]), edits(_plain(read), printed.upper())

        read = texts(reading.checked_numbers or reading.of("number"))
        return Compared(min(read, key=distance, default=None), printed or None)

    def fact(self, reading: Reading, printing: Printing) -> str:
        read, printed = self.compared(reading, printing)
        if read is None or printed is None or _plain(read) == printed.upper():
            return f"{self.label} {printed or ''}".rstrip()
        return f"{self.label} {printed} (read {read})"

    def against(self, reading: Reading, printing: Printing) -> str:
        read = self.compared(reading, printing).read
        return f"read {read}; {_NOT_THIS_NUMBER}"

    def kind(self, text: str) -> NumberKind:
        """What kind of collector number an upper-case text is by its form."""
        if "/" in text:
            return NumberKind.SLASH
        if self.promo.fullmatch(text):
            return NumberKind.PROMO
        if len(text) >= 4 and text.isdigit():
            return NumberKind.RUN
        return NumberKind.LONE

    def _numbers(self, seen: Observation) -> tuple[NumberRead, ...]:
        numbers = [
            self._read(field) for field in seen.reading.of(NUMBER) if _DIGIT.search(field.text)
        ]
        if any(number.well_formed for number in numbers):
            # Any other digit on the card may look like a number without a total.
            numbers = [number for number in numbers if number.kind is not NumberKind.LONE]
        return tuple(dict.fromkeys(numbers))[:_MOST_NUMBERS]

    def _read(self, field: Field) -> NumberRead:
        text = _plain(field.text)
        return NumberRead(text, self.kind(text), field.confidence >= LEGIBLE)

    def _best(self, seen: Observation, form: str) -> float:
        return max(_points(number, form) for number in seen.once(self._numbers))


def _plain(text: str) -> str:
    return text.upper().replace(" ", "")


def _checked(seen: Observation) -> frozenset[str]:
    return frozenset(texts(seen.reading.checked_numbers))


def _points(number: NumberRead, form: str) -> float:
    if number.kind is NumberKind.LONE:
        same = "/" not in form and same_number(number.text, [form])
        return _LONE if same else _LONE_CONTRADICTS
    if number.kind is NumberKind.PROMO and form.startswith(f"{number.text}/"):
        return _HALF
    cost = misreading(number.text, form)
    if cost is None:
        if not number.tells:
            return _LONE_CONTRADICTS
        if one_alike(number.text, form):
            return _ONE_ALIKE
        return _NEARLY_THE_SAME.get(edits(number.text, form), _CONTRADICTS)
    full = _FULL if "/" in form or number.kind is NumberKind.PROMO else _BARE_FULL
    return next((full - loss for most, loss in _LOSS if cost <= most), _CONTRADICTS)
