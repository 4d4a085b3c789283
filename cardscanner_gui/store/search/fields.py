"""Which fields the search field knows, and the SQL of what was typed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardscanner_gui.core.copies import LANGUAGES
from cardscanner_gui.core.copies import Condition as Grade
from cardscanner_gui.store.search.conditions import (
    Build,
    Condition,
    among,
    any_of,
    day,
    given,
    moment_of,
    number,
    text,
    together,
    written,
)
from cardscanner_gui.store.search.language import QueryError, QueryTerm, parse
from cardscanner_gui.store.words import (
    match_expression,
    number_sort,
    plain_text,
    position_sort,
)

Aliases = Mapping[str, Sequence[str]]
"""By a word that was typed: what the cards it names are called, as `name_sort` has it."""

_IN = "+id IN"
"""Each condition is a list of ids from an index of its own; `+` keeps SQLite from looking every one
of them up in the table, and has it go through the index of the order instead."""
_FEW_IN = "id IN"
"""Of a list that is short: only these rows are looked up, and all else is asked of them."""
_HAS = {
    "photo": "photo_id IS NOT NULL",
    "note": "note != ''",
    "tag": "tags != ''",
    "folder": "folder != ''",
    "price": "purchase_price IS NOT NULL",
    "grade": "grade != ''",
    "scan": "scan_id IS NOT NULL",
}
_GRADES = [str(grade).lower() for grade in Grade]
_GRADE_WORDS = {
    "mint": "mt",
    "near mint": "nm",
    "excellent": "ex",
    "good": "gd",
    "light played": "lp",
    "played": "pl",
    "poor": "po",
}
_LANGUAGES_TOO = {
    "jp": "ja",
    "kr": "ko",
    "cn": "zh-cn",
    "tw": "zh-tw",
    "zh": "zh-tw",
    "english": "en",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "spanish": "es",
    "portuguese": "pt",
    "dutch": "nl",
    "polish": "pl",
    "russian": "ru",
    "japanese": "ja",
    "korean": "ko",
    "chinese": "zh-cn",
    "thai": "th",
    "indonesian": "id",
}


@dataclass(frozen=True)
class QueryField:
    """One field.

    Attributes:
        name: as completion offers it.
        hint: what it is, in a few words.
        build: its SQL.
        aliases: other names for it.
        values: fixed ones for completion.
        few: it leaves few entries of a large collection.
    """

    name: str
    hint: str
    build: Build
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    few: bool = False


def _name(term: QueryTerm) -> Condition:
    """In any language that the entry knows its name in."""
    if term.operator not in (":", "="):
        raise QueryError(f"“{term.field}” can't be more or less: use : or = with it.")
    return text("name_sort" if term.operator == "=" else "names_sort")(term)


def _note(term: QueryTerm) -> Condition:
    matches = [(match_expression(value), plain_text(value)) for value in term.values]
    sql = (
        "(id IN (SELECT rowid FROM entry_words WHERE entry_words MATCH ?)"
        " AND instr(plain_text(note), ?) > 0)"
    )
    if term.operator not in (":", "=") or any(match is None for match, _ in matches):
        raise QueryError("“note:” wants words.")
    return any_of([(sql, list(match)) for match in matches])


def _set(term: QueryTerm) -> Condition:
    if term.operator not in (":", "="):
        raise QueryError("“set” can't be more or less: use : or = with it.")
    return any_of([_of_set(plain_text(value), term.operator == "=") for value in term.values])


def _of_set(value: str, exact: bool) -> Condition:
    same: list[Condition] = [
        (f"{column} = ?", [value]) for column in ("set_code", "set_id", "set_sort")
    ]
    if not exact:
        # Where it is some set's code, it means that set alone, not those with it in their names.
        code = "SELECT 1 FROM entries WHERE deleted_at IS NULL AND set_code = ?"
        within, values = among("set_sort", ("instr(set_sort, ?) > 0", [value]))
        same.append((f"NOT EXISTS ({code}) AND {within}", [value, *values]))
    return together(same)


def _number(term: QueryTerm) -> Condition:
    operator = "=" if term.operator == ":" else term.operator
    found: list[Condition] = []
    for value in term.values:
        first, between, last = value.partition("..")
        if between:
            sorts = [number_sort(first or "0"), number_sort(last or "999999")]
            found.append(("number_sort BETWEEN ? AND ?", sorts))
        else:
            bare = value.partition("/")[0] or value
            found.append((f"number_sort {operator} ?", [number_sort(bare)]))
    return any_of(found)


def _condition(term: QueryTerm) -> Condition:
    """`condition>=EX` means this good or better."""
    turned = {":": "=", "=": "=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}
    found: list[Condition] = []
    for value in term.values:
        short = _GRADE_WORDS.get(value.lower(), value.lower())
        if short not in _GRADES:
            known = ", ".join(one.upper() for one in _GRADES)
            raise QueryError(f"“{value}” is no condition: there are {known}.")
        found.append((f"condition_sort {turned[term.operator]} ?", [_GRADES.index(short)]))
    return any_of(found)


def _language(term: QueryTerm) -> Condition:
    found: list[Condition] = []
    for value in term.values:
        code = _LANGUAGES_TOO.get(value.lower(), value.lower())
        if code not in LANGUAGES:
            raise QueryError(f"“{value}” is no language: there are {', '.join(LANGUAGES)}.")
        found.append(("language = ?", [code]))
    return any_of(found)


def _tags(term: QueryTerm) -> Condition:
    ends = "instr(char(10) || plain_text(tags) || char(10), char(10) || ? || char(10)) > 0"
    sql, values = among("tags", any_of([(ends, [plain_text(value)]) for value in term.values]))
    return f"tags != '' AND {sql}", values


def _has(term: QueryTerm) -> Condition:
    found: list[Condition] = []
    for value in term.values:
        key = value.lower().removesuffix("s")
        if key not in _HAS:
            raise QueryError(f"“has:” knows {', '.join(_HAS)}, not “{value}”.")
        found.append((_HAS[key], []))
    return any_of(found)


def _exact(column: str) -> Build:
    def build(term: QueryTerm) -> Condition:
        return any_of([(f"{column} = ?", [value]) for value in term.values])

    return build


_grade = given("grade != ''", number("CAST(nullif(grade, '') AS REAL)"))


FIELDS: tuple[QueryField, ...] = (
    QueryField("name", "in any language", _name),
    QueryField("set", "code or name", _set, ("s",), few=True),
    QueryField("number", "or 1..20", _number, ("no", "nr")),
    QueryField("rarity", "", text("rarity_sort"), ("r",)),
    QueryField("finish", "", text("finish", seen_as="lower(finish)"), ("f",)),
    QueryField("stamp", "* for any", written("stamp")),
    QueryField("condition", "or >=EX", _condition, ("cond",), tuple(c.upper() for c in _GRADES)),
    QueryField("lang", "of the card", _language, ("language", "l"), LANGUAGES),
    QueryField("qty", "copies, or >1", number("quantity"), ("copies", "quantity")),
    QueryField("tag", "* for any", given("tags != ''", _tags), ("tags", "t")),
    QueryField("folder", "* for any", written("folder"), ("binder", "box")),
    QueryField(
        "position",
        "in its folder",
        text("position_sort", of=position_sort),
        ("page",),
    ),
    QueryField("grade", "or >=9", _grade),
    QueryField("grader", "PSA, CGC", written("grader")),
    QueryField("cert", "its number", written("certificate"), ("certificate",), few=True),
    QueryField(
        "price",
        "paid, or >10",
        given("purchase_price IS NOT NULL", number("purchase_price")),
        ("paid",),
    ),
    QueryField("currency", "", written("purchase_currency")),
    QueryField("bought", "2025-03, 30d", day("purchased_on", lambda one: one.isoformat())),
    QueryField("added", "2025-03, 30d, today", day("scanned_at", moment_of), ("scanned",)),
    QueryField("artist", "", text("artist_sort"), ("illustrator",)),
    QueryField("note", "", given("note != ''", _note)),
    QueryField("has", ", ".join(_HAS), _has, (), tuple(_HAS)),
    QueryField("game", "", _exact("game")),
    QueryField("id", "of the printing", _exact("printing_id"), few=True),
)

BY_NAME: Mapping[str, QueryField] = {
    name: field for field in FIELDS for name in (field.name, *field.aliases)
}


def condition_of(typed: str, aliases: Aliases | None = None) -> Condition:
    """The SQL of what was typed, with its parameters; always true where that is nothing.

    Args:
        typed: in the language of `search.language`.
        aliases: of the words without a field.

    Raises:
        QueryError: it makes no sense; the message says what.
    """
    terms = parse(typed)
    few = any(_leaves_few(term) for term in terms)
    found = [
        _term(term, aliases or {}, few) for term in terms if not _is_plain(term, aliases or {})
    ]
    plain = [value for term in terms if _is_plain(term, aliases or {}) for value in term.values]
    if plain:  # all of them are one question to the index of words
        found.append(_found(" ".join(plain)))
    parts = [(sql, values) for sql, values in found if sql]
    return " AND ".join(sql for sql, _ in parts) or "TRUE", [v for _, vs in parts for v in vs]


def _is_plain(term: QueryTerm, aliases: Aliases) -> bool:
    return not term.field and not term.negated and " ".join(term.values) not in aliases


def _leaves_few(term: QueryTerm) -> bool:
    field = BY_NAME.get(term.field)
    return field is not None and field.few and not term.negated


def _term(term: QueryTerm, aliases: Aliases, few: bool) -> Condition:
    sql, values = _field(term, few) if term.field else _words(term, aliases)
    return (f"NOT ({sql})" if term.negated and sql else sql), values


def _field(term: QueryTerm, few: bool) -> Condition:
    """Its condition; where another one leaves `few` rows, it is asked of those alone."""
    field = BY_NAME.get(term.field)
    if field is None:
        raise QueryError(_unknown(term.field))
    if not term.values:
        raise QueryError(f"“{term.field}{term.operator}” wants a value after it.")
    sql, values = field.build(term)
    if few and not field.few:
        return f"({sql})", values
    which = _FEW_IN if few else _IN
    return f"{which} (SELECT id FROM entries WHERE deleted_at IS NULL AND ({sql}))", values


def _words(term: QueryTerm, aliases: Aliases) -> Condition:
    words = " ".join(term.values)
    sql, values = _found(words)
    called = aliases.get(words, ())
    if not sql or not called:
        return sql, values
    also = (
        f"{_IN} (SELECT id FROM entries WHERE deleted_at IS NULL"
        " AND name_sort IN (SELECT value FROM json_each(?)))"
    )
    return f"({sql} OR {also})", [*values, json.dumps(list(called))]


def _found(words: str) -> Condition:
    match = match_expression(words)
    if match is None:
        return "", []
    return f"{_IN} (SELECT rowid FROM entry_words WHERE entry_words MATCH ?)", [match]


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, BY_NAME, 1)
    meant = f" Do you mean “{close[0]}:”?" if close else ""
    return f"There is no “{name}:” to search by.{meant} Quotes find the words themselves."
