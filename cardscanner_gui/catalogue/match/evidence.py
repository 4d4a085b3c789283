"""A reading in the comparable forms that the points are given for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from cardscanner_gui.core.collector_numbers import CODED_NUMBER
from cardscanner_gui.core.text import fold, is_credit, without_credit
from cardscanner_gui.core.types import Reading

_KANA = re.compile(r"[\u3040-\u30ff]")
_KANA_OR_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_PROMO = re.compile(CODED_NUMBER)


class NumberKind(Enum):
    """How much a number says by its form."""

    SLASH = "slash"  # 012/193
    PROMO = "promo"  # SWSH174
    RUN = "run"  # 012193: the slash was lost
    LONE = "lone"  # 4: any number on the card may look like this


class Script(Enum):
    LATIN = "latin"
    JAPANESE = "japanese"
    CHINESE = "chinese"
    KOREAN = "korean"
    THAI = "thai"


@dataclass(frozen=True)
class NumberRead:
    text: str
    kind: NumberKind


@dataclass(frozen=True)
class Evidence:
    """Folded, deduplicated and filtered hypotheses; see `gather`."""

    names: tuple[str, ...]
    numbers: tuple[NumberRead, ...]
    checked_numbers: frozenset[str]
    hps: tuple[int, ...]
    codes: tuple[tuple[str, float], ...]
    body: tuple[str, ...]
    artists: tuple[tuple[str, bool], ...]
    years: tuple[int, ...]
    evolves_from: tuple[str, ...]
    script: Script

    @property
    def empty(self) -> bool:
        return not (self.names or self.numbers or self.body)


def number_kind(text: str) -> NumberKind:
    """What kind of collector number a text is by its form."""
    if "/" in text:
        return NumberKind.SLASH
    if _PROMO.fullmatch(text):
        return NumberKind.PROMO
    if len(text) >= 4 and text.isdigit():
        return NumberKind.RUN
    return NumberKind.LONE


def script_of(reading: Reading) -> Script:
    """The script that the card's text is written in; a few stray glyphs don't count."""
    text = "".join(line.text for line in reading.lines if line.confidence > 0.5)
    counts = {
        Script.KOREAN: len(_HANGUL.findall(text)),
        Script.THAI: len(_THAI.findall(text)),
    }
    kana = len(_KANA.findall(text))
    east_asian = len(_KANA_OR_HAN.findall(text))
    counts[Script.JAPANESE if kana * 8 >= east_asian else Script.CHINESE] = east_asian
    script, count = max(counts.items(), key=lambda item: item[1])
    return script if count >= 4 else Script.LATIN


def gather(reading: Reading) -> Evidence:
    """Bring a reading into comparable form: folded names, typed numbers, HP and years as int."""
    numbers = dict.fromkeys(
        NumberRead(text, number_kind(text))
        for text in (field.text.upper().replace(" ", "") for field in reading.numbers)
        if text
    )
    return Evidence(
        names=tuple(dict.fromkeys(n for n in (fold(f.text) for f in reading.names) if n))[:6],
        numbers=tuple(numbers)[:8],
        checked_numbers=frozenset(f.text for f in reading.checked_numbers),
        hps=tuple(dict.fromkeys(int(f.text) for f in reading.hps if f.text.isdigit())),
        codes=tuple((f.text.upper(), f.confidence) for f in reading.set_codes),
        body=tuple(dict.fromkeys(t for t in (fold(f.text) for f in reading.attacks) if t)),
        artists=tuple((fold(without_credit(f.text)), is_credit(f.text)) for f in reading.artists),
        years=tuple(dict.fromkeys(int(f.text) for f in reading.years if f.text.isdigit())),
        evolves_from=tuple(t for t in (fold(f.text) for f in reading.evolves_from) if t),
        script=script_of(reading),
    )
