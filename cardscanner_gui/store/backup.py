"""Backups: one file with the whole collection, photos included, and the way back.

A backup is a zip with the database as SQLite copies it and a small description. It is written
beside its name and renamed at the end, and what is restored is checked before anything is changed:
so there is always the old state or the new one.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cardscanner_gui.core.errors import BackupError
from cardscanner_gui.core.leftovers import remove_leftovers
from cardscanner_gui.core.private import make_private_file
from cardscanner_gui.store.backup_words import reading_failed, restoring_failed, writing_failed
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.errors import store_errors
from cardscanner_gui.store.migrations import APPLICATION_ID, MIGRATIONS
from cardscanner_gui.store.opening import BUSY_SECONDS, copy_database, prepare
from cardscanner_gui.store.salvage import find_damage, put_in_place

_PROGRAM = "cardscanner"
_LAYOUT = 1
"""Raised when an older version could not restore what is written."""
_DESCRIPTION, _DATABASE = "backup.json", "collection.db"
_LARGEST = 1 << 40
_CHUNK = 1 << 20
_UNFINISHED = ".cardscanner-backup-{}.tmp"
Check = Callable[[], object]
"""Called now and then; raises where the work is given up."""


@dataclass(frozen=True)
class BackupInfo:
    """What is in a backup, or in a collection.

    Attributes:
        path: of the file.
        made_at: seconds since the epoch; of a collection, now.
        version: of the program that wrote it.
        entries, copies, scans, photos: how many there are.
        newest: when the last card was scanned, in seconds since the epoch; 0 for none.
    """

    path: Path
    made_at: float
    version: str
    entries: int
    copies: int
    scans: int
    photos: int
    newest: float


def write_backup(
    database: Path, target: str | Path, version: str, check: Check = lambda: None
) -> BackupInfo:
    """Write a backup of the collection as it is committed now, all of it or nothing.

    Args:
        database: the collection's file; others may go on using it.
        target: the backup; one that is there is replaced when the new one is whole.
        version: of this program.
        check: raises to give it up.

    Raises:
        BackupError: it can't be written, or the collection is damaged; one line for the user.
    """
    target = Path(target)
    if target.is_dir():
        raise BackupError(f"“{target}” is a folder. Give the name of a file in it.")
    copy = target.with_name(_UNFINISHED.format(f"{uuid.uuid4().hex[:8]}-db"))
    packed = target.with_name(_UNFINISHED.format(uuid.uuid4().hex[:8]))
    with writing_failed(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(target.parent, _UNFINISHED.format("*"))
        try:
            copy_database(database, copy)
            check()
            info = _described(copy, target, version)
            make_private_file(packed)
            with packed.open("rb+") as file:
                _pack(file, copy, info, check)
            packed.replace(target)
        finally:
            packed.unlink(missing_ok=True)
            for left in target.parent.glob(f"{copy.name}*"):
                left.unlink(missing_ok=True)
    return info


def read_backup(path: str | Path) -> BackupInfo:
    """What is in a backup, by its description; the whole of it is checked when it is restored.

    Raises:
        BackupError: it can't be read, is cut, of another program, or of a newer version.
    """
    path = Path(path)
    with reading_failed(path), zipfile.ZipFile(path) as packed:
        return _described_in(packed, path)


def restore_backup(database: Database, path: str | Path, check: Check = lambda: None) -> BackupInfo:
    """Put the collection of a backup in place of the one that is open, all of it or nothing.

    The backup is unpacked, checked and brought up to date first; then its pages are written in one
    transaction. Nothing of before can be undone afterwards.

    Raises:
        BackupError: the backup can't be used; the collection is as it was.
        StoreError: the collection can't be written; it is as it was.
    """
    with (
        unpacked(path, database.path.parent, check) as (copy, info),
        restoring_failed(database.path),
    ):
        database.replace_with(copy)
    return info


def put_backup_in_place(path: str | Path, database: Path) -> Path | None:
    """The same for a collection that can't be opened: no program may have it open.

    Returns:
        The new name of the file that was there; None where there was none.

    Raises:
        BackupError: the backup can't be used; StoreError: the files can't be renamed.
    """
    with unpacked(path, database.parent) as (copy, _), restoring_failed(database):
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if not database.exists():
            copy.rename(database)
            return None
        return put_in_place(copy, database)


@contextmanager
def unpacked(
    path: str | Path, folder: Path, check: Check = lambda: None
) -> Iterator[tuple[Path, BackupInfo]]:
    """A backup's database as a file in this folder, whole, ours, and of this version's shape.

    Raises:
        BackupError: it isn't; or the disk is full.
    """
    path = Path(path)
    copy = folder / f".cardscanner-restore-{uuid.uuid4().hex[:8]}.tmp"
    try:
        with reading_failed(path):
            remove_leftovers(folder, ".cardscanner-restore-*.tmp*")
            with zipfile.ZipFile(path) as packed:
                info = _described_in(packed, path)
                make_private_file(copy)
                _unpack(packed, copy, check)
            _check_database(copy, path)
            prepare(copy, MIGRATIONS)
        yield copy, info
    finally:
        for left in folder.glob(f"{copy.name}*"):
            left.unlink(missing_ok=True)
        for left in folder.glob(f"{copy.stem}-before-*"):
            left.unlink(missing_ok=True)


def describe_collection(database: Path, version: str) -> BackupInfo:
    """What a collection holds now. Raises `StoreError`."""
    with store_errors(database):
        return _described(database, database, version)


def _described(database: Path, target: Path, version: str) -> BackupInfo:
    address = f"{database.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, BUSY_SECONDS, uri=True)) as connection:
        entries, copies, newest = connection.execute(
            "SELECT count(*), coalesce(sum(quantity), 0), coalesce(max(scanned_at), 0)"
            " FROM entries WHERE deleted_at IS NULL"
        ).fetchone()
        (scans,) = connection.execute("SELECT count(*) FROM scans").fetchone()
        (photos,) = connection.execute("SELECT count(*) FROM photos").fetchone()
    return BackupInfo(target, time.time(), version, entries, copies, scans, photos, newest)


def _pack(file: BinaryIO, copy: Path, info: BackupInfo, check: Check) -> None:
    description = {
        "program": _PROGRAM,
        "layout": _LAYOUT,
        "version": info.version,
        "made_at": info.made_at,
        "entries": info.entries,
        "copies": info.copies,
        "scans": info.scans,
        "photos": info.photos,
        "newest": info.newest,
        "migrations": [migration.__name__ for migration in MIGRATIONS],
    }
    # Photos are packed already; of the rest the quickest way saves most of it.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr(_DESCRIPTION, json.dumps(description, indent=1))
        with (
            copy.open("rb") as source,
            packed.open(_DATABASE, "w", force_zip64=True) as target,
        ):
            while piece := source.read(_CHUNK):
                check()
                target.write(piece)
    file.flush()
    os.fsync(file.fileno())


def _described_in(packed: zipfile.ZipFile, path: Path) -> BackupInfo:
    names = packed.namelist()
    if _DESCRIPTION not in names or packed.getinfo(_DESCRIPTION).file_size > _CHUNK:
        raise BackupError(f"“{path.name}” is no backup of Cardscanner, and nothing was changed.")
    values = json.loads(packed.read(_DESCRIPTION))
    if not isinstance(values, dict) or values.get("program") != _PROGRAM:
        raise BackupError(f"“{path.name}” is a file of another program, and nothing was changed.")
    _check_version(values, path)
    if _DATABASE not in names:
        raise BackupError(f"“{path.name}” lacks the collection, and nothing was changed.")
    counts = {name: int(values[name]) for name in ("entries", "copies", "scans", "photos")}
    made_at, newest = float(values["made_at"]), float(values["newest"])
    return BackupInfo(path, made_at, str(values["version"]), **counts, newest=newest)


def _check_version(values: Mapping[str, Any], path: Path) -> None:
    known = {migration.__name__ for migration in MIGRATIONS}
    if int(values["layout"]) > _LAYOUT or set(values.get("migrations", ())) - known:
        raise BackupError(
            f"“{path.name}” was written by a newer version of Cardscanner "
            f"({values.get('version', '?')}), and nothing was changed. Install that to restore it."
        )


def _unpack(packed: zipfile.ZipFile, target: Path, check: Check) -> None:
    if packed.getinfo(_DATABASE).file_size > _LARGEST:
        raise ValueError("larger than a collection can be")
    with packed.open(_DATABASE) as source, target.open("wb") as file:
        while piece := source.read(_CHUNK):  # its sum is compared at the end
            check()
            file.write(piece)


def _check_database(copy: Path, path: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
    if owner != APPLICATION_ID:
        raise BackupError(f"“{path.name}” holds no collection, and nothing was changed.")
    damage = find_damage(copy)
    if damage is not None:
        raise BackupError(f"“{path.name}” is damaged ({damage}), and nothing was changed.")
