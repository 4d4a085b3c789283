"""The pages of a TIFF file, found without decoding any (TIFF 6.0, section 2; BigTIFF)."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cardscanner_gui.capture.limits import MAX_PAGES
from cardscanner_gui.core.errors import PictureError, PictureTooLargeError

_SUBFILE_TYPE = 254
_REDUCED = 1  # a smaller copy of another page
_SHORT = 3


@dataclass(frozen=True)
class _Layout:
    """How one kind of TIFF writes its directories."""

    order: str
    count: str
    entry: str
    offset: str

    def read(self, file: BinaryIO, code: str) -> int:
        """The next number; 0 at the end of the file."""
        size = struct.calcsize(self.order + code)
        data = file.read(size)
        return struct.unpack(self.order + code, data)[0] if len(data) == size else 0


_KINDS = {
    b"II*\0": _Layout("<", "H", "HHI4s", "I"),
    b"MM\0*": _Layout(">", "H", "HHI4s", "I"),
    b"II+\0": _Layout("<", "Q", "HHQ8s", "Q"),
    b"MM\0+": _Layout(">", "Q", "HHQ8s", "Q"),
}


def tiff_pages(file: BinaryIO) -> list[int]:
    """The directories that are pages, counted from 1: all but small copies of others.

    Raises:
        PictureError: this is no TIFF file.
    """
    return [place for place, reduced in enumerate(_directories(file), 1) if not reduced]


def check_page(file: BinaryIO, page: int) -> None:
    """Refuse a page behind the `MAX_PAGES` that are read, and say how many there are.

    Raises:
        PictureError: one line, without the file's name.
    """
    pages = tiff_pages(file)
    if page in pages[MAX_PAGES:]:
        raise PictureTooLargeError(
            f"the document has {len(pages):,} pages, of which the first {MAX_PAGES:,} are read and"
            f" {len(pages) - MAX_PAGES:,} left out; split it"
        )


def _directories(file: BinaryIO) -> Iterator[bool]:
    """Each directory in turn: whether it is a small copy of another."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    layout = _KINDS.get(file.read(4))
    if layout is None:
        raise PictureError("this is no TIFF document")
    if layout.offset == "Q":
        file.seek(8)
    seen: set[int] = set()
    place = layout.read(file, layout.offset)
    while 0 < place < size and place not in seen:
        seen.add(place)
        file.seek(place)
        entries = layout.read(file, layout.count)
        width = struct.calcsize(layout.order + layout.entry)
        table = file.read(min(entries * width, size))
        yield bool(_subfile_type(layout, table[: len(table) // width * width]) & _REDUCED)
        place = layout.read(file, layout.offset)


def _subfile_type(layout: _Layout, table: bytes) -> int:
    for tag, kind, _, value in struct.iter_unpack(layout.order + layout.entry, table):
        if tag == _SUBFILE_TYPE:
            code = "H" if kind == _SHORT else "I"
            return int(struct.unpack_from(layout.order + code, value)[0])
    return 0
