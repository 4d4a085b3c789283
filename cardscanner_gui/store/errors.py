"""SQLite's failures as one line for the user."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cardscanner_gui.core.errors import StoreError

_MESSAGES = {
    sqlite3.SQLITE_FULL: (
        "The disk is full: nothing was saved to “{path}”. Free some space and try again."
    ),
    sqlite3.SQLITE_READONLY: "“{path}” can't be written. Check the permissions of its folder.",
    sqlite3.SQLITE_PERM: "“{path}” can't be written. Check the permissions of its folder.",
    sqlite3.SQLITE_CANTOPEN: "“{path}” can't be opened. Check that its folder can be written.",
    sqlite3.SQLITE_BUSY: "Another program keeps “{path}” busy. Close it and try again.",
    sqlite3.SQLITE_LOCKED: "Another program keeps “{path}” busy. Close it and try again.",
    sqlite3.SQLITE_IOERR: "The disk reported an error at “{path}”: nothing was saved. ({error})",
    sqlite3.SQLITE_CORRUPT: (
        "“{path}” is damaged and was left as it is. Put a copy of it in its place. ({error})"
    ),
    sqlite3.SQLITE_NOTADB: (
        "“{path}” is damaged or no collection, and was left as it is. Move it away to start afresh."
    ),
}


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn what the world did to the file at `path` into `StoreError`; bugs pass unchanged."""
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the primary code; the rest tells kinds of it apart.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        message = _MESSAGES.get(code)
        if message is None:
            raise
        raise StoreError(message.format(path=path, error=error)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(f"“{path}” can't be opened: {reason}.") from error
