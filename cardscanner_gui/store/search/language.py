"""The language of the collection's search field, read into terms.

    char set:PAL rarity:rare -finish:reverse qty>1 lang:ja,ko added:2025-03..2025-05 tag:"for trade"

Terms are separated by spaces, and all of them must be true. A word alone is looked for everywhere;
`-` before a term turns it round; commas separate values of which any will do; quotes keep spaces,
commas and colons together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cardscanner_gui.core.errors import WorldError

_TERM = re.compile(
    r"""(?P<minus>-?)
        (?:(?P<field>[A-Za-z]+)(?P<operator>:|>=|<=|>|<|=))?
        (?P<value>(?:"[^"]*(?:"|\Z)|[^\s"])*)""",
    re.VERBOSE,
)
_VALUE = re.compile(r'((?:"[^"]*(?:"|\Z)|[^,"])*)(?:,|\Z)')


class QueryError(WorldError):
    """What was typed can't be searched for; the message says why, in one sentence."""


@dataclass(frozen=True)
class Term:
    """One condition as it was typed.

    Attributes:
        field: in lower case; empty for words that are looked for everywhere.
        operator: `:`, `=`, `>`, `>=`, `<` or `<=`; empty where there is no field.
        values: of which any will do, without their quotes; none is empty.
        negated: whether it must not be true.
        start, end: where it stands in the text.
    """

    field: str
    operator: str
    values: tuple[str, ...]
    negated: bool
    start: int
    end: int


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a text, in order. Never fails: what makes no sense, the fields find out."""
    terms = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        found = _TERM.match(text, position)
        if found is None or found.end() == position:  # cannot be: whatever isn't a space matches
            position += 1
            continue
        terms.append(_term(found))
        position = found.end()
    return tuple(terms)


def quoted(value: str) -> str:
    """A value as it is typed: in quotes where it needs them."""
    bare = value.replace('"', "")
    return f'"{bare}"' if not bare or re.search(r'[\s,:<>="]|^-', bare) else bare


def _term(found: re.Match[str]) -> Term:
    field, value = (found["field"] or "").lower(), found["value"]
    if field:
        values = tuple(_bare(part) for part in _VALUE.findall(value) if _bare(part))
    else:
        values = (_bare(value),) if _bare(value) else ()
    return Term(
        field,
        found["operator"] or "",
        values,
        bool(found["minus"]),
        found.start(),
        found.end(),
    )


def _bare(value: str) -> str:
    return value.replace('"', "").strip()
