"""The script that a card is written in, which tells the region it was sold in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.evidence import Compared, Observation, Term
from cardscanner_gui.core.types import ASIA, Printing, Reading, TextLine

_KANA = re.compile(r"[\u3040-\u30ff]")
_KANA_OR_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_FEWEST = 4
_SURE = 0.5

_CONTRADICTS = -8.0
_RARELY = -4.0
_LATIN_IN_ASIA = frozenset({"id", "en"})
"""Indonesian cards, and Asian English ones, are written in Latin letters."""


class Script(Enum):
    LATIN = "Latin letters"
    JAPANESE = "Japanese"
    CHINESE = "Chinese"
    KOREAN = "Korean"
    THAI = "Thai"


class ScriptTerm(Term):
    """Asian scripts speak against international printings, Latin letters against Asian ones."""

    name = "script"
    label = "script"
    cheap = True

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        latin = seen.once(_script) is Script.LATIN
        if row.region != ASIA:
            return None if latin else _CONTRADICTS
        if not latin:
            return None
        return _CONTRADICTS if _LATIN_IN_ASIA.isdisjoint(row.languages) else _RARELY

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        printed = "an Asian script" if printing.region == ASIA else Script.LATIN.value
        return Compared(script_of(reading.lines).value, printed)


def _script(seen: Observation) -> Script:
    return script_of(seen.reading.lines)


def script_of(lines: Iterable[TextLine]) -> Script:
    """The script that a card's text is written in; a few stray glyphs don't count."""
    text = "".join(line.text for line in lines if line.confidence > _SURE)
    counts = {
        Script.KOREAN: len(_HANGUL.findall(text)),
        Script.THAI: len(_THAI.findall(text)),
    }
    kana = len(_KANA.findall(text))
    east_asian = len(_KANA_OR_HAN.findall(text))
    counts[Script.JAPANESE if kana * 8 >= east_asian else Script.CHINESE] = east_asian
    script, count = max(counts.items(), key=lambda item: item[1])
    return script if count >= _FEWEST else Script.LATIN
