"""The collection file of the TCGplayer app, which Collectr and others import too.

Names are our catalogue's English ones, so importers go by product id where we know it. An entry
without a product id is carried: importers then go by name, set and number.
"""

from __future__ import annotations

from cardscanner_gui.core.values import TCGPLAYER
from cardscanner_gui.core.words import mark
from cardscanner_gui.export.line import Line, Table, in_words
from cardscanner_gui.export.words import TCGPLAYER_CONDITIONS, TCGPLAYER_LANGUAGES

TABLE = Table(
    id="tcgplayer-app",
    program="TCGplayer",
    title=mark("TCGplayer app (CSV)"),
    description=mark(
        "For the TCGplayer app and for those that import its files, such as Collectr."
    ),
    columns=(
        ("Quantity", lambda line: line.quantity),
        ("Name", lambda line: stamped_name(line)),
        ("Simple Name", lambda line: line.name),
        ("Set", lambda line: line.set_name),
        ("Card Number", lambda line: line.number),
        ("Set Code", lambda line: line.set_code),
        ("Printing", lambda line: line.finish),
        ("Condition", in_words(TCGPLAYER_CONDITIONS, "condition")),
        ("Language", in_words(TCGPLAYER_LANGUAGES, "language")),
        ("Rarity", lambda line: line.rarity),
        ("Product ID", lambda line: line.market_id(TCGPLAYER)),
        # TCGplayer's own number for product, condition and language together.
        ("SKU", lambda line: sku(line)),
    ),
)


def stamped_name(line: Line) -> str:
    """The name with the stamp behind it, as marketplaces list stamped cards: `Pikachu (Staff)`."""
    stamp = line.entry.stamp
    return f"{line.name} ({stamp.replace('-', ' ').title()})" if stamp else line.name


def sku(line: Line) -> str:
    """The SKU that came with the entry when it was imported; TCGdex knows product ids only."""
    known = line.entry.provenance.get("sku", "")
    return known if isinstance(known, str) and known.isdecimal() else ""
