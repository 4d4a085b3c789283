"""What was recognised before, as rows: whole pictures, and how cards looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardscanner_gui.core.types import Box
from cardscanner_gui.store.rows import checked, json_value

_UNSIGNED = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True)
class CardView:
    """How the card of a printing looked once.

    Attributes:
        fingerprint: 64-bit perceptual hash of the rectified card.
        places: of the lines that told which printing it is.
        confirmed: whether the user said so, of this very fingerprint.
    """

    fingerprint: int
    printing_id: str
    places: tuple[Box, ...] = ()
    confirmed: bool = False


@checked("recognitions", tuple[str, bytes])
def picture_of(row: Mapping[str, Any]) -> tuple[str, bytes]:
    """The key and the value of a row."""
    return row["key"], row["value"]


@checked("card_views", CardView)
def view_of(row: Mapping[str, Any]) -> CardView:
    """The view of a row."""
    places = tuple(Box(*map(float, place)) for place in json_value(row["places"]))
    return CardView(
        row["fingerprint"] & _UNSIGNED, row["printing_id"], places, bool(row["confirmed"])
    )


def view_with_id(row: Mapping[str, Any]) -> tuple[int, CardView]:
    """The id and the view of a row."""
    return row["id"], view_of(row)


@checked("card_views", tuple[int, int])
def fingerprint_with_id(row: Mapping[str, Any]) -> tuple[int, int]:
    """The id and the fingerprint of a row; much cheaper than the view."""
    return row["id"], row["fingerprint"] & _UNSIGNED


def signed(fingerprint: int) -> int:
    """SQLite's integers have a sign."""
    return fingerprint - (1 << 64) if fingerprint >= 1 << 63 else fingerprint
