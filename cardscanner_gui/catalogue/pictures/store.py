"""The fingerprints that were gathered, in an SQLite file: what was committed stays."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType

from cardscanner_gui.catalogue.pictures.wanted import Wanted
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.look import FINGERPRINT_BYTES

STORE_NAME = "fingerprints.sqlite3"
_VERSION = 1
_APPLICATION_ID = 0x43534650  # "CSFP"
_ASK_AGAIN = timedelta(days=30)
"""After so long a picture that the server lacked is asked for again."""

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES ('changes', '0');
-- `content` is a digest of the picture's bytes; NULL for what came without a picture.
CREATE TABLE IF NOT EXISTS fingerprint (
    printing TEXT PRIMARY KEY, bits BLOB NOT NULL, content BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS fingerprint_of ON fingerprint (content);
-- Pictures that were given for several printings: those of none of them.
CREATE TABLE IF NOT EXISTS shared (
    content BLOB PRIMARY KEY, bits BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS absent (printing TEXT PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID;
"""


class FingerprintStore:
    """What is known of each printing's picture; belongs to one thread.

    Nothing is kept before `commit`.
    """

    def __init__(self, folder: Path) -> None:
        """Open it, or make one; a damaged one is put aside.

        Raises:
            CatalogueError: the folder can't be written to, or the file is of a newer version.
        """
        self._path = folder / STORE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = self._open()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                self._path.replace(self._path.with_suffix(".damaged"))
                self._connection = self._open()
        except (sqlite3.Error, OSError) as error:
            raise CatalogueError(f"Fingerprints can't be kept in {folder}: {error}.") from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10.0, isolation_level=None)
        try:
            if self._check(connection) != _VERSION:
                # Only then: who looks something up needn't wait for who writes.
                connection.executescript(_TABLES)
                connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {_VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection) -> int:
        """The version of the file, 0 for a new one."""
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise CatalogueError(f"{self._path} was made by a newer version of this program.")
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
        return int(version)

    def close(self) -> None:
        """What wasn't committed is lost."""
        self._connection.close()

    def __enter__(self) -> FingerprintStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def state(self) -> str:
        """Changes with every commit."""
        ((value,),) = self._connection.execute("SELECT value FROM meta WHERE name = 'changes'")
        return str(value)

    def fingerprints(self) -> list[tuple[str, bytes]]:
        """Printing ids with their fingerprints, by id."""
        query = "SELECT printing, bits FROM fingerprint ORDER BY printing"
        return list(self._connection.execute(query))

    def snapshot(self) -> tuple[list[tuple[str, bytes]], str]:
        """The fingerprints and the state that they are of, though another desk may be writing."""
        within = self._connection.in_transaction
        if not within:
            self._connection.execute("BEGIN")
        try:
            return self.fingerprints(), self.state
        finally:
            if not within:
                self._connection.execute("COMMIT")

    def known(self) -> set[str]:
        """Printings that have a whole fingerprint; a short one is worth a picture still."""
        query = "SELECT printing FROM fingerprint WHERE length(bits) = ?"
        return {printing for (printing,) in self._connection.execute(query, (FINGERPRINT_BYTES,))}

    def absent(self) -> set[str]:
        """Printings of which the server lately had no picture."""
        since = (date.today() - _ASK_AGAIN).isoformat()
        query = "SELECT printing FROM absent WHERE day >= ?"
        return {printing for (printing,) in self._connection.execute(query, (since,))}

    def keep(self, printing: str, bits: bytes, content: bytes | None = None) -> None:
        """Keep a printing's fingerprint in place of what was known of it."""
        insert = "INSERT OR REPLACE INTO fingerprint VALUES (?, ?, ?)"
        self._changing().execute(insert, (printing, bits, content))
        self._changing().execute("DELETE FROM absent WHERE printing = ?", (printing,))

    def keep_others(self, pairs: Iterable[tuple[str, bytes]]) -> int:
        """Keep fingerprints made elsewhere, where there is none from a picture and no longer one.

        Returns:
            How many were new or other than before.
        """
        before = self._connection.total_changes
        self._changing().executemany(
            "INSERT INTO fingerprint VALUES (?, ?, NULL) ON CONFLICT (printing) DO UPDATE"
            " SET bits = excluded.bits WHERE content IS NULL AND bits <> excluded.bits"
            " AND length(bits) <= length(excluded.bits)",
            pairs,
        )
        return self._connection.total_changes - before

    def lacks(self, printing: str) -> None:
        """The server has no picture of it."""
        insert = "INSERT OR REPLACE INTO absent VALUES (?, ?)"
        self._changing().execute(insert, (printing, date.today().isoformat()))

    def choice(self) -> tuple[Wanted | None, bool]:
        """What the user wanted last, and whether with the pictures; None: nothing yet."""
        query = "SELECT value FROM meta WHERE name = 'wanted'"
        found = self._connection.execute(query).fetchone()
        try:
            sets, languages, keeps = json.loads(found[0]) if found else (None, None, None)
            if languages is None:
                return None, False
            chosen = None if sets is None else tuple(map(str, sets))
            return Wanted(chosen, languages=tuple(map(str, languages))), bool(keeps)
        except (ValueError, TypeError):
            return None, False

    def choose(self, wanted: Wanted, keep_pictures: bool) -> None:
        """Remember what the user wants; sets come to those that were wanted before."""
        before, _ = self.choice()
        sets = wanted.sets
        if before is not None:
            some = sets is not None and before.sets is not None
            sets = tuple(dict.fromkeys((*(before.sets or ()), *(sets or ())))) if some else None
        value = json.dumps([sets, wanted.languages, keep_pictures])
        insert = "INSERT OR REPLACE INTO meta VALUES ('wanted', ?)"
        self._changing().execute(insert, (value,))

    def bearer_of(self, content: bytes) -> str | None:
        """The printing whose picture has these very bytes."""
        query = "SELECT printing FROM fingerprint WHERE content = ?"
        found = self._connection.execute(query, (content,)).fetchone()
        return str(found[0]) if found else None

    def is_shared(self, content: bytes) -> bool:
        """Whether this picture was given for several printings."""
        query = "SELECT 1 FROM shared WHERE content = ?"
        return self._connection.execute(query, (content,)).fetchone() is not None

    def shared_fingerprints(self) -> list[bytes]:
        """Fingerprints of pictures that were given for several printings."""
        return [bits for (bits,) in self._connection.execute("SELECT bits FROM shared")]

    def share(self, content: bytes, bits: bytes) -> None:
        """Remember a picture that was given for several printings."""
        self._changing().execute("INSERT OR IGNORE INTO shared VALUES (?, ?)", (content, bits))

    def withdraw(self, printing: str) -> None:
        """Forget a printing's fingerprint: its picture was given for others too."""
        self._changing().execute(
            "INSERT OR IGNORE INTO shared SELECT content, bits FROM fingerprint"
            " WHERE printing = ? AND content IS NOT NULL",
            (printing,),
        )
        self._changing().execute("DELETE FROM fingerprint WHERE printing = ?", (printing,))

    def commit(self) -> None:
        """Make everything so far stay.

        Raises:
            CatalogueError: the disk is full.
        """
        try:
            self._changing().execute(
                "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'changes'"
            )
            self._connection.commit()
        except sqlite3.Error as error:
            raise CatalogueError(f"Fingerprints can't be kept in {self._path}: {error}.") from error

    def _changing(self) -> sqlite3.Connection:
        """The connection within a transaction.

        Python begins one by itself only where the small letter of "I" is "i": not in Turkish.
        """
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN")
        return self._connection

    def roll_back(self) -> None:
        """Take back what wasn't committed."""
        self._connection.rollback()


def state_of(folder: Path) -> str | None:
    """The state of a folder's store, without waiting for who writes; None when there is none."""
    path = folder / STORE_NAME
    if not path.is_file():
        return None
    try:
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as opened:
            ((changes,),) = opened.execute("SELECT value FROM meta WHERE name = 'changes'")
    except (sqlite3.Error, ValueError):
        return None
    return str(changes)
