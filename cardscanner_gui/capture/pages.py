"""Documents of several pages, PDF and TIFF: each page is a picture of its own.

A page is written like a file: `cards.pdf#3` is the third page of `cards.pdf`. So whatever keeps a
picture's path, such as a batch or a scan, can open it again.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from cardscanner_gui.capture.decoder.pool import decoders
from cardscanner_gui.capture.limits import MAX_PAGE_PIXELS, MAX_PAGES, PDF_DPI
from cardscanner_gui.capture.regular import open_regular
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import PictureError

__all__ = ["MAX_PAGES", "MAX_PAGE_PIXELS", "PDF_DPI", "file_and_page", "page_of", "split_pages"]

log = logging.getLogger(__name__)

_DOCUMENTS = frozenset({".pdf", ".tif", ".tiff"})
_PAGE = re.compile(r"(?P<name>.+\.(?:pdf|tiff?))#(?P<page>[1-9][0-9]{0,5})", re.IGNORECASE)


def page_of(file: Path, page: int) -> Path:
    """The path that stands for a page, counted from 1."""
    return file.with_name(f"{file.name}#{page}")


def file_and_page(path: Path) -> tuple[Path, int | None]:
    """The document and the page that a path stands for; the path and None for any other file."""
    found = _PAGE.fullmatch(path.name)
    if found is None or path.exists():
        return path, None
    return path.with_name(found["name"]), int(found["page"])


def split_pages(path: Path, token: CancelToken | None = None) -> list[Path]:
    """The pages of a document; only the path itself where there is one page, or no document.

    A document that can't be opened is one picture too: reading it will say what is wrong. So will
    reading the last of the paths, where a TIFF has more than `MAX_PAGES`: it stands for the rest.

    Raises:
        CancelledError: the token was.
    """
    if path.suffix.lower() not in _DOCUMENTS:
        return [path]
    try:
        open_regular(path).close()
        pages = decoders().pages(path, token or CancelToken())
    except PictureError as error:
        log.debug("the pages of %s can't be counted: %s", path, error)
        return [path]
    return [page_of(path, page) for page in pages] if len(pages) > 1 else [path]
