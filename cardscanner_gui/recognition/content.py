"""What identical picture files share."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cardscanner_gui.capture.pages import file_and_page
from cardscanner_gui.capture.regular import open_regular
from cardscanner_gui.core.errors import PictureError


class ContentKeys:
    """Hashes files; the last document's hash is kept, since its pages come one after the other."""

    def __init__(self) -> None:
        self._document: tuple[tuple[Path, int, int], str] | None = None

    def of(self, path: Path) -> str | None:
        """The key of a picture, or of a page; None for a file that can't be read.

        Opening it will say why.
        """
        file, page = file_and_page(path)
        try:
            if page is None:
                return _hashed(file)
            status = file.stat()
            version = (file, status.st_size, status.st_mtime_ns)
            known = self._document
            if known is None or known[0] != version:
                known = self._document = version, _hashed(file)
        except (OSError, PictureError):
            return None
        return f"{known[1]}#{page}"


def _hashed(file: Path) -> str:
    with open_regular(file) as opened:
        return hashlib.file_digest(opened, "blake2b").hexdigest()[:32]
