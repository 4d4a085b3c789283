"""Texts that were read beside texts that are printed: which two belong together?"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from cardscanner_gui.core.evidence import Compared
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Field

_ALIKE = 50.0
"""Per cent of likeness under which two texts have nothing to do with each other."""


def texts(fields: Sequence[Field]) -> list[str]:
    """The texts of these hypotheses, in their order."""
    return [field.text for field in fields]


def most_alike(read: Sequence[str], printed: Sequence[str]) -> Compared:
    """The two texts that are most alike; the first of each where none are alike."""
    pairs = ((fuzz.ratio(fold(a), fold(b)), a, b) for a in read for b in printed)
    best = max(pairs, key=lambda pair: pair[0], default=None)
    if best is not None and best[0] >= _ALIKE:
        return Compared(best[1], best[2])
    return Compared(next(iter(read), None), next(iter(printed), None))
