"""Other programs' words for conditions and languages; docs/adr/0004-exports.md says why these."""

from __future__ import annotations

from collections.abc import Mapping

from cardscanner_gui.core.copies import Condition

# Seven grades into five. Cardmarket's “Light Played” is worse than its “Good”.
TCGPLAYER_CONDITIONS: Mapping[str, str] = {
    Condition.MINT: "Near Mint",
    Condition.NEAR_MINT: "Near Mint",
    Condition.EXCELLENT: "Lightly Played",
    Condition.GOOD: "Moderately Played",
    Condition.LIGHT_PLAYED: "Moderately Played",
    Condition.PLAYED: "Heavily Played",
    Condition.POOR: "Damaged",
}

# TCGplayer has no word for cards in Dutch, Polish, Thai and Indonesian.
TCGPLAYER_LANGUAGES: Mapping[str, str] = {
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

LANGUAGES: Mapping[str, str] = {
    **TCGPLAYER_LANGUAGES,
    "zh-cn": "Simplified Chinese",
    "zh-tw": "Traditional Chinese",
    "nl": "Dutch",
    "pl": "Polish",
    "th": "Thai",
    "id": "Indonesian",
}
"""As most programs write them."""

SEVEN_CONDITIONS: Mapping[str, str] = {
    Condition.MINT: "Mint",
    Condition.NEAR_MINT: "Near Mint",
    Condition.EXCELLENT: "Excellent",
    Condition.GOOD: "Good",
    Condition.LIGHT_PLAYED: "Light Played",
    Condition.PLAYED: "Played",
    Condition.POOR: "Poor",
}
"""Cardmarket's grades, which Dragon Shield and TCG Collector have too."""
