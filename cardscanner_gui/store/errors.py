"""SQLite's failures as one line for the user."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cardscanner_gui.core.errors import StoreError


class DamagedRowError(StoreError):
    """A row holds what this program never wrote there; `Database` sets it aside and reads on."""

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(
            f"One of the {table.replace('_', ' ')} is damaged and can't be read. It is set aside; "
            "try again."
        )
        self.table = table
        self.reason = reason


class DamagedFileError(StoreError):
    """The file as a whole is damaged; `salvage` may save what can be read of it."""


_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
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
        "“{path}” is damaged and was left as it is. Put a copy of it in its place, or let "
        "“cardscanner rescue” save what can be read. ({error})"
    ),
    sqlite3.SQLITE_NOTADB: (
        "“{path}” is damaged or no collection, and was left as it is. Move it away to start afresh."
    ),
}


# SQLite has no codes of their own for these.
_OF_A_ROW = ("malformed JSON", "Could not decode to UTF-8")
_OF_A_TABLE = ("no such table", "no such column")
_LACKING = (
    "“{path}” lacks a part that every collection has, and was left as it is. "
    "Put a copy of it in its place. ({error})"
)


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn what the world did to the file at `path` into `StoreError`; bugs pass unchanged."""
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the primary code; the rest tells kinds of it apart.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        message = _MESSAGES.get(code)
        if any(words in str(error) for words in _OF_A_ROW):
            raise DamagedRowError("stored rows", str(error)) from error
        if any(words in str(error) for words in _OF_A_TABLE):
            message = _LACKING
        if message is None:
            raise
        kind = DamagedFileError if code in _DAMAGED else StoreError
        raise kind(message.format(path=path, error=error)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(f"“{path}” can't be opened: {reason}.") from error
