"""What was recognised before, as rows: whole pictures, and how cards looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardscanner_gui.core.look import FINGERPRINT_BYTES, as_bytes, as_number
from cardscanner_gui.core.types import Box
from cardscanner_gui.store.rows import checked, json_value

_SHORT_BYTES = 8
"""Of the fingerprints by which older versions remembered looks."""


@dataclass(frozen=True)
class CardView:
    """How the card of a printing looked once.

    Attributes:
        fingerprint: of the rectified card, as a number.
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
    return CardView(_number(row["fingerprint"]), row["printing_id"], places, bool(row["confirmed"]))


def view_with_id(row: Mapping[str, Any]) -> tuple[int, CardView]:
    """The id and the view of a row."""
    return row["id"], view_of(row)


@checked("card_views", tuple[int, int])
def fingerprint_with_id(row: Mapping[str, Any]) -> tuple[int, int]:
    """The id and the fingerprint of a row; much cheaper than the view."""
    return row["id"], _number(row["fingerprint"])


@checked("card_views", tuple[str, bytes])
def confirmed_of(row: Mapping[str, Any]) -> tuple[str, bytes]:
    """The printing that the user says a card is, with its fingerprint."""
    return row["printing_id"], as_bytes(_number(row["fingerprint"]))


def stored(fingerprint: int) -> bytes:
    """A fingerprint as the database has it: its integers are too small."""
    if fingerprint >> 64 == 0:
        return fingerprint.to_bytes(_SHORT_BYTES, "big")
    return as_bytes(fingerprint)


def _number(value: bytes) -> int:
    if not isinstance(value, bytes) or len(value) not in (_SHORT_BYTES, FINGERPRINT_BYTES):
        raise ValueError("no fingerprint")
    return as_number(value)
