"""What the decoding process does with a file: any picture, or a page of a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from cardscanner_gui.capture import tiff
from cardscanner_gui.capture.decode import UprightPicture
from cardscanner_gui.capture.decoder import wire
from cardscanner_gui.capture.images import opened_image
from cardscanner_gui.capture.jpeg import check_entropy
from cardscanner_gui.capture.jpeg_headers import read_headers
from cardscanner_gui.capture.limits import MAX_PAGES, check_costly, check_shape
from cardscanner_gui.capture.pdf import count_pdf_pages, draw_pdf_page, is_pdf
from cardscanner_gui.capture.regular import open_regular, unreadable
from cardscanner_gui.core.errors import PictureError
from cardscanner_gui.core.types import Pixels

_BAND_ROWS = 256

Opened = tuple[int, int, Iterable[Pixels]]
"""Width, height, and the picture as bands of rows."""


@contextmanager
def open_picture(request: wire.Request, data: BinaryIO | None) -> Iterator[Opened]:
    """Decode what is asked for. Raises `PictureError`."""
    with _file(request, data) as file:
        if is_pdf(file.read(1024)):
            page = draw_pdf_page(file, request.page)
            bands = (page[y : y + _BAND_ROWS] for y in range(0, len(page), _BAND_ROWS))
            yield page.shape[1], page.shape[0], bands
            return
        file.seek(0)
        with opened_image(file) as image:
            _turn_to(image, file, request.page)
            check_costly(image.format, image.width, image.height)
            if image.format in ("JPEG", "MPO"):
                _check_jpeg(file)
            picture = UprightPicture(image)
            yield picture.width, picture.height, picture.bands()


def open_pages(path: Path) -> list[int]:
    """The numbers of a document's pages, of a TIFF with one more than `MAX_PAGES`.

    Raises:
        PictureError: it can't be opened.
    """
    with open_regular(path) as file:
        if is_pdf(file.read(1024)):
            return list(range(1, count_pdf_pages(file) + 1))
        # Opening the one more says how many were left out.
        return tiff.tiff_pages(file)[: MAX_PAGES + 1]


@contextmanager
def _file(request: wire.Request, data: BinaryIO | None) -> Iterator[BinaryIO]:
    try:
        with data if request.path is None and data else open_regular(Path(request.path or "")) as f:
            yield f
    except OSError as error:
        raise unreadable(error) from error


def _turn_to(image: Image.Image, file: BinaryIO, page: int) -> None:
    if page == 1:
        return
    if page > MAX_PAGES and image.format == "TIFF":
        place = file.tell()
        tiff.check_page(file, page)
        file.seek(place)
    try:
        image.seek(page - 1)
    except EOFError as error:
        raise PictureError(f"the document has no page {page}") from error
    check_shape(image.width, image.height)


def _check_jpeg(file: BinaryIO) -> None:
    """Pillow fills what is missing with grey."""
    place = file.tell()
    file.seek(0)
    data = file.read()
    file.seek(place)
    check_entropy(read_headers(data), data)
