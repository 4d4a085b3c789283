"""The finishes of Pokémon cards by TCGdex's words; stamps and editions are noted beside them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cardscanner_gui.core.copies import PLAIN_FINISH


class Finish(StrEnum):
    NORMAL = PLAIN_FINISH
    HOLO = "holo"
    REVERSE = "reverse"
    FIRST_EDITION = "firstEdition"
    FIRST_EDITION_HOLO = "firstEditionHolo"
    UNLIMITED = "unlimited"
    UNLIMITED_HOLO = "unlimitedHolo"


WORDS: Mapping[str, str] = {
    Finish.NORMAL.value: "Normal",
    Finish.HOLO.value: "Holo",
    Finish.REVERSE.value: "Reverse holo",
    Finish.FIRST_EDITION.value: "1st Edition",
    Finish.FIRST_EDITION_HOLO.value: "1st Edition holo",
    Finish.UNLIMITED.value: "Unlimited",
    Finish.UNLIMITED_HOLO.value: "Unlimited holo",
}
