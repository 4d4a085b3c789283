"""What other programs call the finishes of Pokémon cards, and how they write the numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cardscanner_gui.core.game import ExportWords
from cardscanner_gui.core.types import Printing
from cardscanner_gui.games.pokemon.finishes import Finish

# Galleries number within themselves, and the card says so: TG03/TG30.
_GALLERY_TOTALS: Mapping[str, str] = {"TG": "TG30", "GG": "GG70"}


def tcgplayer_number(printing: Printing) -> str:
    """The number as TCGplayer writes it: both halves equally wide, `004/102`, `TG03/TG30`."""
    number, total = printing.number, printing.printed_total
    gallery = _GALLERY_TOTALS.get(number[:2].upper())
    if gallery is not None:
        return f"{number}/{gallery}"
    if total is None or not number[:1].isdigit():
        return number
    width = max(len(number), len(str(total)))
    return f"{number.zfill(width)}/{total:0{width}d}"


# How TCGplayer names sets: a mark of the series, then the set's name. Since Sword & Shield the mark
# bears the set's number; the special sets between have the series alone.
_TCGPLAYER_MARKS = (
    (re.compile(r"me0?(\d+)"), "ME{:02d}: "),
    (re.compile(r"sv0?(\d+)"), "SV{:02d}: "),
    (re.compile(r"sv(?:0?[\d.]+|p?)"), "SV: "),
    (re.compile(r"swsh(\d+)"), "SWSH{:02d}: "),
    (re.compile(r"sm(\d+)"), "SM - "),
    (re.compile(r"xy(\d+)"), "XY - "),
)
_TCGPLAYER_SETS = {
    "sv01": "SV01: Scarlet & Violet Base Set",
    "svp": "SV: Scarlet & Violet Promo Cards",
    "swsh1": "SWSH01: Sword & Shield Base Set",
    "swshp": "SWSH: Sword & Shield Promo Cards",
    "sm1": "SM Base Set",
    "xy1": "XY Base Set",
}


def tcgplayer_set(printing: Printing) -> str:
    """A set as TCGplayer names it; TCGdex has its number there, but not its name."""
    known = _TCGPLAYER_SETS.get(printing.set_id)
    if known is not None:
        return known
    for pattern, mark in _TCGPLAYER_MARKS:
        found = pattern.fullmatch(printing.set_id)
        if found is not None:
            return mark.format(*map(int, found.groups())) + printing.set_name
    return printing.set_name


def _bare_number(printing: Printing) -> str:
    return printing.number


_TCGPLAYER_FINISHES = {
    Finish.NORMAL.value: "Normal",
    Finish.HOLO.value: "Holofoil",
    Finish.REVERSE.value: "Reverse Holofoil",
    Finish.FIRST_EDITION.value: "1st Edition",
    Finish.FIRST_EDITION_HOLO.value: "1st Edition Holofoil",
    Finish.UNLIMITED.value: "Unlimited",
    Finish.UNLIMITED_HOLO.value: "Unlimited Holofoil",
}
_TCG_COLLECTOR_FINISHES = {
    Finish.NORMAL.value: "Normal",
    Finish.HOLO.value: "Holo",
    Finish.REVERSE.value: "Reverse Holo",
    Finish.FIRST_EDITION.value: "1st Edition",
    Finish.FIRST_EDITION_HOLO.value: "1st Edition Holo",
    Finish.UNLIMITED.value: "Unlimited",
    Finish.UNLIMITED_HOLO.value: "Unlimited Holo",
}
# PriceCharting says nothing of how a card shines unless there is a plainer one beside it.
_PRICECHARTING_FINISHES = {
    Finish.NORMAL.value: "",
    Finish.HOLO.value: "",
    Finish.REVERSE.value: "Reverse Holo",
    Finish.FIRST_EDITION.value: "1st Edition",
    Finish.FIRST_EDITION_HOLO.value: "1st Edition",
    Finish.UNLIMITED.value: "",
    Finish.UNLIMITED_HOLO.value: "",
}
_TITLE = "Pokemon"
_AS_TCGPLAYER = ExportWords(_TCGPLAYER_FINISHES, tcgplayer_number, tcgplayer_set, _TITLE)

EXPORTS: Mapping[str, ExportWords] = {
    "tcgplayer-app": _AS_TCGPLAYER,
    "tcgplayer-seller": _AS_TCGPLAYER,
    "collectr": ExportWords(_TCGPLAYER_FINISHES, tcgplayer_number, title=_TITLE),
    "dragon-shield": ExportWords(_TCGPLAYER_FINISHES, _bare_number, title=_TITLE),
    "deckbox": ExportWords(_TCGPLAYER_FINISHES, _bare_number, title=_TITLE),
    "cardmarket": ExportWords(_TCGPLAYER_FINISHES, title=_TITLE),
    "pricecharting": ExportWords(_PRICECHARTING_FINISHES, title=_TITLE),
    "tcg-collector": ExportWords(_TCG_COLLECTOR_FINISHES, title=_TITLE),
}
