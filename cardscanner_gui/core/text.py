"""Texts that every room takes the same way: names, numbers, where a picture came from.

`fold` and `normalise_number` make comparable forms of what is printed on cards.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[^0-9a-z\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+")
# "Illus." in every way that OCR spells six thin strokes.
_CREDIT = re.compile(r"^\W*[il1|tuwhb]{1,6}us[.,: ]+", re.IGNORECASE)
_NUMBER = re.compile(r"([A-Z]*)0*(\d+)([A-Z]*)")


def fold(text: str | None) -> str:
    """A name without case, accents, spaces and punctuation: `"Farfetch’d"` → `"farfetchd"`.

    Latin letters, digits, kana, Han, Hangul and Thai survive; ♀ and ♂ become `f` and `m`, since
    both Nidoran would be the same name without them.
    """
    if not text:
        return ""
    text = text.replace("♀", " f").replace("♂", " m").replace("δ", " delta")
    text = unicodedata.normalize("NFKD", text).casefold()
    # Voiced kana are composed again: the mark is part of the letter, not an accent.
    text = "".join(c for c in text if not unicodedata.combining(c) or c in "\u3099\u309a")
    return _NOT_WORD.sub("", unicodedata.normalize("NFC", text))


@lru_cache(maxsize=4096)
def normalise_number(number: str | None) -> str:
    """A collector number without leading zeros, upper case: `"012"` → `"12"`, `"tg03"` → `"TG3"`.

    What isn't letters-digits-letters is returned upper-cased as it is (`"?"`, `"ONE"`).
    """
    text = (number or "").strip().upper()
    match = _NUMBER.fullmatch(text)
    return "".join(match.groups()) if match else text


def is_credit(text: str) -> bool:
    """Whether a line of small print says whom the picture is by: `"Illus. Ada Quill"`."""
    return _CREDIT.match(text) is not None


def without_credit(text: str) -> str:
    """The artist's name alone: `"lllus. Ada Quill"` → `"Ada Quill"`."""
    return _CREDIT.sub("", text)


def file_name(source: str) -> str:
    """The last part of a path, as people call a file: `cards/a.jpg` → `a.jpg`.

    Works for paths of either system on both, since a database moves between them.
    """
    return source.replace("\\", "/").rstrip("/").rpartition("/")[2]
