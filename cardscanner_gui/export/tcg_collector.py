"""TCG Collector's collection file."""

from __future__ import annotations

from cardscanner_gui.core.text import normalise_number
from cardscanner_gui.core.types import ASIA
from cardscanner_gui.core.values import TCGPLAYER
from cardscanner_gui.core.words import mark
from cardscanner_gui.export.line import Line, Table, in_words
from cardscanner_gui.export.words import LANGUAGES, SEVEN_CONDITIONS


def _region(line: Line) -> str:
    return "Japan" if line.printing.region == ASIA else "International"


def _variant(line: Line) -> str:
    """A pattern of the foil stands before the finish: `Master Ball Reverse Holo`."""
    marks = line.entry.stamp.replace("-foil", "").replace(",", "").replace("-", " ").split()
    return " ".join([mark.capitalize() for mark in marks] + [line.finish])


def _sort(line: Line) -> str:
    return normalise_number(line.printing.number)


def _total(line: Line) -> str:
    price = line.price(TCGPLAYER)
    return f"${float(price) * line.entry.quantity:.2f}" if price else ""


def _price(line: Line) -> str:
    price = line.price(TCGPLAYER)
    return f"${price}" if price else ""


TABLE = Table(
    id="tcg-collector",
    program="TCG Collector",
    title="TCG Collector (CSV)",
    description=mark("For TCG Collector, which finds cards by number and expansion."),
    columns=(
        ("TCG region", _region),
        ("Card name", lambda line: line.name),
        ("Card number", lambda line: line.number),
        ("Card number sorting order", _sort),
        ("Expansion", lambda line: line.set_name),
        ("Rarity", lambda line: line.rarity),
        ("Card variant", _variant),
        ("Card language", in_words(LANGUAGES, "language")),
        ("Card condition", in_words(SEVEN_CONDITIONS, "condition")),
        ("Quantity", lambda line: line.quantity),
        ("Price", _price),
        ("Total price", _total),
        ("Note", lambda line: line.entry.note),
    ),
    encoding="utf-8-sig",
)
