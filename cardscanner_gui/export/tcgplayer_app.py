"""The collection file of the TCGplayer app, which Collectr and others import too.

Sets and names are our catalogue's English ones, so importers go by product id where we know it. An
entry without a product id is carried: importers then go by name, set and number.
"""

from __future__ import annotations

from collections.abc import Mapping

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.copies import Condition, Finish
from cardscanner_gui.core.types import Printing
from cardscanner_gui.export.cells import safe_cell
from cardscanner_gui.export.model import ExportFormat, NotCarriedError

_PRINTINGS: Mapping[str, str] = {
    Finish.NORMAL: "Normal",
    Finish.HOLO: "Holofoil",
    Finish.REVERSE: "Reverse Holofoil",
    Finish.FIRST_EDITION: "1st Edition",
    Finish.FIRST_EDITION_HOLO: "1st Edition Holofoil",
    Finish.UNLIMITED: "Unlimited",
    Finish.UNLIMITED_HOLO: "Unlimited Holofoil",
}

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

# Galleries number within themselves, and the card says so: TG03/TG30.
_GALLERY_TOTALS: Mapping[str, str] = {"TG": "TG30", "GG": "GG70"}


def tcgplayer_row(entry: Entry) -> list[str]:
    """The cells of one entry, in the header's order.

    Raises:
        NotCarriedError: TCGplayer has no word for its finish, condition or language.
    """
    printing = entry.printing
    cells = [
        str(entry.quantity),
        printing.name,
        printing.name,
        printing.set_name,
        card_number(printing),
        printing.set_code or "",
        _word(_PRINTINGS, entry.finish, "finish"),
        _word(_CONDITIONS, entry.condition, "condition"),
        _word(_LANGUAGES, entry.language, "language"),
        printing.rarity or "",
        product_id(entry),
        "",  # a SKU is TCGplayer's own number for product, condition and language together
    ]
    return [safe_cell(cell) for cell in cells]


def card_number(printing: Printing) -> str:
    """The number as TCGplayer writes it: both halves equally wide, `004/102`, `TG03/TG30`."""
    number, total = printing.number, printing.printed_total
    gallery = _GALLERY_TOTALS.get(number[:2].upper())
    if gallery is not None:
        return f"{number}/{gallery}"
    if total is None or not number[:1].isdigit():
        return number
    width = max(len(number), len(str(total)))
    return f"{number.zfill(width)}/{total:0{width}d}"


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


FORMAT = ExportFormat(
    id="tcgplayer-app",
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
    row=tcgplayer_row,
)
