"""What can go wrong with a backup, as one line for the user."""

from __future__ import annotations

import errno
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cardscanner_gui.core.errors import BackupError, StoreError
from cardscanner_gui.store.errors import store_errors

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
# What a cut file, or one of another program, makes of its readers.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError)


@contextmanager
def writing_failed(target: Path) -> Iterator[None]:
    """Whatever keeps a backup from being written becomes a `BackupError`."""
    try:
        yield
    except sqlite3.Error as error:
        if _is_full(error):
            raise BackupError(_full(target)) from error
        raise BackupError(
            f"The collection can't be copied: {error}. No backup was made."
        ) from error
    except OSError as error:
        if _is_full(error):
            raise BackupError(_full(target)) from error
        reason = error.strerror or str(error)
        raise BackupError(f"“{target}” can't be written: {reason}. No backup was made.") from error


@contextmanager
def reading_failed(path: Path) -> Iterator[None]:
    """Whatever keeps a backup from being read becomes a `BackupError`; nothing was changed."""
    try:
        yield
    except BackupError:
        raise
    except FileNotFoundError as error:
        raise BackupError(f"“{path}” isn't there.") from error
    except (*_BROKEN, NotImplementedError, StoreError, sqlite3.Error) as error:
        if _is_full(error):
            raise BackupError("The disk is full, and nothing was changed.") from error
        raise BackupError(
            f"“{path.name}” is cut, damaged or no backup of Cardscanner, and nothing was changed. "
            f"({error})"
        ) from error
    except OSError as error:
        if _is_full(error):
            raise BackupError("The disk is full, and nothing was changed.") from error
        raise BackupError(f"“{path}” can't be read: {error.strerror or error}.") from error


@contextmanager
def restoring_failed(database: Path) -> Iterator[None]:
    """SQLite's failures while a collection is replaced; it is as it was."""
    with store_errors(database):
        yield


def _is_full(error: BaseException) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code == sqlite3.SQLITE_FULL or getattr(error, "errno", None) in _FULL


def _full(target: Path) -> str:
    return f"The disk is full: “{target}” was not written. Free some space and try again."
