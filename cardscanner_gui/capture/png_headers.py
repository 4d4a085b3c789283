"""Whether a PNG file is put together as encoders do it."""

from __future__ import annotations

import struct

PNG_START = b"\x89PNG\r\n\x1a\n"

_MOST_CHUNKS = 20_000
"""Encoders write one chunk for each 8 kB of a file, or larger ones."""
_HEAD = struct.Struct(">I")


def is_simple_png(data: bytes) -> bool:
    """Whether decoding takes no more time than for any picture of this size.

    Each chunk costs a moment however little is in it: tens of millions fit in a file.
    """
    place = len(PNG_START)
    for _ in range(_MOST_CHUNKS):
        if place + _HEAD.size > len(data):
            return True
        (length,) = _HEAD.unpack_from(data, place)
        place += length + 12
    return False
