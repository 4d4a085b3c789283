"""What one field may hold, told token by token.

A constraint is a small automaton over token ids: states are opaque values, `allowed` names the ids
that may follow, `may_end` says whether the value may stop there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from cardscanner_gui.vlm.vocabulary import Vocabulary

Ids = npt.NDArray[np.int64]
State = Any


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
        letters: the only characters that can occur.
    """

    start = ""

    def __init__(self, vocabulary: Vocabulary, whole: str, prefix: str, letters: str) -> None:
        self._whole, self._prefix = re.compile(whole), re.compile(prefix)
        usable = set(letters)
        self._spellings = {
            token: text
            for token, text in sorted(vocabulary.spellings.items())
            if text and usable.issuperset(text)
        }
        self._known: dict[str, Ids] = {}

    def allowed(self, state: str) -> Ids:
        if state not in self._known:
            fits = [
                token
                for token, text in self._spellings.items()
                if self._prefix.fullmatch(state + text)
            ]
            self._known[state] = np.array(fits, np.int64)
        return self._known[state]

    def advance(self, state: str, token: int) -> str:
        return state + self._spellings[token]

    def may_end(self, state: str) -> bool:
        return self._whole.fullmatch(state) is not None


class _Node:
    __slots__ = ("_ids", "children", "end")

    def __init__(self) -> None:
        self.children: dict[int, _Node] = {}
        self.end = False
        self._ids: Ids | None = None

    @property
    def ids(self) -> Ids:
        if self._ids is None:
            self._ids = np.array(sorted(self.children), np.int64)
        return self._ids


class Choice:
    """One of a list of values, each spelt by its usual tokens: a trie."""

    def __init__(self, vocabulary: Vocabulary, values: Iterable[str]) -> None:
        self.start = _Node()
        for ids in vocabulary.encode_many([" " + value for value in values]):
            node = self.start
            for token in ids:
                node = node.children.setdefault(token, _Node())
            node.end = True

    def allowed(self, state: _Node) -> Ids:
        return state.ids

    def advance(self, state: _Node, token: int) -> _Node:
        return state.children[token]

    def may_end(self, state: _Node) -> bool:
        return state.end


class FreeText:
    """Any text on one line, up to a number of tokens."""

    start = 0

    def __init__(self, vocabulary: Vocabulary, longest: int = 24) -> None:
        self._vocabulary, self._longest = vocabulary, longest

    @cached_property
    def _ids(self) -> Ids:
        spellings = sorted(self._vocabulary.spellings.items())
        usable = [token for token, text in spellings if text and text.isprintable()]
        return np.array(usable, np.int64)

    def allowed(self, state: int) -> Ids:
        return self._ids if state < self._longest else self._ids[:0]

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
        letters=" -0123456789",
    )


def collector_number(vocabulary: Vocabulary) -> Pattern:
    """`012/193`, `SWSH174`, `TG03/TG30`, `4a`, or `-` for none."""
    return Pattern(
        vocabulary,
        whole=r" (-|[A-Z]{0,5}\d{1,3}[a-z]?(/[A-Z]{0,3}\d{1,3})?)",
        prefix=r"( (-|[A-Z]{0,5}(\d{1,3}([a-z]?(/([A-Z]{0,3}(\d{0,3}))?)?)?)?))?",
        letters=" -/0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    )


def allows(constraint: Constraint, ids: Sequence[int]) -> bool:
    """Whether these tokens are a whole value."""
    state = constraint.start
    for token in ids:
        if token not in constraint.allowed(state):
            return False
        state = constraint.advance(state, token)
    return constraint.may_end(state)
