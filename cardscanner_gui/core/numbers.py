"""Collector numbers: are two of them the same?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cardscanner_gui.core.text import normalise_number

# Letters that OCR gives for digits.
CONFUSED_LETTERS = str.maketrans("OoQDIl|i!][SsBZzGgqTA", "000011111115582269974")

_TOTAL = r"(?:[1-9]\d{1,2}|0\d\d)"
_GALLERY = r"([A-Z]{1,2})\d{1,3}/\1\d{1,3}"
_PROMO = r"[A-Z]{2,5}\d{2,3}"
_CLEAR = re.compile(rf"\d{{1,3}}/{_TOTAL}|{_GALLERY}|{_PROMO}")

LEGIBLE = 0.5
"""Confidence below which a number says nothing: other text, or what a blur leaves of one."""


def is_clear_number(read: str) -> bool:
    """Whether it may stand on a card as it was read.

    No letter may be a digit, and no digit of the total missing or impossible: `012/193`, `XY69`,
    not `7A/071`, `8/2` or `40/02`.
    """
    return _CLEAR.fullmatch(read.upper().replace(" ", "")) is not None


def same_number(read: str, printed: Iterable[str]) -> bool:
    """Whether a number that was read is one of these, the ways in which one may be printed.

    Case, spaces, leading zeros and a letter read for a digit don't count, as in `O12/193` for
    `012/193`; what stands after the slash counts only where both have it.
    """
    parts = _parts(read)
    return any(
        all(_same_part(a, b) for a, b in zip(parts, _parts(form), strict=False)) for form in printed
    )


def _parts(number: str) -> list[str]:
    return number.upper().replace(" ", "").split("/")


def _same_part(read: str, printed: str) -> bool:
    if normalise_number(read) == normalise_number(printed):
        return True
    if len(read) != len(printed):
        return False
    # Two letters for digits are likelier another number: the points call that near.
    differing = [(a, b) for a, b in zip(read, printed, strict=True) if a != b]
    if len(differing) != 1:
        return False
    letter, digit = differing[0]
    return digit.isdigit() and not letter.isdigit() and letter.translate(CONFUSED_LETTERS) == digit
