"""What other programs call the finishes of Pokémon cards, and how they write the numbers."""

from __future__ import annotations

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


EXPORTS: Mapping[str, ExportWords] = {
    "tcgplayer-app": ExportWords(
        {
            Finish.NORMAL.value: "Normal",
            Finish.HOLO.value: "Holofoil",
            Finish.REVERSE.value: "Reverse Holofoil",
            Finish.FIRST_EDITION.value: "1st Edition",
            Finish.FIRST_EDITION_HOLO.value: "1st Edition Holofoil",
            Finish.UNLIMITED.value: "Unlimited",
            Finish.UNLIMITED_HOLO.value: "Unlimited Holofoil",
        },
        tcgplayer_number,
    )
}
