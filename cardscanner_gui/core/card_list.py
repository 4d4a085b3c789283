"""A list of cards as people write it: `PAL 12 x2`, one a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cardscanner_gui.core.text import fold, normalise_number
from cardscanner_gui.core.types import Printing

_COUNT_FIRST = re.compile(r"^\s*(\d+)\s*[x×*]\s*|^\s*(\d{1,4})\s+(?=[^\d\s/])", re.IGNORECASE)
_COUNT_LAST = re.compile(r"\s+[x×*]\s*(\d+)\s*$", re.IGNORECASE)
MOST_COPIES = 9_999


@dataclass(frozen=True)
class ListLine:
    """One line: which card in the writer's words, and how many.

    Attributes:
        copies: 0 where the writer's number is none that a line of the collection can have.
    """

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
            found.append(ListLine(bare, copies if copies <= MOST_COPIES else 0))
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
    named = [one for one in exact if _is_named(one, line.text)]
    exact = named or exact  # of an English and a Japanese set of one code the name tells which
    if exact:
        rest = [one for one in printings if one not in exact]
        return FoundLine(line, (*exact, *rest), len(exact) == 1)
    return FoundLine(line, tuple(printings), sure=False)


def _is_named(printing: Printing, text: str) -> bool:
    written = fold(text)
    return any(name and name in written for name in map(fold, printing.names.values()))


def _names_set(printing: Printing, words: Sequence[str]) -> bool:
    marks = {fold(printing.set_code or ""), fold(printing.set_id)} - {""}
    return any(fold(word) in marks for word in words)
