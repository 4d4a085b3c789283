"""The columns of the collection's table: what each shows, sorts by, and lets the user edit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cardscanner_gui.core.collection import Entry, SortKey
from cardscanner_gui.core.words import mark
from cardscanner_gui.qt.style.words import finish_line, language_line

Words = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class CardColumn:
    """One column.

    Attributes:
        title: of its header.
        sort: what a click on that sorts by; None for nothing.
        text: of an entry's cell; it is handed the words for finishes too.
        width: in pixels, before the user chooses one.
        field: of `Copy` that is edited in its cells; empty for none.
        shown: before the user chooses columns.
        number: whether it stands at the right of its cell.
    """

    title: str
    sort: SortKey | None
    text: Callable[[Entry, Words], str]
    width: int = 92
    field: str = ""
    shown: bool = True
    number: bool = False


def price_words(price: float | None, currency: str) -> str:
    """`12.50 EUR`; nothing where there is no price."""
    return "" if price is None else f"{price:,.2f} {currency}".strip()


def grade_words(entry: Entry) -> str:
    """`PSA 9.5`."""
    return " ".join(part for part in (entry.grader, entry.grade) if part)


ALL: tuple[CardColumn, ...] = (
    CardColumn(mark("Name"), SortKey.NAME, lambda e, _: e.printing.title(e.language), 144),
    CardColumn(mark("Set"), SortKey.SET, lambda e, _: e.printing.set_name_in(e.language), 108),
    CardColumn(mark("Number"), SortKey.NUMBER, lambda e, _: e.printing.printed_number, 72),
    CardColumn(mark("Rarity"), SortKey.RARITY, lambda e, _: e.printing.rarity or ""),
    CardColumn(
        mark("Finish"), SortKey.FINISH, lambda e, words: finish_line(words, e), field="finish"
    ),
    CardColumn(mark("Condition"), SortKey.CONDITION, lambda e, _: e.condition, 80, "condition"),
    CardColumn(
        mark("Language"),
        SortKey.LANGUAGE,
        lambda e, _: language_line(e),
        88,
        "language",
    ),
    CardColumn(
        mark("Copies"), SortKey.QUANTITY, lambda e, _: str(e.quantity), 64, "quantity", number=True
    ),
    CardColumn(mark("Added"), SortKey.SCANNED_AT, lambda e, _: _day(e.scanned_at)),
    CardColumn(mark("Code"), None, lambda e, _: e.printing.set_code or "", 64, shown=False),
    CardColumn(mark("Tags"), None, lambda e, _: ", ".join(e.tags), 120, "tags", shown=False),
    CardColumn(mark("Folder"), SortKey.FOLDER, lambda e, _: e.folder, 108, "folder", shown=False),
    CardColumn(mark("Position"), None, lambda e, _: e.position, 80, "position", shown=False),
    CardColumn(
        mark("Price"),
        SortKey.PRICE,
        lambda e, _: price_words(e.purchase_price, e.purchase_currency),
        84,
        "purchase_price",
        shown=False,
        number=True,
    ),
    CardColumn(
        mark("Bought"), SortKey.BOUGHT, lambda e, _: e.purchased_on, 92, "purchased_on", shown=False
    ),
    CardColumn(mark("Grade"), SortKey.GRADE, lambda e, _: grade_words(e), 72, "grade", shown=False),
    CardColumn(
        mark("Certificate"), None, lambda e, _: e.certificate, 92, "certificate", shown=False
    ),
    CardColumn(mark("Note"), None, lambda e, _: e.note, 144, "note", shown=False),
    CardColumn(
        mark("Artist"), SortKey.ARTIST, lambda e, _: e.printing.illustrator or "", 120, shown=False
    ),
    CardColumn(mark("Released"), None, lambda e, _: e.printing.released or "", shown=False),
    CardColumn(mark("Stamp"), None, lambda e, _: e.stamp, 108, "stamp", shown=False),
)


def _day(moment: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(moment)) if moment else ""
