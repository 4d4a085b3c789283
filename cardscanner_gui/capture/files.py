"""Picture files as a capture source: which ones there are, and each as a frame.

Nearly all are plain JPEG or PNG, which are decoded here, in the calling thread. Whatever can take
longer or more than its size tells goes through a process that may be stopped.
"""

from __future__ import annotations

import io
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import xxhash
from PIL import Image

from cardscanner_gui.capture.collect import SUPPORTED_SUFFIXES, collect_pictures
from cardscanner_gui.capture.decode import to_pixels
from cardscanner_gui.capture.decoder.pool import decoders
from cardscanner_gui.capture.images import opened_image
from cardscanner_gui.capture.jpeg import decode_jpeg
from cardscanner_gui.capture.jpeg_headers import JPEG_START, JpegHeaders, read_headers
from cardscanner_gui.capture.limits import MAX_FILE_BYTES, MAX_PIXELS
from cardscanner_gui.capture.pages import file_and_page
from cardscanner_gui.capture.png_headers import PNG_START, is_simple_png
from cardscanner_gui.capture.regular import open_regular, unreadable
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import PictureError, PictureTooLargeError
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

_DRAFT_SIDE = 2000
"""Shorter side of a picture from which on half of it may show a card well enough."""
_READ_WHOLE = 64 * 1024**2
"""Larger files aren't taken into memory: they aren't what cameras write."""

Apart = Callable[[], Pixels]
"""Decodes in a process of its own."""


def load_frame(path: str | Path, token: CancelToken | None = None) -> Frame:
    """Read one picture file, whatever its suffix says, at its full size; or a page of a document.

    Decoding at a reduced size would be faster, but small print is what tells printings apart, and
    corners are promised in the pixels of the picture itself.

    Raises:
        PictureError: one line that names the file and says what is wrong with it.
        CancelledError: the token was.
    """
    path = Path(path)
    decoded = _read(path, token)
    return _frame(decoded, printable(path))


def load_draft(path: str | Path, token: CancelToken | None = None) -> Frame:
    """The same with half the pixels across and down, where the file is a large plain JPEG.

    That takes less than half the time; `Frame.whole` decodes the rest if it turns out to be needed.

    Raises:
        PictureError, CancelledError: as `load_frame`.
    """
    path = Path(path)
    decoded = _read(path, token, draft=True)
    frame = _frame(decoded, printable(path))
    if not decoded.half:
        return frame
    return replace(frame, shrunk=2, decode_whole=lambda: _read(path).pixels)


def frame_from_bytes(data: bytes, source: str, token: CancelToken | None = None) -> Frame:
    """The same for a file's content that came another way, such as an upload called `source`.

    Raises:
        PictureError: one line that names the source and says what is wrong with it.
        CancelledError: the token was.
    """
    with _named(source):
        if not data:
            raise PictureError("the file is empty")
        if len(data) > MAX_FILE_BYTES:
            raise PictureTooLargeError(f"the file has more than {MAX_FILE_BYTES // 1024**3} GB")
        decode = decoders().picture_from_bytes
        apart = partial(decode, data, token or CancelToken())
        return _frame(_decode(io.BytesIO(data), apart), source)


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


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Put the name before what is wrong with its file."""
    try:
        yield
    except PictureError as error:
        raise type(error)(f"{name}: {error}") from error.__cause__
    except MemoryError as error:
        raise PictureError(f"{name}: there isn't enough memory to open it") from error
    except OSError as error:
        raise PictureError(f"{name}: {unreadable(error)}") from error


def _read(path: Path, token: CancelToken | None = None, *, draft: bool = False) -> _Decoded:
    file, page = file_and_page(path)
    apart = partial(decoders().picture, file, page or 1, token or CancelToken())
    with _named(printable(path.name)), open_regular(file) as opened:
        return _Decoded(apart()) if page else _decode(opened, apart, draft=draft)


def _decode(file: BinaryIO, apart: Apart, *, draft: bool = False) -> _Decoded:
    head = file.read(len(PNG_START))
    if not head.startswith((JPEG_START, PNG_START)):
        return _Decoded(apart())
    data = head + file.read(_READ_WHOLE)
    if len(data) > _READ_WHOLE:
        return _Decoded(apart())
    if head == PNG_START:
        return _decode_png(data) if is_simple_png(data) else _Decoded(apart())
    headers = read_headers(data)
    if headers.simple and headers.components in (1, 3):
        return _decode_jpeg(data, headers, draft=draft)
    return _Decoded(apart())


def _decode_png(data: bytes) -> _Decoded:
    with opened_image(io.BytesIO(data), ("PNG",)) as image:
        return _Decoded(to_pixels(image))


def _decode_jpeg(data: bytes, headers: JpegHeaders, *, draft: bool) -> _Decoded:
    with opened_image(io.BytesIO(data), ("JPEG",)) as image:
        half = draft and min(image.size) >= _DRAFT_SIDE and _even(image)
        pixels = decode_jpeg(image, headers, data, half=half)
        return _Decoded(read_only(pixels), half, xxhash.xxh3_128_hexdigest(data))


def _even(image: Image.Image) -> bool:
    return image.width % 2 == image.height % 2 == 0
