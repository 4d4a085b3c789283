"""Which entries, in which order: the SQL of an `EntryQuery`.

Sorting, filtering and paging use one index each, so that a page of 50,000 entries costs what a page
of 50 does.
"""

from __future__ import annotations

from typing import Any

from cardscanner_gui.core.collection import EntryQuery, SortKey
from cardscanner_gui.store.search.fields import condition_of

_ORDER: dict[SortKey, tuple[str, ...]] = {
    SortKey.NAME: ("name_sort",),
    SortKey.SET: ("set_sort", "number_sort"),
    SortKey.NUMBER: ("number_sort",),
    SortKey.QUANTITY: ("quantity",),
    SortKey.FINISH: ("finish",),
    SortKey.CONDITION: ("condition_sort",),
    SortKey.LANGUAGE: ("language",),
    SortKey.RARITY: ("rarity_sort",),
    SortKey.SCANNED_AT: ("scanned_at",),
    SortKey.FOLDER: ("folder", "position_sort"),
    SortKey.PRICE: ("purchase_price", "purchase_currency"),
    SortKey.BOUGHT: ("purchased_on",),
    SortKey.GRADE: ("grade", "grader"),
    SortKey.ARTIST: ("artist_sort",),
}

_GROUPED: dict[SortKey, str] = {SortKey.SET: "set_sort", SortKey.FOLDER: "folder"}


def where_clause(query: EntryQuery) -> tuple[str, list[Any]]:
    """The condition and its parameters; deleted entries are never among them.

    Raises:
        QueryError: the query's text makes no sense.
    """
    condition, parameters = condition_of(query.text, dict(query.aliases))
    return f"deleted_at IS NULL AND {condition}", parameters


def order_clause(query: EntryQuery) -> str:
    """The order; entries that are equal in it keep the order in which they were added."""
    direction = "DESC" if query.descending else "ASC"
    return ", ".join(f"{column} {direction}" for column in (*_ORDER[query.sort], "id"))


def group_column(query: EntryQuery) -> str | None:
    """What the query's order puts together, where that is worth a heading."""
    return _GROUPED.get(query.sort)
