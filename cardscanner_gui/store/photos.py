"""The user's own picture of a card, small enough to keep thousands of them."""

from __future__ import annotations

import io

from PIL import Image

from cardscanner_gui.core.types import Pixels

LONGEST_SIDE = 1040  # pixels: small print stays readable on a rectified card
QUALITY = 85


def encode_photo(pixels: Pixels) -> bytes:
    """A JPEG of an RGB picture (`uint8`, height x width x 3), made smaller when it is large."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()
