"""What follows from a known printing: language and finish of this copy, and the fields to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from cardscanner_gui.core.copies import LANGUAGES
from cardscanner_gui.core.game import Game
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Field, Match, Pixels, Printing, Reading
from cardscanner_gui.vision.print_mark import bears

CATALOGUE = "catalogue"

_SURE = 0.5
_LOOKS_ALIKE = 80.0
_A_TEXT = 100.0
_LOST_BY_POINT = 6.0
"""A name that fits worse than another language's by 10 of 100 counts less than half of it."""
_A_HINT = 60.0
_BY_SO_MANY = 2
"""More hints than any listed language has are of a language that is missing in the list."""
_A_MARK = 200.0
_TO_THE_LETTER = 40.0
"""A name with its hyphens and spaces: French and Italian cards say `-ex` where others say ` ex`."""
_CLEAR = 30.0
_LONG_ENOUGH = 5
_LATIN_ACCENTS = frozenset(map(chr, range(0x0300, 0x0370)))


def language_of(reading: Reading, printing: Printing, game: Game) -> str | None:
    """The language, among those that the printing has, that what was read tells.

    Told by its name and its phrases where languages differ in them, by words that every card of a
    language bears, and by the mark of the language beside the set's code. None where two languages
    fit as well, or none is told at all, and the printing has several: then it must be asked. So it
    must where the card's own words are of a language that the printing isn't listed in.
    """
    known = [language for language in printing.names if language in LANGUAGES]
    if len(known) < 2:
        return next(iter(known), None)
    lines = [line.text for line in reading.lines if line.confidence > _SURE]
    scores = dict.fromkeys(known, 0.0)
    folded = [fold(line) for line in lines]
    for texts in (printing.names, *game.phrases(printing)):
        for language, points in _told_by(texts, folded).items():
            if language in scores:
                scores[language] += points
    bare = [_bare(line) for line in lines]
    hinted = {
        language: sum(_found(hint, bare) for hint in hints)
        for language, hints in game.hints.items()
    }
    most = max((hinted.get(language, 0) for language in known), default=0)
    if max(hinted.values(), default=0) >= most + _BY_SO_MANY:
        return None
    for language in scores:
        scores[language] += _A_HINT * hinted.get(language, 0)
        mark = game.language_mark(printing, language)
        scores[language] += _A_MARK * (mark is not None and _found(mark, bare))
        name = rf"(?<!\w){re.escape(_bare(printing.names[language]))}(?!\w)"
        scores[language] += _TO_THE_LETTER * _found(name, bare)
    best, second = sorted(scores.values(), reverse=True)[:2]
    return max(scores, key=scores.__getitem__) if best - second >= _CLEAR else None


def language_of_match(
    reading: Reading, match: Match, games: Callable[[Printing], Game]
) -> str | None:
    """The language of the printing that was found, or of the likeliest while none is settled."""
    printing = match.printing
    if printing is None and match.candidates:
        printing = match.candidates[0].printing
    return None if printing is None else language_of(reading, printing, games(printing))


def _told_by(texts: Mapping[str, str], lines: Sequence[str]) -> dict[str, float]:
    """What one text says for each language it is known in, by the line that is likest to it."""
    likest = {language: _likeness(lines, text) for language, text in texts.items()}
    best = max(likest.values(), default=0.0)
    if best < _LOOKS_ALIKE:
        return {}
    return {
        language: max(0.0, _A_TEXT - _LOST_BY_POINT * (best - likeness))
        for language, likeness in likest.items()
    }


def _likeness(lines: Iterable[str], text: str) -> float:
    """How well the likest line fits, 0 to 100; a name within a longer line fits as well."""
    folded = fold(text)
    if not folded:
        return 0.0
    likest = max((fuzz.ratio(line, folded) for line in lines), default=0.0)
    within = len(folded) >= _LONG_ENOUGH and any(folded in line for line in lines)
    return 100.0 if within else likest


def _bare(line: str) -> str:
    """Upper case without accents, which are often not read."""
    decomposed = unicodedata.normalize("NFD", line.upper())
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _LATIN_ACCENTS))


def _found(pattern: str, lines: Iterable[str]) -> bool:
    return any(re.search(pattern, line) for line in lines)


def finish_of(printing: Printing) -> str | None:
    """The finish, when the printing exists in only one: the picture can't tell foil from not."""
    finishes = printing.finishes
    return finishes[0] if len(finishes) == 1 else None


def finish_seen(printing: Printing, card: Pixels, game: Game) -> str | None:
    """The finish, when the printing exists in only one, or an upright card's own mark tells it."""
    for mark in game.marks:
        marked = [finish for finish in printing.finishes if finish in mark.finishes]
        if len(marked) == 1 and bears(card, mark, printing):
            return marked[0]
    return finish_of(printing)


def detail_fields(
    printing: Printing, language: str | None, game: Game
) -> Iterator[tuple[str, Field]]:
    """The details that the catalogue knows, in the order they are shown."""
    for name, kind in game.fields.items():
        values = kind.printed(printing, language or "en") if kind.detail else ()
        if values:
            yield name, Field(" · ".join(values), 1.0)
