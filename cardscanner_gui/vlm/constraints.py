"""What one field may hold, told token by token.

A constraint is a small automaton over token ids: states are opaque values, `allowed` names the ids
that may follow, `may_end` says whether the value may stop there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from cardscanner_gui.vlm.vocabulary import Vocabulary

Ids = npt.NDArray[np.int64]
State = Any

NOTHING = "-"
"""What is written for a field that the card doesn't have."""


class Constraint(Protocol):
    """The values a field may take."""

    @property
    def start(self) -> State: ...

    def allowed(self, state: State) -> Ids:
        """The ids that may follow, ascending."""

    def advance(self, state: State, token: int) -> State: ...

    def may_end(self, state: State) -> bool: ...


class Pattern:
    """Values that match a regular expression, spelt by any tokens.

    Args:
        whole: matches a complete value, with its leading space.
        prefix: matches every beginning of a value, the empty one too.
        inside: matches at least every part of a value. Few of a vocabulary's tokens do, and only
            those are looked at while a value is written.
    """

    start = ""

    def __init__(self, vocabulary: Vocabulary, whole: str, prefix: str, inside: str) -> None:
        self._whole, self._prefix = re.compile(whole), re.compile(prefix)
        fits = re.compile(inside).fullmatch
        self._spellings = {
            token: text for token, text in vocabulary.spellings.items() if text and fits(text)
        }
        self._known: dict[str, Ids] = {}

    def fits(self, state: str, text: str) -> bool:
        """Whether a value that began with `state` may go on with this text."""
        return self._prefix.fullmatch(state + text) is not None

    def allowed(self, state: str) -> Ids:
        if state not in self._known:
            fitting = [t for t, text in self._spellings.items() if self.fits(state, text)]
            self._known[state] = np.array(fitting, np.int64)
        return self._known[state]

    def advance(self, state: str, token: int) -> str:
        return state + self._spellings[token]

    def may_end(self, state: str) -> bool:
        return self._whole.fullmatch(state) is not None


class Span(NamedTuple):
    """The values of a list that begin with what was written: where they stand, and its length."""

    first: int
    end: int
    written: int


class OneOf:
    """One of a list of values, each spelt by its usual tokens.

    The spellings are kept sorted, so values that begin alike stand together, and nothing else has
    to be built from ten thousand names before a model can be used.
    """

    def __init__(self, spellings: Iterable[Sequence[int]]) -> None:
        self._spellings = sorted(set(map(tuple, spellings)))
        self.start = Span(0, len(self._spellings), 0)
        self._known: dict[Span, dict[int, Span]] = {}
        self._ids: dict[Span, Ids] = {}

    @classmethod
    def of(cls, vocabulary: Vocabulary, values: Iterable[str]) -> OneOf:
        """One of these texts."""
        return cls(vocabulary.encode_many([" " + value for value in values]))

    def or_value(self, ids: Sequence[int]) -> OneOf:
        """The same with one more value."""
        return OneOf([*self._spellings, ids])

    def allowed(self, state: Span) -> Ids:
        if state not in self._ids:
            self._ids[state] = np.array([*self._branches(state)], np.int64)
        return self._ids[state]

    def advance(self, state: Span, token: int) -> Span:
        return self._branches(state)[token]

    def begun(self, state: Span) -> tuple[int, ...]:
        """What was written."""
        return self._spellings[state.first][: state.written]

    def may_end(self, state: Span) -> bool:
        # The shortest of those that begin alike comes first.
        return len(self._spellings[state.first]) == state.written

    def _branches(self, state: Span) -> dict[int, Span]:
        found = self._known.get(state)
        if found is None:
            found = self._known[state] = dict(self._split(state))
        return found

    def _split(self, state: Span) -> Iterator[tuple[int, Span]]:
        spellings, (place, end, written) = self._spellings, state
        begun = self.begun(state)
        place += self.may_end(state)
        while place < end:
            token = spellings[place][written]
            after = bisect_left(spellings, (*begun, token + 1), place, end)
            yield token, Span(place, after, written + 1)
            place = after


class Place(NamedTuple):
    """Where a list of values stands: in which value, counted from 1, and how far in it."""

    number: int
    span: Span


class Listing:
    """Up to `longest` values of a list with `, ` between them, or `-` for none."""

    def __init__(self, vocabulary: Vocabulary, values: Iterable[str], longest: int = 4) -> None:
        self._each = OneOf.of(vocabulary, values)
        self._nothing = tuple(vocabulary.encode(" " + NOTHING))
        self._first = self._each.or_value(self._nothing)
        (self._comma,) = vocabulary.encode(",")
        self._longest = longest
        self.start = Place(1, self._first.start)

    def allowed(self, state: Place) -> Ids:
        ids = self._values(state).allowed(state.span)
        return np.append(ids, self._comma) if self._goes_on(state) else ids

    def advance(self, state: Place, token: int) -> Place:
        if token == self._comma and self._goes_on(state):
            return Place(state.number + 1, self._each.start)
        return Place(state.number, self._values(state).advance(state.span, token))

    def may_end(self, state: Place) -> bool:
        return self._values(state).may_end(state.span)

    def _values(self, state: Place) -> OneOf:
        return self._first if state.number == 1 else self._each

    def _goes_on(self, state: Place) -> bool:
        """Whether a comma may follow; one within a value always belongs to the value."""
        values, span = self._values(state), state.span
        if state.number == self._longest or not values.may_end(span):
            return False
        return values.begun(span) != self._nothing and self._comma not in values.allowed(span)


class FreeText:
    """Any text on one line, up to a number of tokens."""

    start = 0

    def __init__(self, vocabulary: Vocabulary, longest: int = 24) -> None:
        self._vocabulary, self._longest = vocabulary, longest

    def allowed(self, state: int) -> Ids:
        ids = self._vocabulary.printable
        return ids if state < self._longest else ids[:0]

    def advance(self, state: int, token: int) -> int:
        return state + 1

    def may_end(self, state: int) -> bool:
        return state > 0


def digits(vocabulary: Vocabulary, longest: int) -> Pattern:
    """A whole number of up to `longest` digits, or `-` for none."""
    return Pattern(
        vocabulary,
        whole=rf" (-|\d{{1,{longest}}})",
        prefix=rf"( (-|\d{{0,{longest}}}))?",
        inside=r" ?(-|\d*)",
    )


def year(vocabulary: Vocabulary) -> Pattern:
    """A year that a card can have been printed in, or `-` for none."""
    return Pattern(
        vocabulary,
        whole=r" (-|(19|20)\d\d)",
        prefix=r"( (-|1|2|(19|20)\d{0,2})?)?",
        inside=r" ?(-|\d*)",
    )


def collector_number(vocabulary: Vocabulary) -> Pattern:
    """`012/193`, `SWSH174`, `TG03/TG30`, `4a`, or `-` for none."""
    return Pattern(
        vocabulary,
        whole=r" (-|[A-Z]{0,5}\d{1,3}[a-z]?(/[A-Z]{0,3}\d{1,3})?)",
        prefix=r"( (-|[A-Z]{0,5}(\d{1,3}([a-z]?(/([A-Z]{0,3}(\d{0,3}))?)?)?)?))?",
        inside=r" ?(-|[A-Z]{0,5}\d{0,3}[a-z]?(/?[A-Z]{0,3}\d{0,3}))",
    )


def allows(constraint: Constraint, ids: Sequence[int]) -> bool:
    """Whether these tokens are a whole value."""
    state = constraint.start
    for token in ids:
        if token not in constraint.allowed(state):
            return False
        state = constraint.advance(state, token)
    return constraint.may_end(state)
