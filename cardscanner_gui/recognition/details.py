"""What follows from a known printing: language and finish of this copy, and the fields to show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rapidfuzz import fuzz

from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Field, Printing, Reading, in_language

CATALOGUE = "catalogue"

_LOOKS_ALIKE = 80.0
_A_HINT = 60.0
# Words that every card prints in its own language, beside the name, the HP or the set code.
_HINTS = {
    "en": r"\bHP\b|^BASIC$|^STAGE ?[12]$|\b[A-Z]{3} ?EN\b|EVOLVES FROM|^TRAINER$|\bILLUS",
    "fr": r"\bPV\b|^DE BASE$|^BASE$|^NIVEAU ?[12]$|\b[A-Z]{3} ?FR\b|ÉVOLUTION DE|^DRESSEUR$",
    "de": r"\bKP\b|^BASIS$|^PHASE ?[12]$|\b[A-Z]{3} ?DE\b|ENTWICKELT SICH AUS",
    "it": r"\bPS\b|^BASE$|^FASE ?[12]$|\b[A-Z]{3} ?IT\b|SI EVOLVE DA|^ALLENATORE$",
    "es": r"\bPS\b|^BÁSICO$|^FASE ?[12]$|\b[A-Z]{3} ?ES\b|EVOLUCIONA DE|^ENTRENADOR$",
    "pt": r"\bPS\b|^BÁSICO$|^ESTÁGIO ?[12]$|\b[A-Z]{3} ?PT\b|EVOLUI DE|^TREINADOR$",
}
_HINT_PATTERNS = {language: re.compile(pattern) for language, pattern in _HINTS.items()}


def language_of(reading: Reading, printing: Printing) -> str | None:
    """The language whose name, attacks and set words look most like what was read.

    A name that is the same in several languages says nothing, and where nothing else was read
    English is assumed if the card exists in it. None when the printing has no names at all.
    """
    lines = [line.text for line in reading.lines if line.confidence > 0.5]
    folded = [fold(line) for line in lines]
    upper = [line.upper() for line in lines]
    scores = {
        language: _likeness(folded, name)
        + sum(_likeness(folded, attack.get(language)) for attack in printing.attacks)
        + _A_HINT * sum(_hinted(language, line) for line in upper)
        for language, name in printing.names.items()
    }
    best = max(scores.values(), default=0.0)
    tied = [language for language, score in scores.items() if score >= best - 4.0]
    if not tied:
        return None
    return "en" if "en" in tied else tied[0]


def _likeness(lines: list[str], text: str | None) -> float:
    """How well the likest line fits, 0 to 100; what is merely similar by chance counts nothing."""
    folded = fold(text)
    best = max((fuzz.ratio(line, folded) for line in lines), default=0.0) if folded else 0.0
    return best if best >= _LOOKS_ALIKE else 0.0


def _hinted(language: str, line: str) -> bool:
    pattern = _HINT_PATTERNS.get(language)
    return pattern is not None and pattern.search(line) is not None


def finish_of(printing: Printing) -> str | None:
    """The finish, when the printing exists in only one: the picture can't tell foil from not."""
    finishes = printing.finishes
    return finishes[0] if len(finishes) == 1 else None


def detail_fields(printing: Printing, language: str | None) -> Iterator[tuple[str, Field]]:
    """The details that the catalogue knows, in the order they are shown."""
    local = language or "en"
    values: Mapping[str, str | None] = {
        "name": in_language(printing.names, local),
        "set": in_language(printing.set_names, local),
        "number": printing.printed_number,
        "rarity": printing.rarity,
        "hp": str(printing.hp) if printing.hp else None,
        "types": " · ".join(printing.types) or None,
        "stage": printing.stage,
        "attacks": " · ".join(in_language(a, local) for a in printing.attacks) or None,
        "evolves_from": in_language(printing.evolves_from, local) or None,
        "artist": printing.illustrator,
        "released": printing.released,
        "finishes": " · ".join(printing.finishes) or None,
    }
    for name, text in values.items():
        if text:
            yield name, Field(text, 1.0)
