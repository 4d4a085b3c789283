"""The words people read, in the language they chose.

The English text is its own key. `tr` translates where a text is shown and fills in its values;
`mark` names a text that is translated later, where it is used; `Words` does both for a table of
texts. What other rooms say, as an error's sentence or why a card is unsure, they say in English,
which is what files, logs and other programs get; `said` finds the sentence's pattern again and
translates that. Everything here runs in English until `use` was called.
"""

from __future__ import annotations

import operator
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol

_SEPARATORS = {"de": (".", ","), "fr": ("\u202f", ",")}
"""What stands between thousands and before decimals, where it isn't as in English."""

_FEWEST_LETTERS = 2
"""A pattern with fewer of its own would be found in anything."""

_LONG = 9
"""A pattern with so many letters of its own fits what it should and little else."""

_JOINTS = (" – ", "; ", " · ", ": ", ", ")
_AND = " and "
"""What joins sentences and parts of one."""

_Pattern = tuple[re.Pattern[str], str]


class Language(Protocol):
    """One language's texts."""

    @property
    def code(self) -> str:
        """Such as `de`."""
        ...

    def text(self, source: str) -> str:
        """The translation of a text; the text itself where there is none."""
        ...

    def plural(self, one: str, many: str, number: int) -> str:
        """The form that goes with a number, with `{n}` where the number stands."""
        ...

    def sources(self) -> Iterable[str]:
        """What other rooms say, of which `said` finds the patterns."""
        ...


class English:
    """What the program is written in."""

    code = "en"

    def text(self, source: str) -> str:
        """The text itself."""
        return source

    def plural(self, one: str, many: str, number: int) -> str:
        """The form of one or of many."""
        return one if number == 1 else many

    def sources(self) -> Iterable[str]:
        """None: there is nothing to translate."""
        return ()


class _Filling(string.Formatter):
    """Fills values in; numbers get the language's separators, errors its words."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, BaseException):
            return said(str(value))
        text = str(format(value, format_spec))
        return _separated(text) if format_spec and isinstance(value, int | float) else text


_language: Language = English()
_formatter = _Filling()


def use(language: Language) -> None:
    """Take a language into use, for the whole process."""
    global _language
    _language = language
    said.cache_clear()
    _patterns.cache_clear()


def language() -> str:
    """The code of the language in use, such as `de`."""
    return _language.code


def tr(text: str, /, **values: Any) -> str:
    """A text in the language in use, with its values filled in.

    Args:
        text: the English text; `{name}` is where a value stands, `{name:,}` where a number does.
        values: by the names in the text.
    """
    translated = _language.text(text)
    return _formatter.vformat(translated, (), values) if values else translated


def mark(text: str) -> str:
    """The text as it is: it is translated where it is used, by `tr` or `Words`."""
    return text


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 card`, `2,310 cards`: a number of things."""
    one_form, many_form = "{n} " + one, "{n} " + (many or one + "s")
    form = _language.plural(one_form, many_form, number)
    return form.replace("{n}", amount(number))


def amount(number: float, spec: str = ",") -> str:
    """A number as the language writes it: `2,310`, `2.310`."""
    return _separated(format(number, spec))


class Words(Mapping[Any, str]):
    """A table of texts, each translated when it is asked for."""

    def __init__(self, texts: Mapping[Any, str]) -> None:
        self.english = texts
        """The same, as written."""

    def __getitem__(self, key: Any) -> str:
        return tr(self.english[key])

    def __iter__(self) -> Iterator[Any]:
        return iter(self.english)

    def __len__(self) -> int:
        return len(self.english)


@lru_cache(maxsize=1024)
def said(text: str) -> str:
    """What another room said in English, in the language in use.

    Text that fits no pattern stays as it is: a translation is a help, never a condition.
    """
    translated = _language.text(text)
    if translated != text or _language.code == English.code:
        return translated
    long, short = _patterns()
    return _fitting(long, text) or _in_parts(text) or _fitting(short, text) or text


def _fitting(patterns: Iterable[_Pattern], text: str) -> str:
    for pattern, source in patterns:
        found = pattern.fullmatch(text)
        if found:
            parts = {name: said(value) for name, value in found.groupdict().items()}
            return _filled(_language.text(source), parts)
    return ""


def _in_parts(text: str) -> str:
    for joint in (*_JOINTS, _AND):
        parts = text.split(joint, 1)  # what follows may be a sentence with such a joint in it
        told = [said(part) for part in parts] if len(parts) > 1 else parts
        # A card may be called “Rosa and …”.
        if all(map(operator.ne, told, parts)) if joint == _AND else told != parts:
            return (tr(joint) if joint == _AND else joint).join(told)
    return ""


@lru_cache(maxsize=1)
def _patterns() -> tuple[list[_Pattern], list[_Pattern]]:
    """What sentences look like, the long ones and the short, most words of their own first."""
    found = [(_own_letters(text), text) for text in _language.sources() if "{" in text]
    # `{words} agree` before `artist {value}`, which fits whatever begins with a label.
    found.sort(key=lambda pair: (pair[1].endswith(" {value}"), -pair[0]))
    long = [(_pattern(text), text) for letters, text in found if letters >= _LONG]
    short = [t for letters, t in found if _FEWEST_LETTERS <= letters < _LONG]
    return long, [(_pattern(text), text) for text in short]


def _own_letters(text: str) -> int:
    return sum(sum(map(str.isalpha, own)) for own, *_ in string.Formatter().parse(text))


def _pattern(text: str) -> re.Pattern[str]:
    parts, seen = [], set()
    for own, name, _, _ in string.Formatter().parse(text):
        parts.append(re.escape(own))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.+?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


def _filled(text: str, parts: Mapping[str, str]) -> str:
    """The parts are texts already: what the pattern says of a number's form was done."""
    filled = []
    for own, name, _, _ in string.Formatter().parse(text):
        filled += [own, parts.get(name, "") if name is not None else ""]
    return "".join(filled)


def _separated(number: str) -> str:
    thousands, decimal = _SEPARATORS.get(_language.code, (",", "."))
    return number.translate({ord(","): thousands, ord("."): decimal})
