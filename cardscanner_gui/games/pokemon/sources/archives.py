"""Packed repositories: opened so that a cut one is noticed, and which state of it they hold."""

from __future__ import annotations

import gzip
import tarfile
from datetime import UTC, datetime
from typing import BinaryIO

_GZIP = b"\x1f\x8b"


def open_tar(raw: BinaryIO) -> tarfile.TarFile:
    """An archive to be read from front to back.

    `tarfile` takes a packed archive that is cut between two files for a whole one; `gzip` doesn't.

    Raises:
        tarfile.TarError, EOFError, OSError: it is none; or, while it is read, damaged.
    """
    packed = raw.read(len(_GZIP)) == _GZIP
    raw.seek(0)
    if packed:
        return tarfile.open(fileobj=gzip.GzipFile(fileobj=raw), mode="r|")
    return tarfile.open(fileobj=raw, mode="r|*")


def archive_version(tar: tarfile.TarFile, first: tarfile.TarInfo) -> str:
    """The commit's date and, where the archive says it, the commit."""
    commit = str(tar.pax_headers.get("comment", ""))[:7]
    return f"{date_of(first.mtime)} {commit}".strip()


def date_of(seconds: float) -> str:
    """ISO date of seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
