"""The files in a catalogue folder.

Catalogues are never changed in place: each update adds a file under a new name and takes old ones
away when nobody uses them. So a failed update changes nothing, and readers are never disturbed.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from cardscanner_gui.core.errors import CatalogueError

if sys.platform != "win32":  # where a file in use can't be removed anyway
    import fcntl

_PATTERN = "catalogue-*.sqlite3"
_WORKSPACE = re.compile(r"\.update-(\d+)-[0-9a-f]+")


def catalogue_files(folder: Path) -> list[Path]:
    """The catalogues in the folder, newest first."""
    return sorted(folder.glob(_PATTERN), reverse=True)


def hold(path: Path) -> BinaryIO:
    """Keep this catalogue from being removed until the returned file is closed.

    Raises:
        FileNotFoundError: it is gone already.
    """
    held = path.open("rb")
    if sys.platform != "win32":
        # A few network file systems know no locks; the catalogue works there just as well.
        with contextlib.suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_SH)
        if not path.exists():  # removed between opening and locking
            held.close()
            raise FileNotFoundError(path)
    return held


def publish(built: Path, folder: Path) -> Path:
    """Put a complete catalogue in place, so that it is the newest; returns where it is."""
    with built.open("rb+") as file:
        os.fsync(file.fileno())
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = folder / f"catalogue-{stamp}.sqlite3"
    built.replace(target)
    return target


def take_over(packaged: Path, folder: Path) -> None:
    """Put a catalogue that came with the program in place, where there is none yet.

    Raises:
        CatalogueError: the folder can't be written to.
    """
    if catalogue_files(folder):
        return
    try:
        with workspace(folder) as unfinished:
            publish(Path(shutil.copyfile(packaged, unfinished / packaged.name)), folder)
    except OSError as error:
        raise CatalogueError(f"The catalogue can't be written to {folder}: {error}.") from error
    remove_old(folder)  # two windows may have started at once


def remove_old(folder: Path) -> None:
    """Remove every catalogue but the newest, unless somebody holds it."""
    for path in catalogue_files(folder)[1:]:
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                path.unlink()
            else:
                with path.open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()


@contextlib.contextmanager
def workspace(folder: Path) -> Iterator[Path]:
    """A folder for one update's unfinished files; gone at the end, whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".update-{os.getpid()}-{secrets.token_hex(4)}"
    path.mkdir()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what updates that were killed left behind."""
    for path in folder.glob(".update-*"):
        match = _WORKSPACE.fullmatch(path.name)
        if match is not None and not _is_running(int(match.group(1))):
            shutil.rmtree(path, ignore_errors=True)


def _is_running(pid: int) -> bool:
    """Whether a process with this number runs."""
    if pid == os.getpid():
        return True
    if sys.platform == "win32":
        # There `os.kill(pid, 0)` would end it. Files in use resist removal, so trying is safe.
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
