"""A list of cards as people write it: `PAL 12 x2`, one a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cardscanner_gui.core.text import fold, normalise_number
from cardscanner_gui.core.types import Printing

_COUNT_FIRST = re.compile(r"^\s*(\d{1,4})\s*[x×*]\s*|^\s*(\d{1,4})\s+(?=[^\d\s/])", re.IGNORECASE)
_COUNT_LAST = re.compile(r"\s+[x×*]\s*(\d{1,4})\s*$", re.IGNORECASE)
_MOST = 9_999


@dataclass(frozen=True)
class ListLine:
    """One line: which card in the writer's words, and how many."""

    text: str
    copies: int


@dataclass(frozen=True)
class FoundLine:
    """A line with the printings that it may mean, the likeliest first.

    Attributes:
        sure: whether set and number leave only the first.
    """

    line: ListLine
    printings: tuple[Printing, ...]
    sure: bool


def read_lines(text: str) -> list[ListLine]:
    """The lines that name a card; empty ones, and comments behind `#`, are left out."""
    found = []
    for line in text.splitlines():
        bare = line.partition("#")[0].strip()
        copies = 1
        first, last = _COUNT_FIRST.match(bare), _COUNT_LAST.search(bare)
        if last is not None:
            copies, bare = int(last[1]), bare[: last.start()].strip()
        elif first is not None:
            copies, bare = int(first[1] or first[2]), bare[first.end() :].strip()
        if bare:
            found.append(ListLine(bare, max(1, min(copies, _MOST))))
    return found


def find_lines(
    lines: Iterable[ListLine], search: Callable[[str, int], Sequence[Printing]]
) -> list[FoundLine]:
    """What each line may mean; `search` as a catalogue has it."""
    return [_found(line, search(line.text.replace("-", " "), 20)) for line in lines]


def _found(line: ListLine, printings: Sequence[Printing]) -> FoundLine:
    words = line.text.replace("-", " ").split()
    numbers = {normalise_number(word.partition("/")[0]) for word in words}
    exact = [
        one
        for one in printings
        if normalise_number(one.number) in numbers and _names_set(one, words)
    ]
    if exact:
        rest = [one for one in printings if one not in exact]
        return FoundLine(line, (*exact, *rest), len(exact) == 1)
    return FoundLine(line, tuple(printings), sure=False)


def _names_set(printing: Printing, words: Sequence[str]) -> bool:
    marks = {fold(printing.set_code or ""), fold(printing.set_id)} - {""}
    return any(fold(word) in marks for word in words)
