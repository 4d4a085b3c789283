"""How large a file, a picture and a document may be; the README's "Pictures" states them."""

from __future__ import annotations

import math

from cardscanner_gui.core.errors import PictureError, PictureTooLargeError

MAX_FILE_BYTES = 2 * 1024**3
"""Of a picture file or a document."""
MAX_PIXELS = 100_000_000
"""Largest picture that is decoded, in pixels: 300 MB. Phones make up to 50 megapixels."""
MAX_COSTLY_PIXELS = {
    "HEIF": 50_000_000,
    "JPEG": 50_000_000,  # that isn't plain
    "MPO": 50_000_000,
    "WEBP": 32_000_000,
}
"""Of the kinds, by Pillow's names, whose decoders take several times the picture's memory."""
MAX_SIDE = 32_767
"""Of a picture, in pixels: OpenCV straightens nothing that is longer."""
MAX_RATIO = 100
"""Of a picture's sides. A row of a hundred cards is a strip of 70 to 1."""
MAX_PAGES = 2000
"""Of one document."""
PDF_DPI = 300
"""At which the small print of a card that fills a ninth of a page can be read."""
MAX_PAGE_PIXELS = 40_000_000
"""A poster is drawn at fewer dots per inch, so that no page takes more memory than this."""

TOO_LARGE = f"the picture has more than {MAX_PIXELS // 10**6} megapixels"


def check_costly(kind: str | None, width: int, height: int) -> None:
    """Refuse a picture of a kind that wouldn't fit in the memory that decoding is given.

    Raises:
        PictureError: one line, without the file's name.
    """
    most = MAX_COSTLY_PIXELS.get(kind or "", MAX_PIXELS)
    if width * height > most:
        raise PictureTooLargeError(
            f"the picture has more than {most // 10**6} megapixels, too many for its kind;"
            " save it as a plain JPEG and try that"
        )


def check_shape(width: int, height: int) -> None:
    """Refuse a picture that is too large or too thin, before anything of it is decoded.

    Raises:
        PictureError: one line, without the file's name.
    """
    if width * height > MAX_PIXELS:
        raise PictureTooLargeError(TOO_LARGE)
    if max(width, height) > MAX_SIDE:
        raise PictureTooLargeError(
            f"the picture has a side of more than {MAX_SIDE:,} pixels; cut it into parts"
        )
    _check_ratio(width, height, "picture")


def page_scale(width: float, height: float) -> float:
    """Pixels a point at which a page is drawn whose box has this size in points, 72 to the inch.

    That is `PDF_DPI`, or less where area or a side would be too large.

    Raises:
        PictureError: no card can be on such a page.
    """
    if not (math.isfinite(width) and math.isfinite(height) and min(width, height) > 0):
        raise PictureError("the page has no size")
    _check_ratio(width, height, "page")
    scale = PDF_DPI / 72
    dots = width * scale * height * scale
    scale *= min(1.0, math.sqrt(MAX_PAGE_PIXELS / dots))
    return min(scale, MAX_SIDE / max(width, height))


def _check_ratio(width: float, height: float, what: str) -> None:
    if max(width, height) > MAX_RATIO * min(width, height):
        raise PictureError(
            f"the {what} is more than {MAX_RATIO} times as long as wide; no card is seen on that"
        )
