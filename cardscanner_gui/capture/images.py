"""Opening pictures with Pillow: only what is promised, nothing too large, and one kind of error."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from cardscanner_gui.capture.limits import TOO_LARGE, check_shape
from cardscanner_gui.core.errors import NotAPictureError, PictureError, PictureTooLargeError

log = logging.getLogger(__name__)

PROMISED = ("JPEG", "PNG", "WEBP", "HEIF", "TIFF", "BMP", "DIB", "GIF")
"""Pillow knows dozens of formats more, which no camera writes."""


@contextmanager
def opened_image(file: BinaryIO, formats: tuple[str, ...] = PROMISED) -> Iterator[Image.Image]:
    """The picture in an opened file, nothing of it decoded yet.

    What the decoder raises later, in the block, becomes a `PictureError` as well.

    Raises:
        PictureError: one line, without the file's name.
    """
    # Its warnings are about odd metadata, and about sizes that `check_shape` decides.
    warnings.filterwarnings("ignore", module="PIL")
    if "HEIF" in formats:
        import pi_heif

        pi_heif.register_heif_opener()
    try:
        with Image.open(file, formats=formats) as image:
            check_shape(image.width, image.height)
            yield image
    except (PictureError, MemoryError):
        raise
    except UnidentifiedImageError as error:
        raise NotAPictureError("it isn't a picture of a kind that can be read") from error
    except Image.DecompressionBombError as error:
        raise PictureTooLargeError(TOO_LARGE) from error
    except Exception as error:
        # A decoder that meets a damaged file raises nearly anything; for the user it is one case.
        # Half a picture may show half a card, so nothing of it is used.
        log.debug("%s can't be decoded", getattr(file, "name", "it"), exc_info=True)
        raise PictureError("the file is damaged or cut short") from error
