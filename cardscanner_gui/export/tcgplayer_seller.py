"""TCGplayer's list of a seller's stock.

It goes by SKU, which stands for a product in one condition and language. TCGdex knows products
only, so an entry is carried where its SKU came with an import from TCGplayer.
"""

from __future__ import annotations

from cardscanner_gui.core.values import TCGPLAYER
from cardscanner_gui.core.words import mark
from cardscanner_gui.export.line import Line, Table, fixed
from cardscanner_gui.export.model import NotCarriedError
from cardscanner_gui.export.tcgplayer_app import sku, stamped_name
from cardscanner_gui.export.words import TCGPLAYER_CONDITIONS, TCGPLAYER_LANGUAGES


def _sku(line: Line) -> str:
    known = sku(line)
    if not known:
        raise NotCarriedError(
            "TCGplayer sells by SKU, and none is known for it; cards that were imported from a "
            "TCGplayer file have one"
        )
    return known


def _condition(line: Line) -> str:
    """Grade, finish and language in one: `Lightly Played Holofoil - French`."""
    grade = line.word(TCGPLAYER_CONDITIONS, line.entry.condition, "condition")
    language = line.word(TCGPLAYER_LANGUAGES, line.entry.language, "language")
    words = grade if line.finish == "Normal" else f"{grade} {line.finish}"
    return words if language == "English" else f"{words} - {language}"


TABLE = Table(
    id="tcgplayer-seller",
    program="TCGplayer",
    title=mark("TCGplayer seller (CSV)"),
    description=mark("A seller's stock for TCGplayer's seller portal, which goes by SKU."),
    columns=(
        ("TCGplayer Id", _sku),
        ("Product Line", lambda line: line.words.title),
        ("Set Name", lambda line: line.set_name),
        ("Product Name", stamped_name),
        ("Title", fixed("")),
        ("Number", lambda line: line.number),
        ("Rarity", lambda line: line.rarity),
        ("Condition", _condition),
        ("TCG Market Price", lambda line: line.price(TCGPLAYER)),
        ("TCG Direct Low", fixed("")),
        ("TCG Low Price With Shipping", fixed("")),
        ("TCG Low Price", lambda line: line.price(TCGPLAYER, "low")),
        ("Total Quantity", fixed("")),
        ("Add to Quantity", lambda line: line.quantity),
        ("TCG Marketplace Price", fixed("")),
        ("Photo URL", fixed("")),
    ),
    quote_all=True,
)
