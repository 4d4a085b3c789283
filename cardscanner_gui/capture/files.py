"""Picture files as a capture source: which ones there are, and each as a frame."""

from __future__ import annotations

import io
import logging
import os
import stat
import time
import uuid
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import xxhash
from PIL import Image, UnidentifiedImageError

from cardscanner_gui.capture.collect import SUPPORTED_SUFFIXES, collect_pictures
from cardscanner_gui.capture.decode import to_pixels
from cardscanner_gui.capture.jpeg import decode_jpeg
from cardscanner_gui.capture.pages import draw_pdf_page, file_and_page, is_pdf
from cardscanner_gui.core.errors import NotAPictureError, PictureError, PictureTooLargeError
from cardscanner_gui.core.types import Frame, Pixels, read_only

__all__ = [
    "MAX_PIXELS",
    "SUPPORTED_SUFFIXES",
    "collect_pictures",
    "frame_from_bytes",
    "load_draft",
    "load_frame",
    "printable",
]

log = logging.getLogger(__name__)

MAX_PIXELS = 100_000_000
"""Largest picture that is decoded, in pixels: 300 MB. Phones make up to 50 megapixels."""

_DRAFT_SIDE = 2000
"""Shorter side of a picture from which on half of it may show a card well enough."""

_TOO_LARGE = f"the picture has more than {MAX_PIXELS // 10**6} megapixels"

# Only what we promise to read: Pillow knows dozens of formats that no camera writes.
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "TIFF", "BMP", "DIB", "GIF")


def load_frame(path: str | Path) -> Frame:
    """Read one picture file, whatever its suffix says, at its full size; or a page of a document.

    Decoding at a reduced size would be faster, but small print is what tells printings apart, and
    corners are promised in the pixels of the picture itself.

    Raises:
        PictureError: one line that names the file and says what is wrong with it.
    """
    path = Path(path)
    decoded = _named(path)
    return _frame(decoded, printable(path))


def load_draft(path: str | Path) -> Frame:
    """The same with half the pixels across and down, where the file is a large plain JPEG.

    That takes less than half the time; `Frame.whole` decodes the rest if it turns out to be needed.

    Raises:
        PictureError: as `load_frame`.
    """
    path = Path(path)
    decoded = _named(path, draft=True)
    frame = _frame(decoded, printable(path))
    if not decoded.half:
        return frame
    return replace(frame, shrunk=2, decode_whole=lambda: _named(path).pixels)


def frame_from_bytes(data: bytes, source: str) -> Frame:
    """The same for a file's content that came another way, such as an upload called `source`.

    Raises:
        PictureError: one line that names the source and says what is wrong with it.
    """
    if not data:
        raise PictureError(f"{source}: the file is empty")
    try:
        decoded = _decode(io.BytesIO(data))
    except PictureError as error:
        raise type(error)(f"{source}: {error}") from error.__cause__
    except MemoryError as error:
        raise PictureError(f"{source}: there isn't enough memory to open it") from error
    return _frame(decoded, source)


def printable(path: str | Path) -> str:
    """The path as text that any terminal, log, JSON file or database takes, on one line.

    Bytes that aren't text in the file system's encoding and control characters become U+FFFD.
    """
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c == " " else "\ufffd" for c in text)


@dataclass(frozen=True, eq=False)
class _Decoded:
    """A file's pixels, whether they are half of them only, and a hash of the file's bytes."""

    pixels: Pixels
    half: bool = False
    file_hash: str | None = None


def _frame(decoded: _Decoded, source: str) -> Frame:
    return Frame(uuid.uuid4().hex, decoded.pixels, time.time(), source, decoded.file_hash)


def _named(path: Path, *, draft: bool = False) -> _Decoded:
    """The decoded file; an error names it."""
    try:
        return _read(path, draft=draft)
    except PictureError as error:
        raise type(error)(f"{printable(path.name)}: {error}") from error.__cause__


def _read(path: Path, *, draft: bool) -> _Decoded:
    file, page = file_and_page(path)
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PictureError(
                "this is a folder, not a picture"
                if os.access(file, os.R_OK | os.X_OK)
                else "no permission to look into this folder"
            )
        if not stat.S_ISREG(status.st_mode):
            raise PictureError("this isn't a file")
        if status.st_size == 0:
            raise PictureError("the file is empty")
        with file.open("rb") as opened:
            return _decode(opened, page or 1, draft=draft)
    except FileNotFoundError as error:
        raise PictureError("there is no such file") from error
    except PermissionError as error:
        raise PictureError("no permission to read it") from error
    except MemoryError as error:
        raise PictureError("there isn't enough memory to open it") from error
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise PictureError(f"it can't be read ({reason})") from error


def _decode(file: BinaryIO, page: int = 1, *, draft: bool = False) -> _Decoded:
    _prepare_decoders()
    try:
        if is_pdf(file.read(1024)):
            return _Decoded(draw_pdf_page(file, page))
        file.seek(0)
        with Image.open(file, formats=_FORMATS) as image:
            _turn_to(image, page)
            _check_size(image.width * image.height)
            return _plain_jpeg(image, file, draft=draft) or _Decoded(to_pixels(image))
    except (PictureError, MemoryError):
        raise
    except UnidentifiedImageError as error:
        raise NotAPictureError("it isn't a picture of a kind that can be read") from error
    except Image.DecompressionBombError as error:
        raise PictureTooLargeError(_TOO_LARGE) from error
    except Exception as error:
        # A decoder that meets a damaged file raises nearly anything; for the user it is one case.
        # Half a picture may show half a card, so nothing of it is used.
        log.debug("%s can't be decoded", getattr(file, "name", "it"), exc_info=True)
        raise PictureError("the file is damaged or cut short") from error


def _turn_to(image: Image.Image, page: int) -> None:
    if page == 1:
        return
    try:
        image.seek(page - 1)
    except EOFError as error:
        raise PictureError(f"the document has no page {page}") from error


def _plain_jpeg(image: Image.Image, file: BinaryIO, *, draft: bool) -> _Decoded | None:
    """The fast way, for the kind of file that nearly all are; None for any other."""
    if image.format != "JPEG":
        return None
    half = draft and min(image.size) >= _DRAFT_SIDE and image.width % 2 == image.height % 2 == 0
    place = file.tell()
    file.seek(0)
    data = file.read()
    pixels = decode_jpeg(image, data, half=half)
    file.seek(place)
    if pixels is None:
        return None
    return _Decoded(read_only(pixels), half, xxhash.xxh3_128_hexdigest(data))


def _check_size(pixels: int) -> None:
    if pixels > MAX_PIXELS:
        raise PictureTooLargeError(_TOO_LARGE)


def _prepare_decoders() -> None:
    """Teach Pillow HEIC, and let it say nothing: a picture is good, or it is an error of ours.

    Its warnings are about odd metadata, and about sizes that `MAX_PIXELS` decides.
    """
    import pillow_heif

    pillow_heif.register_heif_opener()
    warnings.filterwarnings("ignore", module="PIL")
