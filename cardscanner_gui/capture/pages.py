"""Documents of several pages, PDF and TIFF: each page is a picture of its own.

A page is written like a file: `cards.pdf#3` is the third page of `cards.pdf`. So whatever keeps a
picture's path, such as a batch or a scan, can open it again.
"""

from __future__ import annotations

import logging
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cardscanner_gui.core.errors import PictureError, PictureTooLargeError
from cardscanner_gui.core.types import Pixels, read_only

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

log = logging.getLogger(__name__)

MAX_PAGES = 2000
"""Of one document."""
PDF_DPI = 300
"""At which the small print of a card that fills a ninth of a page can be read."""
MAX_PAGE_PIXELS = 40_000_000
"""A poster is drawn at fewer dots per inch, so that no page takes more memory than this."""

_PDF_START = b"%PDF-"
_PAGE = re.compile(r"(?P<name>.+\.(?:pdf|tiff?))#(?P<page>[1-9][0-9]{0,5})", re.IGNORECASE)
_REDUCED = 1  # TIFF 6.0, tag 254: a smaller copy of another page
_SUBFILE_TYPE = 254
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD in PDFium's fpdfview.h
_PDFIUM = threading.Lock()  # one thread at a time: PDFium itself isn't safe for several


def page_of(file: Path, page: int) -> Path:
    """The path that stands for a page, counted from 1."""
    return file.with_name(f"{file.name}#{page}")


def file_and_page(path: Path) -> tuple[Path, int | None]:
    """The document and the page that a path stands for; the path and None for any other file."""
    found = _PAGE.fullmatch(path.name)
    if found is None or path.exists():
        return path, None
    return path.with_name(found["name"]), int(found["page"])


def split_pages(path: Path) -> list[Path]:
    """The pages of a document; only the path itself where there is one page, or no document.

    A document that can't be opened is one picture too: reading it will say what is wrong.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == ".pdf":
            with path.open("rb") as file:
                pages = list(range(1, _count_pdf_pages(file) + 1))
        elif suffix in {".tif", ".tiff"}:
            pages = _tiff_pages(path)
        else:
            return [path]
    except Exception:  # whatever a damaged document makes the libraries raise
        log.debug("the pages of %s can't be counted", path, exc_info=True)
        return [path]
    return [page_of(path, page) for page in pages] if len(pages) > 1 else [path]


def is_pdf(head: bytes) -> bool:
    """Whether a file that begins like this, within its first kilobyte, is a PDF document."""
    return _PDF_START in head[:1024]


def draw_pdf_page(file: BinaryIO, page: int) -> Pixels:
    """A page of an opened PDF document at `PDF_DPI`, counted from 1.

    Raises:
        PictureError: it is locked, damaged, too long, or has no such page.
    """
    import pypdfium2

    with _PDFIUM:
        document = _open_pdf(file)
        try:
            _check_page(page, len(document))
            sheet = document[page - 1]
            width, height = sheet.get_size()  # in points, 72 to the inch
            dots = max(1.0, width * height) / 72**2 * PDF_DPI**2
            scale = PDF_DPI / 72 * min(1.0, (MAX_PAGE_PIXELS / dots) ** 0.5)
            drawn = sheet.render(scale=scale, rev_byteorder=True).to_numpy()
            return read_only(drawn[:, :, :3].copy())
        except pypdfium2.PdfiumError as error:
            raise PictureError(f"page {page} of the document is damaged") from error
        finally:
            document.close()


def _count_pdf_pages(file: BinaryIO) -> int:
    with _PDFIUM:
        document = _open_pdf(file)
        try:
            return len(document)
        finally:
            document.close()


def _open_pdf(file: BinaryIO) -> PdfDocument:
    import pypdfium2

    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR:
            message = "the document is locked with a password; save a copy without one"
            raise PictureError(message) from error
        raise PictureError("the document is damaged or cut short") from error
    if len(document) > MAX_PAGES:
        document.close()
        raise PictureTooLargeError(f"the document has more than {MAX_PAGES:,} pages; split it")
    return document


def _tiff_pages(path: Path) -> list[int]:
    """The pages of a TIFF file, without small copies of others."""
    from PIL import Image

    pages = []
    with Image.open(path, formats=["TIFF"]) as image:
        for page in range(1, min(image.n_frames, MAX_PAGES) + 1):  # type: ignore[attr-defined]
            image.seek(page - 1)
            kind = image.tag_v2.get(_SUBFILE_TYPE, 0)  # type: ignore[attr-defined]
            if not kind & _REDUCED:
                pages.append(page)
    return pages


def _check_page(page: int, pages: int) -> None:
    if page > pages:
        only = "only one page" if pages == 1 else f"only {pages} pages"
        raise PictureError(f"the document has {only}")
