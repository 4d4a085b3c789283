"""Is the file that was opened still the one of that name? And keeping it when it isn't."""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from cardscanner_gui.core.private import make_private_file, make_private_folder

log = logging.getLogger(__name__)


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from any other that takes its name; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def rescue(connection: sqlite3.Connection, path: Path) -> Path | None:
    """Copy what a connection still holds of a file that lost its name; None where that fails."""
    target = path.with_name(f"{path.stem}-rescued-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
    try:
        make_private_folder(path.parent)
        make_private_file(target)
        with closing(sqlite3.connect(target)) as copy:
            connection.backup(copy)
    except (OSError, sqlite3.Error) as error:
        log.warning("What was in “%s” can't be copied to “%s”: %s", path, target, error)
        return None
    return target
