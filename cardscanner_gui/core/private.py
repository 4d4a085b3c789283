"""Files and folders that only their owner may look into; on Windows a user's folders are that."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

log = logging.getLogger(__name__)

_FOLDER = 0o700
_FILE = 0o600


def make_private_folder(path: Path) -> None:
    """Make a folder, and those above it that aren't there, which only its owner may open.

    One that is there and empty becomes private too. One with other things in it may be somebody's
    own, such as a shared folder: it stays as open as it is, and what we write into it is private.

    Raises:
        OSError: it can't be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=_FOLDER)
    except FileExistsError:
        if not path.is_dir():
            raise
        if not any(path.iterdir()):
            close_to_others(path)


def make_private_file(path: Path) -> None:
    """Make an empty file that only its owner may read, or close one that is there to others.

    Raises:
        OSError: it can't be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE))
    except FileExistsError:
        close_to_others(path)


def close_to_others(path: Path) -> None:
    """Take group's and others' rights on a file or folder; what isn't ours stays as it is."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            path.chmod(mode & 0o700)
    except OSError as error:
        log.info("“%s” can't be closed to other users: %s", path, error)
