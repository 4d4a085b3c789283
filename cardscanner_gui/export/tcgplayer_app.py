"""The collection file of the TCGplayer app, which Collectr and others import too.

Sets and names are our catalogue's English ones, so importers go by product id where we know it. An
entry without a product id is carried: importers then go by name, set and number.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.copies import Condition
from cardscanner_gui.core.game import Games
from cardscanner_gui.export.cells import safe_cell
from cardscanner_gui.export.model import ExportFormat, NotCarriedError

ID = "tcgplayer-app"

# Seven grades into five, docs/adr/0004-exports.md says why these.
_CONDITIONS: Mapping[str, str] = {
    Condition.MINT: "Near Mint",
    Condition.NEAR_MINT: "Near Mint",
    Condition.EXCELLENT: "Lightly Played",
    Condition.GOOD: "Moderately Played",
    Condition.LIGHT_PLAYED: "Moderately Played",
    Condition.PLAYED: "Heavily Played",
    Condition.POOR: "Damaged",
}

# TCGplayer has no word for cards in Dutch, Polish, Thai and Indonesian.
_LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "fr": "French",
    "de": "German",
    "it": "Italian",
    "es": "Spanish",
    "pt": "Portuguese",
    "ru": "Russian",
    "ja": "Japanese",
    "ko": "Korean",
    "zh-cn": "Chinese (S)",
    "zh-tw": "Chinese (T)",
}


def _row(games: Games, entry: Entry) -> list[str]:
    """The cells of one entry, in the header's order.

    Raises:
        NotCarriedError: TCGplayer has no word for its game, finish, condition or language.
    """
    printing = entry.printing
    game = games.get(printing.game)
    words = game.exports.get(ID) if game is not None else None
    if words is None:
        name = game.title if game is not None else printing.game
        raise NotCarriedError(f"TCGplayer has no words for cards of {name}")
    cells = [
        str(entry.quantity),
        printing.name,
        printing.name,
        printing.set_name,
        words.number(printing),
        printing.set_code or "",
        _word(words.finishes, entry.finish, "finish"),
        _word(_CONDITIONS, entry.condition, "condition"),
        _word(_LANGUAGES, entry.language, "language"),
        printing.rarity or "",
        product_id(entry),
        "",  # a SKU is TCGplayer's own number for product, condition and language together
    ]
    return [safe_cell(cell) for cell in cells]


def product_id(entry: Entry) -> str:
    """TCGplayer's product of this printing in this finish; empty when it is not certain.

    A stamped card is a product of its own, and an entry doesn't tell stamps apart: it counts as the
    one without, or as the only one there is.
    """
    same = [variant for variant in entry.printing.variants if variant.finish == entry.finish]
    chosen = [variant for variant in same if not variant.stamps] or same
    ids = {variant.marketplace_ids.get("tcgplayer") for variant in chosen}
    product = ids.pop() if len(ids) == 1 else None
    return "" if product is None else str(product)


def _word(words: Mapping[str, str], value: str, what: str) -> str:
    word = words.get(value)
    if word is None:
        raise NotCarriedError(f"TCGplayer has no word for the {what} “{value}”")
    return word


def make_format(games: Games) -> ExportFormat:
    """The format, for cards of these games."""
    return ExportFormat(
        id=ID,
        title="TCGplayer app (CSV)",
        description="For the TCGplayer app and for those that import its files, such as Collectr.",
        header=(
            "Quantity",
            "Name",
            "Simple Name",
            "Set",
            "Card Number",
            "Set Code",
            "Printing",
            "Condition",
            "Language",
            "Rarity",
            "Product ID",
            "SKU",
        ),
        row=partial(_row, games),
    )
