"""Words that find an entry: what goes into the index, and what a search asks of it.

Case, accents and punctuation don't count. Each character of Chinese, Japanese, Korean and Thai is
a word of its own, since these are written without spaces: a part of a name then finds it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from cardscanner_gui.core.text import fold, normalise_number
from cardscanner_gui.core.types import Printing

_UNSPACED = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_VOICED_MARKS = "\u3099\u309a"
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")


def plain_text(text: str) -> str:
    """Text without case and accents, for sorting and comparing; `"Flabébé"` → `"flabebe"`."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = (c for c in decomposed if not unicodedata.combining(c) or c in _VOICED_MARKS)
    return unicodedata.normalize("NFC", "".join(kept))


def sql_plain_text(value: Any) -> Any:
    """The same as a function of SQL; what isn't text, as in a damaged row, stays."""
    return plain_text(value) if isinstance(value, str) else value


def split_words(text: str) -> list[str]:
    """The words of a text, in order."""
    return [word for word in _WORD.findall(plain_text(text)) if word.isalnum()]


def entry_words(printing: Printing, own: Iterable[str]) -> str:
    """All words that find an entry of this printing: names, sets, codes, numbers.

    Args:
        printing: which it is.
        own: what the user wrote of the copy.
    """
    texts = [
        *printing.names.values(),
        # “hooh” and “farfetchd” find Ho-Oh and Farfetch’d.
        *(fold(name) for name in printing.names.values()),
        *printing.set_names.values(),
        printing.set_code or "",
        printing.set_id,
        printing.id,
        *_number_forms(printing),
        *own,
    ]
    # “rockets mewtwo” finds Rocket’s Mewtwo, and “étoile” finds L’Étoile.
    texts += [bare for text in texts if (bare := text.translate(_APOSTROPHES)) != text]
    return " ".join(word for text in texts for word in split_words(text))


def match_expression(text: str) -> str | None:
    """The FTS5 query for what a person typed; None when it holds no word.

    Every word must be found. A word finds longer ones that begin with it, so that the list follows
    the typing, but a number finds only itself: `PAL 12` is not `PAL 120`.
    """
    phrases = []
    for part in text.split():
        words = split_words(part.translate(_APOSTROPHES))
        if words:
            prefix = "" if words[-1].isdigit() else " *"
            phrases.append(f'"{" ".join(words)}"{prefix}')
    return " AND ".join(phrases) or None


def number_sort(number: str) -> str:
    """A text that sorts collector numbers as people count: 2, 10, 10a, then TG1, TG03."""
    match = re.fullmatch(r"(\D*)(\d+)(.*)", normalise_number(number), re.DOTALL)
    if match is None:
        return f"~{plain_text(number)}"
    prefix, digits, suffix = match.groups()
    return f"{prefix}{int(digits):06d}{suffix}"


def position_sort(position: str) -> str:
    """A text that sorts positions as people count: `page 2`, `page 10`."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(6), plain_text(position))


def _number_forms(printing: Printing) -> list[str]:
    number, short = printing.number, normalise_number(printing.number)
    forms = [number, short]
    if printing.printed_total is not None:
        prefix = "".join(c for c in short if not c.isdigit()) if short[:1].isalpha() else ""
        for total in (str(printing.printed_total), f"{printing.printed_total:0{len(number)}d}"):
            forms += [f"{number} {prefix}{total}", f"{short} {prefix}{total}"]
    return forms
