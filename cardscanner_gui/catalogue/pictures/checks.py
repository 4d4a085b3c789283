"""Is what a server or a folder gives the picture of one card?"""

from __future__ import annotations

import io

import numpy as np

from cardscanner_gui.core.types import Pixels

_KINDS = ("WEBP", "PNG", "JPEG")
_ASPECTS = (0.66, 0.78)
"""Width by height of a card's picture; 63:88 is 0.716, the asset server's 245:337 is 0.727."""
_SMALLEST, _LARGEST = 128, 4096
_FLAT = 8.0
"""Standard deviation of the grey values under which nothing is on a picture."""


class NotACardError(Exception):
    """The picture isn't that of one card; `str` says why."""


def card_picture(content: bytes) -> Pixels:
    """The picture in these bytes as RGB.

    Raises:
        NotACardError: it is cut off, no picture, not shaped like a card, tiny, huge, or empty.
    """
    # Pillow takes a while to import: only when there is a picture.
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=_KINDS) as picture:
            width, height = picture.size
            if not _SMALLEST <= height <= _LARGEST:
                raise NotACardError(f"it has {width} x {height} pixels")
            if not _ASPECTS[0] <= width / height <= _ASPECTS[1]:
                raise NotACardError(f"{width} x {height} pixels aren't the shape of a card")
            pixels = np.asarray(picture.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotACardError("it is cut off or no picture") from error
    if pixels.mean(2).std() < _FLAT:
        raise NotACardError("nothing is on it")
    return pixels
