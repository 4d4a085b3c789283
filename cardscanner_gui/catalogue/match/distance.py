"""How far apart two collector numbers are, when an OCR model may have misread one of them."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from cardscanner_gui.core.numbers import CONFUSED_LETTERS

# Digits that OCR gives for each other in small print.
_CONFUSED_DIGITS = {
    frozenset(pair)
    for pair in (
        "08",
        "06",
        "09",
        "17",
        "14",
        "38",
        "58",
        "56",
        "35",
        "39",
        "49",
        "68",
        "89",
        "27",
        "13",
    )
}
_SLASH_LOOKALIKES = frozenset("17lI|")

LETTER_FOR_DIGIT = 0.3
DIGIT_FOR_DIGIT = 0.7
SLASH_FOR_DIGIT = 0.5
OTHER_EDIT = 1.0
GLUED_CHARACTER = 0.15

FAR = 9.0


@lru_cache(maxsize=4096)
def _substitution(read: str, printed: str) -> float:
    if read == printed:
        return 0.0
    if read.translate(CONFUSED_LETTERS) == printed.translate(CONFUSED_LETTERS):
        return LETTER_FOR_DIGIT
    if frozenset((read, printed)) in _CONFUSED_DIGITS:
        return DIGIT_FOR_DIGIT
    if "/" in (read, printed) and (read in _SLASH_LOOKALIKES or printed in _SLASH_LOOKALIKES):
        return SLASH_FOR_DIGIT
    return OTHER_EDIT


def _edit_cost(read: str, printed: str) -> float:
    row = [float(j) for j in range(len(printed) + 1)]
    for i, a in enumerate(read, 1):
        previous, row[0] = row[0], float(i)
        for j, b in enumerate(printed, 1):
            cost = min(previous + _substitution(a, b), row[j] + 1.0, row[j - 1] + 1.0)
            previous, row[j] = row[j], cost
    return row[-1]


def number_distance(read: str, printed: str) -> float:
    """Cost of the cheapest explanation of `read` as a misreading of `printed`; `FAR` if none.

    Confusable letters and digits cost less than other edits. Characters glued to the number, as in
    `PALEN012/193`, cost little: the part that fits best counts.
    """
    if read == printed:
        return 0.0
    # A cheap bound first: the loop below is Python, and most pairs are nowhere near.
    most_edits = 2 if len(printed) < 6 else 3
    glued = len(read) - len(printed)
    best = FAR
    if glued <= 2 and Levenshtein.distance(read, printed, score_cutoff=most_edits) <= most_edits:
        best = _edit_cost(read, printed)
    for start in range(glued + 1 if glued > 0 else 0):
        part = read[start : start + len(printed)]
        if Levenshtein.distance(part, printed, score_cutoff=most_edits) <= most_edits:
            best = min(best, _edit_cost(part, printed) + GLUED_CHARACTER * min(2, glued))
    return best
