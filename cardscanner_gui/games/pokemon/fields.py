"""From lines of text with their places on the card to fields.

Nothing is decided here: every plausible hypothesis is kept, in order of worth, and matching against
the catalogue tells which is right. Positions are fractions of the upright card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cardscanner_gui.core.numbers import CONFUSED_LETTERS
from cardscanner_gui.core.text import fold, is_credit
from cardscanner_gui.core.types import BODY, Field, Reading, TextLine
from cardscanner_gui.games.pokemon.collector_numbers import (
    CODED_NUMBER_IN_TEXT,
    LETTERS_BEFORE,
    SUBSET_CODES,
)

_TOP = 0.2
_HP_ABOVE = 0.16
_BOTTOM = 0.85
_CODE_BELOW = 0.92
_BODY = (0.28, 0.9)
_MIN_CONFIDENCE = 0.5
_LONGEST_NAME, _WIDEST_NAME = 40, 0.6
"""The few names that are longer are set narrower: HP stands beside them."""

_EVOLVES = re.compile(
    r"(?:ev[oe]l[vuy]es?\s*fr[oe]m|évolution de|entwickelt sich aus|evoluciona de|si evolve da"
    r"|evolui de|から進化)\s*(.*)",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(r"put .* on the|stage ?[i1l]?$|evolved form", re.IGNORECASE)
_HP_NEAR_NAME = re.compile(
    r"\b(?:hp|kp|pv|ps)\s*\d{2,3}|\d{2,3}\s*(?:hp|kp|pv|ps)\b|lv\.?\s*\d+|\d{2,3}\W*$",
    re.IGNORECASE,
)
_STAGE_BEFORE_NAME = re.compile(r"^(?:basic|stage\s*\d|trainer|supporter|item)\b", re.IGNORECASE)
_HP = re.compile(r"(?<!\d)([1-9]\d?0)(?!\d)")
# Without letters at its ends that may be digits: the number in O12/193 isn't 12/193, nor that in
# 1N6/236 6/236. Three digits are whole, whatever is glued to them.
_CLEAN_FRACTION = re.compile(
    rf"(?<![\dOIL|\]\[!QSBZG])(?:(?<!\d[A-Z]){LETTERS_BEFORE}\d{{1,2}}|{LETTERS_BEFORE}\d{{3}})"
    rf"[A-Z]?/{LETTERS_BEFORE}(?:\d{{3}}(?![\dOIL|\]\[!QSBZ])|\d{{1,2}}(?![0-9A-Z|\]\[!]))"
)
# What a misread fraction may look like.
_FRACTION = re.compile(r"[0-9A-Z|\]\[!]{1,7}/[0-9A-Z|\]\[!]{1,5}")
_PROMO = re.compile(rf"(?<![0-9A-Z]){CODED_NUMBER_IN_TEXT}(?![0-9A-Z])")
# Alone in its line: within one, letters that are so common would be found everywhere.
_SUBSET = re.compile(rf"[^0-9A-Z]*({'|'.join(SUBSET_CODES)})([0-9OI]{{1,2}})[^0-9A-Z]*")
_RUN = re.compile(r"\d{4,8}")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_LONE = re.compile(r"\W*(\d{1,3})\W*")
_YEAR = re.compile(r"(?<!\d)(199[5-9]|20[0-3]\d)(?!\d)")
# A regulation mark (A to J), sometimes read with a frame around it (0, O), stands before the code.
_MARK = re.compile(r"[0O]?[A-J]?")
_CODE_WITH_LANGUAGE = re.compile(r"([A-Z0-9]{3})(?:EN|IN|ER|FR|DE|IT|ES|PT|EH|EM|FN|N)(?:\d|$)")
_BARE_CODE = re.compile(r"([A-Z]{3})[EIFDP]?[NRETSHM]?$")
_ASIAN_CODE = re.compile(r"\b(S[VM]?[0-9]{1,2}[A-Z]?|M[0-9][A-Z]?)\b", re.IGNORECASE)


def parse(lines: Sequence[TextLine], reader: str) -> Reading:
    """Sort what was read into fields: of each kind every hypothesis, best first."""
    lines = [line for line in lines if line.text]
    found = _fields(lines)
    return Reading(reader, tuple(lines), {kind: f for kind, f in found.items() if f})


def _fields(lines: Sequence[TextLine]) -> dict[str, tuple[Field, ...]]:
    return {
        "name": _names(lines),
        "number": _unique(f for line in lines if _middle(line) > _BOTTOM for f in _numbers(line)),
        "hp": _unique(f for line in lines if _middle(line) < _HP_ABOVE for f in _hps(line)),
        "set_code": _unique(f for line in lines if _middle(line) > _BOTTOM for f in _codes(line)),
        BODY: tuple(
            _field(line, line.text) for line in lines if _BODY[0] < _middle(line) < _BODY[1]
        ),
        "artist": _artists(lines),
        "year": _unique(
            _field(line, m.group(1))
            for line in lines
            if _middle(line) > _BOTTOM
            for m in _YEAR.finditer(line.text)
        ),
        "evolves_from": tuple(
            _field(line, m.group(1) or line.text)
            for line in lines
            if (m := _EVOLVES.search(line.text))
        ),
    }


def _middle(line: TextLine) -> float:
    return (line.box.top + line.box.bottom) / 2


def _field(line: TextLine, text: str) -> Field:
    return Field(text.strip(), line.confidence, line.box)


def _unique(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Each text once, at its best confidence; order of first appearance."""
    best: dict[str, Field] = {}
    for field in fields:
        known = best.get(field.text)
        if known is None or field.confidence > known.confidence:
            best[field.text] = field
    return tuple(best.values())


def _names(lines: Iterable[TextLine]) -> tuple[Field, ...]:
    """Hypotheses for the name: what stands large at the top. Larger first."""
    found: list[tuple[float, Field]] = []
    for line in lines:
        if _middle(line) >= _TOP or line.confidence <= _MIN_CONFIDENCE:
            continue
        if _EVOLVES.search(line.text) or _NOT_A_NAME.search(line.text.lower()):
            continue
        if len(line.text) > _LONGEST_NAME and line.box.right - line.box.left > _WIDEST_NAME:
            continue  # a rule, on a card whose outline is a little too low
        text = _STAGE_BEFORE_NAME.sub("", _HP_NEAR_NAME.sub("", line.text).strip())
        if len(fold(text)) >= 2:
            found.append((line.box.bottom - line.box.top, _field(line, text)))
    if not found:
        return ()
    tallest = max(height for height, _ in found)
    # Small print at the top says what the card evolves from, or what kind it is.
    kept = [item for item in found if item[0] >= 0.45 * tallest]
    kept.sort(key=lambda item: -item[0] * item[1].confidence)
    return _unique(field for _, field in kept)


def _artists(lines: Iterable[TextLine]) -> tuple[Field, ...]:
    """Lines of small print that may credit the artist, those that say so first."""
    found = [
        _field(line, line.text)
        for line in lines
        if _middle(line) > _BOTTOM - 0.01 and len(_NOT_LETTERS.sub("", line.text)) >= 5
    ]
    return tuple(sorted(found, key=lambda field: not is_credit(field.text)))


def _hps(line: TextLine) -> Iterable[Field]:
    if line.confidence <= _MIN_CONFIDENCE:
        return
    for match in _HP.finditer(line.text.replace("O", "0")):
        if 30 <= int(match.group(1)) <= 400:
            yield _field(line, match.group(1))


def _numbers(line: TextLine) -> Iterable[Field]:
    text = line.text.replace(" ", "").upper()
    fractions = _CLEAN_FRACTION.findall(text) or _FRACTION.findall(text)
    for number in [*fractions, *_PROMO.findall(text)]:
        yield _field(line, number)
    if "/" not in text and not _YEAR.search(text):
        for match in _RUN.finditer(text):
            yield _field(line, match.group(0))
    if lone := _LONE.fullmatch(text):
        yield _field(line, lone.group(1))
    if subset := _SUBSET.fullmatch(text):
        yield _field(line, subset.group(1) + subset.group(2).translate(CONFUSED_LETTERS))


def _codes(line: TextLine) -> Iterable[Field]:
    """Three letters beside the number (modern cards), or a Japanese set id such as `SV2D`."""
    if _middle(line) > _CODE_BELOW and len(line.text) <= 24:
        text = re.sub(r"[^A-Z0-9/]", "", line.text.upper())
        mark = _MARK.match(text)
        # The code itself may begin with such a letter: every way to take it apart is kept.
        for start in range(mark.end() if mark else 0, -1, -1):
            for pattern in (_CODE_WITH_LANGUAGE, _BARE_CODE):
                if match := pattern.match(text, start):
                    yield _field(line, match.group(1))
    for match in _ASIAN_CODE.finditer(line.text):
        yield _field(line, match.group(1).upper())
