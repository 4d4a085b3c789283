"""PDF documents, through PDFium; only a process that may be killed does this."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pypdfium2

from cardscanner_gui.capture.jpeg_headers import JPEG_START
from cardscanner_gui.capture.limits import MAX_PAGES, page_scale
from cardscanner_gui.core.errors import PictureError, PictureTooLargeError
from cardscanner_gui.core.types import Pixels

_PDF_START = b"%PDF-"
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD in PDFium's fpdfview.h


def is_pdf(head: bytes) -> bool:
    """Whether a file that begins like this, within its first kilobyte, is a PDF document."""
    return _PDF_START in head[:1024] and not head.startswith(JPEG_START)  # whose comment it is


def count_pdf_pages(file: BinaryIO) -> int:
    """How many pages an opened document has.

    Raises:
        PictureError: it is locked, damaged or too long.
    """
    with _opened(file) as document:
        return len(document)


def draw_pdf_page(file: BinaryIO, page: int) -> Pixels:
    """A page of an opened document, counted from 1: `uint8` height x width x 3, RGB.

    Raises:
        PictureError: it is locked, damaged, too long, or has no such page, or none that can show a
            card.
    """
    with _opened(file) as document:
        if page > len(document):
            only = "only one page" if len(document) == 1 else f"only {len(document)} pages"
            raise PictureError(f"the document has {only}")
        try:
            sheet = document[page - 1]
            scale = page_scale(*sheet.get_size())
            drawn: Pixels = sheet.render(scale=scale, rev_byteorder=True).to_numpy()
        except pypdfium2.PdfiumError as error:
            raise PictureError(f"page {page} of the document is damaged") from error
        return drawn[:, :, :3]


@contextmanager
def _opened(file: BinaryIO) -> Iterator[pypdfium2.PdfDocument]:
    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR:
            message = "the document is locked with a password; save a copy without one"
            raise PictureError(message) from error
        raise PictureError("the document is damaged or cut short") from error
    try:
        if len(document) > MAX_PAGES:
            raise PictureTooLargeError(
                f"the document has more than {MAX_PAGES:,} pages ({len(document):,}); split it"
            )
        yield document
    finally:
        document.close()
