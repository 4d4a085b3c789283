"""Kinds of fields, each as SQL with parameters.

Each is quick on 100,000 entries: it uses an index, or looks at the different values that a column
has, of which there are few, instead of at every row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from cardscanner_gui.store.search.language import QueryError, Term
from cardscanner_gui.store.words import plain_text

Condition = tuple[str, list[Any]]
Build = Callable[[Term], Condition]
"""The SQL of a term that has a value, but for whether it is negated."""

ANY = "*"
"""The value that stands for any at all."""
_RANGE = ".."
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def any_of(conditions: Sequence[Condition]) -> Condition:
    """True where one of them is."""
    sql = " OR ".join(condition for condition, _ in conditions)
    return f"({sql})", [value for _, values in conditions for value in values]


def together(conditions: Sequence[Condition]) -> Condition:
    """True where one of them is; each uses an index of its own, where `OR` would use none."""
    parts = [f"SELECT id FROM entries WHERE deleted_at IS NULL AND {sql}" for sql, _ in conditions]
    return f"id IN ({' UNION ALL '.join(parts)})", [v for _, values in conditions for v in values]


def text(
    column: str, *, of: Callable[[str], str] = plain_text, seen_as: str | None = None
) -> Build:
    """A column of text: `:` finds something within, `=` the whole.

    Args:
        column: with an index.
        of: writes what was typed as the column has it.
        seen_as: how to write the column so, as SQL, where it isn't yet.
    """

    def build(term: Term) -> Condition:
        if term.operator not in (":", "="):
            raise QueryError(f"“{term.field}” can't be more or less: use : or = with it.")
        return among(column, any_of([_text(seen, term.operator, v, of) for v in term.values]))

    seen = column if seen_as is None else seen_as
    return build


def among(column: str, condition: Condition) -> Condition:
    """A condition on a column with an index, asked of its different values: each is one step."""
    sql, values = condition
    least = f"SELECT min({column}) FROM entries WHERE deleted_at IS NULL AND {column} != ''"
    seen = (
        f"WITH RECURSIVE seen({column}) AS ({least} UNION ALL SELECT ({least}"
        f" AND {column} > seen.{column}) FROM seen WHERE seen.{column} IS NOT NULL)"
    )
    return f"{column} IN ({seen} SELECT {column} FROM seen WHERE {sql})", values


def written(column: str) -> Build:
    """The same for a column that holds what the user wrote, in any case and with accents."""
    return given(f"{column} != ''", text(column, seen_as=f"plain_text({column})"))


def given(sql: str, build: Build) -> Build:
    """A field that may be empty: `*` stands for any value."""

    def with_any(term: Term) -> Condition:
        return (sql, []) if ANY in term.values else build(term)

    return with_any


def number(column: str) -> Build:
    """A column of numbers: any operator, and `2..5`."""

    def build(term: Term) -> Condition:
        return any_of([_number(column, term, value) for value in term.values])

    return build


def day(column: str, bound: Callable[[date], Any]) -> Build:
    """A column of days or moments: `2025`, `2025-03`, `2025-03-14`, `today`, `30d` for the last.

    Args:
        column: it sorts by time.
        bound: the first value of a day in it.
    """

    def build(term: Term) -> Condition:
        return any_of([_day(column, bound, term, value) for value in term.values])

    return build


def moment_of(one: date) -> float:
    """The first moment of a day where the user lives, in seconds since the epoch."""
    try:
        return datetime(one.year, one.month, one.day).timestamp()
    except (OverflowError, OSError, ValueError):  # some systems know no year 1
        return float((one - date(1970, 1, 1)).days) * 86_400


def _text(column: str, operator: str, value: str, of: Callable[[str], str]) -> Condition:
    if operator == "=":
        return f"{column} = ?", [of(value)]
    return f"instr({column}, ?) > 0", [of(value)]


def _number(column: str, term: Term, value: str) -> Condition:
    first, between, last = value.partition(_RANGE)
    if between and term.operator in (":", "="):
        if not first and not last:
            raise QueryError(f"“{term.field}:” wants a number before or after “..”.")
        bounds = [
            (f"{column} {operator} ?", [_float(term, part)])
            for operator, part in ((">=", first), ("<=", last))
            if part
        ]
        return " AND ".join(sql for sql, _ in bounds), [v for _, vs in bounds for v in vs]
    operator = "=" if term.operator == ":" else term.operator
    return f"{column} {operator} ?", [_float(term, value)]


def _float(term: Term, value: str) -> float:
    try:
        found = float(value.replace(",", "."))
    except ValueError:
        found = float("nan")
    if not abs(found) < 1e15:
        raise QueryError(f"“{term.field}” wants a number, not “{value}”.")
    return found


def _day(column: str, bound: Callable[[date], Any], term: Term, value: str) -> Condition:
    first, between, last = value.partition(_RANGE)
    if between and term.operator in (":", "="):
        start = _days(term, first)[0] if first else date.min
        end = _days(term, last)[1] if last else date.max
    else:
        start, end = _days(term, value)
    edges: dict[str, Condition] = {
        ">": (f"{column} >= ?", [bound(end)]),
        ">=": (f"{column} >= ?", [bound(start)]),
        "<": (f"{column} < ? AND {column} != ''", [bound(start)]),
        "<=": (f"{column} < ? AND {column} != ''", [bound(end)]),
    }
    return edges.get(term.operator, (f"{column} >= ? AND {column} < ?", [bound(start), bound(end)]))


def _days(term: Term, value: str) -> tuple[date, date]:
    """The first day that a value means, and the first after it."""
    today = date.today()
    words = {"today": 0, "yesterday": 1}
    if value.lower() in words:
        one = today - timedelta(words[value.lower()])
        return one, one + timedelta(1)
    ago = _AGO.fullmatch(value.lower())
    if ago:
        days = min(int(ago[1]) * _DAYS[ago[2]], (today - date(1, 1, 2)).days)
        return today - timedelta(days), today + timedelta(1)
    found = _DATE.fullmatch(value)
    try:
        if found is not None:
            return _calendar(*(int(part) for part in found.groups() if part))
    except (ValueError, OverflowError):
        pass
    raise QueryError(
        f"“{value}” is no day: write 2025, 2025-03, 2025-03-14, today, or 30d for the last 30 days."
    )


def _calendar(year: int, month: int = 0, day: int = 0) -> tuple[date, date]:
    start = date(year, month or 1, day or 1)
    if day:
        return start, start + timedelta(1)
    if month:
        return start, date(year + month // 12, month % 12 + 1, 1)
    return start, date(year + 1, 1, 1)
