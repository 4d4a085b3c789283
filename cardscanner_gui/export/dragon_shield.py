"""The file of Dragon Shield's card manager: a line for spreadsheets first, then the table."""

from __future__ import annotations

from cardscanner_gui.core.values import TCGPLAYER
from cardscanner_gui.core.words import mark
from cardscanner_gui.export.line import Line, Table, fixed, in_words
from cardscanner_gui.export.tcgplayer_app import stamped_name
from cardscanner_gui.export.words import LANGUAGES, SEVEN_CONDITIONS

_CONDITIONS = {grade: word.replace(" ", "") for grade, word in SEVEN_CONDITIONS.items()}


def paid(line: Line) -> str:
    """What one copy cost; empty where nobody said it."""
    price = line.entry.purchase_price
    return "" if price is None else f"{price:.2f}"


TABLE = Table(
    id="dragon-shield",
    program="Dragon Shield",
    title="Dragon Shield (CSV)",
    description=mark("For Dragon Shield's card manager on the web; folders stay folders."),
    columns=(
        ("Folder Name", lambda line: line.entry.folder or "Cardscanner"),
        ("Quantity", lambda line: line.quantity),
        ("Trade Quantity", fixed("0")),
        ("Card Name", stamped_name),
        ("Set Code", lambda line: line.set_code),
        ("Set Name", lambda line: line.set_name),
        ("Card Number", lambda line: line.number),
        ("Condition", in_words(_CONDITIONS, "condition")),
        ("Printing", lambda line: line.finish),
        ("Language", in_words(LANGUAGES, "language")),
        ("Price Bought", paid),
        ("Date Bought", lambda line: line.entry.purchased_on),
        ("LOW", lambda line: line.price(TCGPLAYER, "low")),
        ("MID", lambda line: line.price(TCGPLAYER, "mid")),
        ("MARKET", lambda line: line.price(TCGPLAYER)),
    ),
    preamble='"sep=,"',
)
