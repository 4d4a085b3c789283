"""Prices that were asked for: by day, so that there is a history, and what they add up to."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.values import Quote, Quotes
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.entry_rows import printing_of
from cardscanner_gui.store.rows import checked

# A stamped or a graded card is another thing than the plain one whose price is known.
_PLAIN = "entries.deleted_at IS NULL AND entries.stamp = '' AND entries.grade = ''"
_NEWEST = """
    FROM entries JOIN quotes ON quotes.printing_id = entries.printing_id
        AND quotes.finish = entries.finish AND quotes.source = ?
        AND quotes.day = (
            SELECT max(day) FROM quotes AS newer WHERE newer.printing_id = quotes.printing_id
            AND newer.source = quotes.source AND newer.finish = quotes.finish
        )
"""
_SET = (
    "coalesce(json_extract(entries.printing, '$.set_names.en'),"
    " json_extract(entries.printing, '$.set_id'))"
)
_GROUPS = {"set": _SET, "folder": "entries.folder"}


@dataclass(frozen=True)
class Total:
    """What some cards are worth together.

    Attributes:
        group: name of their set, or their folder; empty for all, or where they lie in none.
        amount: in `currency`.
        copies: those whose price is known.
        day: the ISO date of the oldest price among them.
    """

    group: str
    amount: float
    currency: str
    copies: int
    day: str


@dataclass(frozen=True)
class ValueDay:
    """What the collection was worth on a day."""

    day: str
    total: float
    currency: str
    copies: int


class QuoteStore:
    """Prices beside the collection. Methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, since: float, limit: int) -> list[Printing]:
        """Printings of the collection whose prices weren't asked for since, one entry's each."""
        return self._database.read(
            "SELECT printing FROM entries WHERE id IN (SELECT min(id) FROM entries"
            " WHERE deleted_at IS NULL AND printing_id NOT IN"
            " (SELECT printing_id FROM quotes_asked WHERE asked_at >= ?)"
            " GROUP BY printing_id LIMIT ?)",
            [since, limit],
            printing_of,
        )

    def put(self, printing: Printing, quotes: Iterable[tuple[str, Quote]]) -> None:
        """Keep what was answered, also where that was nothing."""
        today = time.strftime("%Y-%m-%d", time.gmtime())
        rows = [
            (
                printing.id,
                finish,
                one.source,
                one.day or today,
                one.currency,
                one.market,
                one.low,
                one.mid,
            )
            for finish, one in quotes
        ]
        with self._database.transaction() as connection:
            for row in rows:
                connection.execute(
                    "INSERT OR REPLACE INTO quotes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row
                )
            connection.execute(
                "INSERT OR REPLACE INTO quotes_asked VALUES (?, ?)", [printing.id, time.time()]
            )

    def of(self, entry: Entry) -> Mapping[str, Quote]:
        """The newest quotes of one copy, by marketplace; none for a stamped or a graded one."""
        if entry.stamp or entry.grade:
            return {}
        return self._of(entry.printing.id, entry.finish)

    def quotes(self) -> Quotes:
        """The same for many entries, each printing and finish asked for once."""
        known = lru_cache(maxsize=4096)(self._of)

        def of(entry: Entry) -> Mapping[str, Quote]:
            return {} if entry.stamp or entry.grade else known(entry.printing.id, entry.finish)

        return of

    def _of(self, printing_id: str, finish: str) -> Mapping[str, Quote]:
        found = self._database.read(
            "SELECT * FROM quotes WHERE printing_id = ? AND finish = ? ORDER BY day",
            [printing_id, finish],
            quote_of,
        )
        return {quote.source: quote for quote in found}

    def totals(self, source: str, by: str = "") -> list[Total]:
        """What the collection is worth at a marketplace's prices.

        Args:
            source: the marketplace.
            by: `set` or `folder`; empty for one total of all.
        """
        group = _GROUPS.get(by, "''")
        return self._database.read(
            f"SELECT coalesce({group}, '') AS name,"
            " sum(quotes.market * entries.quantity) AS amount,"
            f" max(quotes.currency) AS currency, sum(entries.quantity) AS copies,"
            f" min(quotes.day) AS day {_NEWEST} WHERE {_PLAIN} GROUP BY name ORDER BY amount DESC",
            [source],
            total_of,
        )

    def note_day(self, source: str) -> None:
        """Write down what the collection is worth today."""
        for total in self.totals(source):
            day = time.strftime("%Y-%m-%d")
            with self._database.transaction() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO value_days (day, source, currency, total, copies)"
                    " VALUES (?, ?, ?, ?, ?)",
                    [day, source, total.currency, total.amount, total.copies],
                )

    def history(self, source: str, limit: int = 366) -> list[ValueDay]:
        """What it was worth, day by day, the oldest first."""
        found = self._database.read(
            "SELECT * FROM value_days WHERE source = ? ORDER BY day DESC LIMIT ?",
            [source, limit],
            day_of,
        )
        return found[::-1]

    def copies(self) -> int:
        """How many cards there are, with a price or without."""
        found: int = self._database.value(
            "SELECT coalesce(sum(quantity), 0) FROM entries WHERE deleted_at IS NULL"
        )
        return found


@checked("quotes", Quote)
def quote_of(row: Mapping[str, Any]) -> Quote:
    """The quote of a row."""
    return Quote(row["source"], row["currency"], row["day"], row["market"], row["low"], row["mid"])


@checked("quotes", Total)
def total_of(row: Mapping[str, Any]) -> Total:
    """The total of a row of a sum."""
    return Total(row["name"], row["amount"], row["currency"], row["copies"], row["day"])


@checked("value_days", ValueDay)
def day_of(row: Mapping[str, Any]) -> ValueDay:
    """The day of a row."""
    return ValueDay(row["day"], row["total"], row["currency"], row["copies"])
