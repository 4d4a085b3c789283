"""What follows from a known printing: language and finish of this copy, and the fields to show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from cardscanner_gui.core.game import Game
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Field, Printing, Reading

CATALOGUE = "catalogue"

_LOOKS_ALIKE = 80.0
_A_HINT = 60.0


def language_of(reading: Reading, printing: Printing, game: Game) -> str | None:
    """The language whose name, phrases and other words look most like what was read.

    A name that is the same in several languages says nothing, and where nothing else was read
    English is assumed if the card exists in it. None when the printing has no names at all.
    """
    lines = [line.text for line in reading.lines if line.confidence > 0.5]
    folded = [fold(line) for line in lines]
    upper = [line.upper() for line in lines]
    scores = {
        language: _likeness(folded, name)
        + sum(_likeness(folded, phrase.get(language)) for phrase in game.phrases(printing))
        + _A_HINT * sum(_hinted(game.hints.get(language), line) for line in upper)
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


def _hinted(pattern: str | None, line: str) -> bool:
    return pattern is not None and re.search(pattern, line) is not None


def finish_of(printing: Printing) -> str | None:
    """The finish, when the printing exists in only one: the picture can't tell foil from not."""
    finishes = printing.finishes
    return finishes[0] if len(finishes) == 1 else None


def detail_fields(
    printing: Printing, language: str | None, game: Game
) -> Iterator[tuple[str, Field]]:
    """The details that the catalogue knows, in the order they are shown."""
    for name, kind in game.fields.items():
        values = kind.printed(printing, language or "en") if kind.detail else ()
        if values:
            yield name, Field(" · ".join(values), 1.0)
