"""Answers as bytes, for Redis and for the store; read back with distrust."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace

from cardscanner_gui.core.codec import (
    decode_printing,
    decode_recognition,
    encode_printing,
    encode_recognition,
)
from cardscanner_gui.core.conform import conform
from cardscanner_gui.core.look import as_bytes, as_number
from cardscanner_gui.core.types import Box, Printing, ScanResult
from cardscanner_gui.store.recognitions import CardView

MAX_BYTES = 1 << 20
_MAX_TEXT = 4 << 20
_MARK = b"cs1"
# What damaged or foreign values raise, nested ones of a million brackets included.
UNUSABLE = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
    zlib.error,
)  # fmt: skip


def pack(key: str, result: ScanResult) -> bytes:
    """An answer with the key that it belongs to, without photos."""
    values = {
        "key": key,
        "width": result.width,
        "height": result.height,
        "cards": [encode_recognition(card) for card in result.cards],
    }
    return _MARK + zlib.compress(json.dumps(values).encode(), 1)


def unpack(key: str, data: bytes) -> ScanResult:
    """The answer in these bytes, every value of it checked.

    Raises:
        one of `UNUSABLE`: too large, cut off, of another version, of another key, or not ours.
    """
    if len(data) > MAX_BYTES or not data.startswith(_MARK):
        raise ValueError("no value of ours")
    inflating = zlib.decompressobj()
    text = inflating.decompress(data[len(_MARK) :], _MAX_TEXT)
    if not inflating.eof:
        raise ValueError("too large, or cut off")
    values = json.loads(text)
    if values["key"] != key:
        raise ValueError("the value of another key")
    cards = tuple(decode_recognition(card) for card in values["cards"])
    result = ScanResult("", values["width"], values["height"], cards=cards)
    conform(replace(result, cards=()), ScanResult)
    return result


def encode_view(view: CardView) -> dict[str, object]:
    """A view as a JSON object."""
    return {
        "fingerprint": as_bytes(view.fingerprint).hex(),
        "printing": view.printing_id,
        "places": [list(place) for place in view.places],
        "confirmed": view.confirmed,
    }


def decode_view(values: dict[str, object]) -> CardView:
    """The view that `encode_view` wrote; raises one of `UNUSABLE`."""
    places = values["places"]
    if not isinstance(places, list) or len(places) > 20:
        raise TypeError("places of another kind")
    fingerprint = as_number(bytes.fromhex(str(values["fingerprint"])))
    view = CardView(
        fingerprint,
        values["printing"],  # type: ignore[arg-type]  # checked below
        tuple(Box(*place) for place in places),
        values["confirmed"],  # type: ignore[arg-type]
    )
    conform(view, CardView)
    as_bytes(fingerprint)  # it isn't longer than one is
    return view


def pack_printing(printing: Printing) -> dict[str, object]:
    """A printing as a JSON object."""
    return encode_printing(printing)


def unpack_printing(values: dict[str, object]) -> Printing:
    """The printing that `pack_printing` wrote, checked; raises one of `UNUSABLE`."""
    printing = decode_printing(values)
    conform(printing, Printing)
    return printing
