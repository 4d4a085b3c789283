"""What stands on the label of a graded card's case: who graded it, how, under which certificate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cardscanner_gui.core.types import Field, TextLine

GRADER, GRADE, CERTIFICATE, LABEL = "grader", "grade", "certificate", "label"
"""Kinds of fields; `LABEL` are all of its lines."""

_CLEAR = 0.6
_GRADERS: Mapping[str, str] = {
    "PSA": r"P[S5]?A",
    "CGC": r"CGC(?:\s*(?:TRADING CARDS|UNIVERSAL GRADE|CARDS))?|UNIVERSAL GRADE",
    "BGS": r"BGS|BECKETT",
    "SGC": r"SGC",
    "ACE": r"ACE(?:\s*GRADING)?",
    "TAG": r"TAG(?:\s*GRADING)?",
    "AGS": r"AGS",
    "PCA": r"PCA(?:\s*GRADE)?",
    "AOG": r"AOG",
    "GetGraded": r"GET\s*GRADED",
}
_WORDS: Mapping[str, str] = {
    r"GEM[\s-]*M(?:IN)?T": "10",
    r"PRISTINE|PERFECT|BLACK LABEL": "10",
    r"NM[\s/-]*M(?:IN)?T\+": "8.5",
    r"NM[\s/-]*M(?:IN)?T": "8",
    r"NEAR MINT\+|NM\+": "7.5",
    r"NEAR MINT|NM": "7",
    r"MINT\+": "9.5",
    r"MINT": "9",
    r"EX[\s/-]*M(?:IN)?T": "6",
    r"VG[\s/-]*EX": "4",
    r"EX(?:CELLENT)?": "5",
    r"VG": "3",
    r"GOOD": "2",
    r"AUTHENTIC": "Authentic",
}
"""Graders' words and the grade that goes with them: text detectors often miss a digit alone."""
_WORD = re.compile(rf"(?<![A-Z])(?:{'|'.join(f'({word})' for word in _WORDS)})(?![A-Z+])")
_BECKETT_GEM = "9.5"
_VALUE = re.compile(r"(?<![\d.#/])(10|[1-9](?:\.5)?)(?![\d.,/%])")
_CERTIFICATE = re.compile(r"(?<!\d)\d{7,10}(?!\d)")


def parse_label(lines: Sequence[TextLine]) -> dict[str, tuple[Field, ...]]:
    """The fields of a label; empty where these lines are none.

    A label says the grade in words or as a number alone in its line, and who graded the card or
    under which certificate.

    Args:
        lines: what was read above the card, from top to bottom.
    """
    lines = [line for line in lines if line.confidence > _CLEAR]
    grader, certificate = _grader(lines), _certificate(lines)
    grade = _grade(lines, "" if grader is None else grader.text)
    if grade is None or (grader is None and certificate is None):
        return {}
    found = {GRADER: grader, GRADE: grade, CERTIFICATE: certificate}
    fields = {kind: (field,) for kind, field in found.items() if field is not None}
    text = " ".join(line.text for line in lines)
    return {**fields, LABEL: (Field(text, min(line.confidence for line in lines)),)}


def _grader(lines: Sequence[TextLine]) -> Field | None:
    for line in lines:
        text = line.text.upper().strip(" .:®™")
        for name, pattern in _GRADERS.items():
            if re.fullmatch(pattern, text):
                return Field(name, line.confidence, line.box)
    return None


def _certificate(lines: Sequence[TextLine]) -> Field | None:
    for line in reversed(lines):
        found = _CERTIFICATE.search(line.text.replace(" ", "").replace("-", ""))
        if found:
            return Field(found.group(0), line.confidence, line.box)
    return None


def _grade(lines: Sequence[TextLine], grader: str) -> Field | None:
    """The number beside a word such as MINT, or alone in a line near to it; else what it means."""
    for line in lines:
        upper = line.text.upper()
        word = _WORD.search(upper)
        if word is None:
            continue
        own = _VALUE.search(upper[word.end() :]) or _VALUE.search(upper[: word.start()])
        if own:
            return Field(own.group(1), line.confidence, line.box)
        alone = [other for other in lines if _VALUE.fullmatch(other.text.strip())]
        if alone:
            nearest = min(alone, key=lambda other: _distance(other, line))
            return Field(nearest.text.strip(), nearest.confidence, nearest.box)
        meaning = list(_WORDS.values())[(word.lastindex or 1) - 1]
        if grader == "BGS" and word.group(0).startswith("GEM"):
            meaning = _BECKETT_GEM
        return Field(meaning, line.confidence, line.box)
    return None


def _distance(one: TextLine, other: TextLine) -> float:
    a, b = one.box, other.box
    return abs(a.left + a.right - b.left - b.right) + abs(a.top + a.bottom - b.top - b.bottom)
