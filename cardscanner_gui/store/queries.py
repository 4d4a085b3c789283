"""Which entries, in which order: the SQL of an `EntryQuery`.

Sorting, filtering and paging use one index each, so that a page of 50,000 entries costs what a page
of 50 does.
"""

from __future__ import annotations

from cardscanner_gui.core.collection import EntryQuery, SortKey
from cardscanner_gui.store.words import match_expression

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
}


def where_clause(query: EntryQuery) -> tuple[str, list[str]]:
    """The condition and its parameters; deleted entries are never among them."""
    match = match_expression(query.text)
    if match is None:
        return "deleted_at IS NULL", []
    found = "id IN (SELECT rowid FROM entry_words WHERE entry_words MATCH ?)"
    return f"deleted_at IS NULL AND {found}", [match]


def order_clause(query: EntryQuery) -> str:
    """The order; entries that are equal in it keep the order in which they were added."""
    direction = "DESC" if query.descending else "ASC"
    return ", ".join(f"{column} {direction}" for column in (*_ORDER[query.sort], "id"))
