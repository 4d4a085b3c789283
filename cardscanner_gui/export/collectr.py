"""Collectr's portfolio file. Its heading of the price bears the day on which it was written."""

from __future__ import annotations

from cardscanner_gui.core.values import TCGPLAYER
from cardscanner_gui.core.words import mark
from cardscanner_gui.export.line import Line, Table, fixed, in_words
from cardscanner_gui.export.tcgplayer_app import stamped_name
from cardscanner_gui.export.words import TCGPLAYER_CONDITIONS


def _grade(line: Line) -> str:
    entry = line.entry
    return f"{entry.grader} {entry.grade}".strip() or "Ungraded"


def _cost(line: Line) -> str:
    paid = line.entry.purchase_price
    return "0" if paid is None else f"{paid:.2f}"


def table(day: str) -> Table:
    """The format as of this day, an ISO date."""
    return Table(
        id="collectr",
        program="Collectr",
        title="Collectr (CSV)",
        description=mark("For Collectr's portfolio; folders become portfolios."),
        columns=(
            ("Portfolio Name", lambda line: line.entry.folder or "Main"),
            ("Category", lambda line: line.words.title),
            ("Set", lambda line: line.set_name),
            ("Product Name", stamped_name),
            ("Card Number", lambda line: line.number),
            ("Rarity", lambda line: line.rarity),
            ("Variance", lambda line: line.finish),
            ("Grade", _grade),
            ("Card Condition", in_words(TCGPLAYER_CONDITIONS, "condition")),
            ("Average Cost Paid", _cost),
            ("Quantity", lambda line: line.quantity),
            (f"Market Price (As of {day})", lambda line: line.price(TCGPLAYER) or "0"),
            ("Price Override", fixed("0")),
            ("Watchlist", fixed("false")),
            ("Date Added", lambda line: line.day),
            ("Notes", lambda line: line.entry.note),
        ),
    )
