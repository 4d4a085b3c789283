"""Which picture files a list of files, folders and patterns stands for."""

# os.path rather than Path: it answers False where Path raises (a name too long, a folder nobody may
# look into), `abspath` keeps links as they are, and it is several times faster over 10,000 names.
# ruff: noqa: PTH100, PTH112, PTH122, PTH207

from __future__ import annotations

import glob
import logging
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from cardscanner_gui.capture.pages import split_pages
from cardscanner_gui.core.cancellation import CancelToken

log = logging.getLogger(__name__)

SUPPORTED_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".hif"}
    | {".tif", ".tiff", ".bmp", ".gif", ".pdf"}
)
"""Suffixes, in lower case, of the files that are picked out of a folder."""

_DIGITS = re.compile(r"(\d+)")


def collect_pictures(paths: Iterable[str | Path], token: CancelToken | None = None) -> list[Path]:
    """List the pictures that the paths stand for, each once; only documents are opened.

    A file stands for itself, whatever its name, and so does a path that doesn't exist: reading it
    will say what is wrong. A folder stands for the files in it and below it that have a picture's
    suffix, a pattern (`*`, `?`, `[…]`, `**`) for what it matches. What is found in folders and by
    patterns leaves out hidden files and is in natural order: `card2.jpg` before `card10.jpg`. The
    order of the paths themselves stays. A PDF or TIFF document stands for its pages.

    Raises:
        CancelledError: the token was.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for picture in _expand(Path(path)):
            found.setdefault(os.path.abspath(picture), picture)
    return [page for picture in found.values() for page in split_pages(picture, token)]


def pictures_below(folder: Path) -> list[Path]:
    """The pictures in a folder and below it, without opening any, in natural order."""
    return sorted(_walk(folder, noted=False), key=_natural_order)


def _expand(path: Path) -> Iterator[Path]:
    if os.path.isdir(path):
        yield from sorted(_walk(path), key=_natural_order)
    elif os.path.lexists(path) or not glob.has_magic(str(path)):
        yield path
    else:
        matches = [Path(match) for match in glob.glob(str(path), recursive=True)]
        for match in sorted(matches, key=_natural_order):
            if os.path.isdir(match):
                yield from sorted(_walk(match), key=_natural_order)
            elif is_picture(match.name):
                yield match
        if not matches:
            yield path


def _walk(folder: Path, *, noted: bool = True) -> Iterator[Path]:
    unreadable: list[Path] = []

    def note(error: OSError) -> None:
        if not noted:
            return
        log.warning("Folder left out: %s", error)
        unreadable.append(Path(error.filename))

    for here, folders, files in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(here, name) for name in files if is_picture(name))
    # Listed like a picture, so that it ends up among the errors the user sees.
    yield from unreadable


def in_natural_order(paths: Iterable[Path]) -> list[Path]:
    """By folder and name, `card2.jpg` before `card10.jpg`."""
    return sorted(paths, key=_natural_order)


def is_picture(name: str) -> bool:
    """Whether a file of that name is picked out of a folder."""
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in SUPPORTED_SUFFIXES


def _natural_order(path: Path) -> tuple[list[list[str | int]], str]:
    """By folder and name with numbers as numbers; the exact text decides between equals."""
    parts = [
        [int(piece) if i % 2 else piece.casefold() for i, piece in enumerate(_DIGITS.split(part))]
        for part in path.parts
    ]
    return parts, str(path)
