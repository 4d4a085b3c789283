"""How a collector number may look when an OCR model has misread it, and how far apart two are.

A digit that was read is taken for what is printed: another digit is as likely another printing's,
one that the catalogue lacks, or an altered card, as a misreading. Forgiven is only what can't stand
on a card: a letter for a digit, a lost slash, characters glued to the number, a total as `02`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from cardscanner_gui.core.numbers import CONFUSED_LETTERS

# Digits that OCR gives for each other in small print.
_CONFUSED_DIGITS = frozenset(
    ["08", "06", "09", "17", "14", "38", "58", "56", "35", "39", "49", "68", "89", "27", "13"]
)
_SLASH_LOOKALIKES = frozenset("17lI|")
_IMPOSSIBLE_TOTAL = re.compile(r"/0\d$")  # of two digits the first is no nought
_WHOLE = 3
"""Digits of which a number has no more, so that nothing can be missing before or after them."""

LETTER_FOR_DIGIT = 0.3
ANY_LETTER = 1.3
"""Of a letter that looks like no digit: what was read leaves that digit open, and the catalogue may
lack the printing that has it."""
IMPOSSIBLE_DIGIT = 0.8
LOST_SLASH = 0.5
GLUED_CHARACTER = 0.15


@lru_cache(maxsize=4096)
def misreading(read: str, printed: str) -> float | None:
    """What it costs to take `read` for `printed`; None where a digit would have to be another one.

    Both are upper case without spaces. Characters glued to the number, as in `PALEN012/193`, cost
    little, but none that may be a digit of it: `I2/102` isn't 2/102.
    """
    if read == printed:
        return 0.0
    costs = [
        cost + GLUED_CHARACTER * min(2, len(read) - len(part))
        for part in _parts(read, printed)
        if (cost := _same_digits(part, printed)) is not None
    ]
    return min(costs, default=None)


def edits(read: str, printed: str) -> int:
    """Characters by which they differ, 3 for three and more."""
    return Levenshtein.distance(read, printed, score_cutoff=2)


def one_alike(read: str, printed: str) -> bool:
    """Whether they differ in one digit, and it is one that OCR gives for the other.

    A letter stands for the digit that it looks like: 01I may be 011, and 014 as 011 may.
    """
    digits = (text.translate(CONFUSED_LETTERS) for text in (read, printed))
    differing = [(a, b) for a, b in zip(*digits, strict=False) if a != b]
    return (
        len(read) == len(printed)
        and len(differing) == 1
        and "".join(sorted(differing[0])) in _CONFUSED_DIGITS
    )


def _parts(read: str, printed: str) -> Iterator[str]:
    """The read text, and what is left of it without characters that can't be of the number."""
    yield read
    glued = len(read) - len(printed)
    for start in range(glued + 1 if glued > 0 else 0):
        part = read[start : start + len(printed)]
        first, _, last = part.partition("/")
        before, after = read[:start], read[start + len(printed) :]
        if _can_be_left(before, before[-1:], first) and _can_be_left(after, after[:1], last):
            yield part


def _can_be_left(glued: str, nearest: str, digits: str) -> bool:
    if any(char.isdigit() or char == "/" for char in glued):
        return False
    return len(digits) >= _WHOLE or not nearest.translate(CONFUSED_LETTERS).isdigit()


def _same_digits(read: str, printed: str) -> float | None:
    if len(read) == len(printed):
        costs = [_same_character(a, b) for a, b in zip(read, printed, strict=True)]
        if _IMPOSSIBLE_TOTAL.search(read):
            costs[-2] = IMPOSSIBLE_DIGIT if f"0{printed[-2]}" in _CONFUSED_DIGITS else None
        return None if None in costs else sum(cost for cost in costs if cost)
    lost = "/" in printed and "/" not in read and read == printed.replace("/", "")
    return LOST_SLASH if lost else None


def _same_character(read: str, printed: str) -> float | None:
    if read == printed:
        return 0.0
    if printed == "/":
        return LOST_SLASH if read in _SLASH_LOOKALIKES else None
    digit = read.translate(CONFUSED_LETTERS)
    if digit == printed.translate(CONFUSED_LETTERS):
        return LETTER_FOR_DIGIT
    return ANY_LETTER if digit.isalpha() and printed.isdigit() else None
