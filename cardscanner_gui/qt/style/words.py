"""The words people read for the codes we keep."""

from __future__ import annotations

from collections.abc import Mapping

from cardscanner_gui.core.copies import LANGUAGES, Condition, Copy
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import Words, mark, tr
from cardscanner_gui.core.words import count as count

CONDITIONS = Words(
    {
        Condition.MINT.value: "Mint",
        Condition.NEAR_MINT.value: "Near mint",
        Condition.EXCELLENT.value: "Excellent",
        Condition.GOOD.value: "Good",
        Condition.LIGHT_PLAYED.value: "Light played",
        Condition.PLAYED.value: "Played",
        Condition.POOR.value: "Poor",
    }
)

_LANGUAGE_NAMES = Words(
    {
        "en": "English",
        "fr": "French",
        "de": "German",
        "it": "Italian",
        "es": "Spanish",
        "pt": "Portuguese",
        "nl": "Dutch",
        "pl": "Polish",
        "ru": "Russian",
        "ja": "Japanese",
        "ko": "Korean",
        "zh-cn": "Chinese (simplified)",
        "zh-tw": "Chinese (traditional)",
        "th": "Thai",
        "id": "Indonesian",
    }
)
VALUES_WORDS = mark(
    "While this is on, the ids of the printings in your collection, such "
    "as “sv02-012”, are sent to api.tcgdex.net once a day, which answers "
    "with prices of Cardmarket and TCGplayer. Nothing else is sent: no "
    "names, numbers of copies, photos or notes."
)
"""Said wherever prices can be switched on."""

LANGUAGE_NAMES = Words({code: _LANGUAGE_NAMES.english.get(code, code) for code in LANGUAGES})


def finish_words(games: Games) -> dict[str, str]:
    """Every game's finishes and the words for them, in the order in which they are offered."""
    return {finish: tr(word) for game in games.values() for finish, word in game.finishes.items()}


def finish_line(finishes: Mapping[str, str], copy: Copy) -> str:
    """`Reverse holo`, `Holo · staff`, or `Normal?` where nobody has said that it is so."""
    word = finishes.get(copy.finish, copy.finish)
    words = " · ".join(part for part in (word, copy.stamp) if part)
    return words if copy.finish_sure else f"{words}?"


def language_line(copy: Copy) -> str:
    """`Italian`, or `Italian?` where neither the picture nor anybody has said so."""
    word = LANGUAGE_NAMES.get(copy.language, copy.language)
    return word if copy.language_sure else f"{word}?"


def set_line(printing: Printing, language: str | None = None) -> str:
    """`Paldea Evolved · PAL`, the set's name in the card's language where it is known."""
    return " · ".join(p for p in (printing.set_name_in(language), printing.set_code) if p)


def number_line(printing: Printing) -> str:
    """`012/193 · Common`."""
    return " · ".join(part for part in (printing.printed_number, printing.rarity) if part)


def one_line(printing: Printing) -> str:
    """`Sprigatito · PAL 012/193`, short enough for a menu."""
    place = " ".join(
        p for p in (printing.set_code or printing.set_name, printing.printed_number) if p
    )
    return f"{printing.name} · {place}"
