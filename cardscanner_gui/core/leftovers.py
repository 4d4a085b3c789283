"""Half-written files that a killed program left behind."""

from __future__ import annotations

import logging
import time
from pathlib import Path

log = logging.getLogger(__name__)

_OLD_SECONDS = 3600.0
"""A file that nobody wrote to for so long isn't being written any more."""


def remove_leftovers(folder: Path, *patterns: str) -> None:
    """Remove files of these names that weren't changed for an hour; what can't be, stays."""
    latest = time.time() - _OLD_SECONDS
    for pattern in patterns:
        try:
            for path in folder.glob(pattern):
                if path.is_file() and not path.is_symlink() and path.stat().st_mtime < latest:
                    path.unlink(missing_ok=True)
        except OSError as error:
            log.info("What a killed program left in “%s” stays there: %s", folder, error)
