"""Backups: whole, checked, restored wholly or not at all, and kept for days and weeks."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.errors import BackupError, StoreError
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.backup import (
    describe_collection,
    put_backup_in_place,
    read_backup,
    restore_backup,
    write_backup,
)
from cardscanner_gui.store.backup_folder import BackupFolder, kept
from cardscanner_gui.store.migrations import MIGRATIONS
from tests.store.cards import EMBERIX, entry


@pytest.fixture
def backup(path: Path, collection: Collection, tmp_path: Path) -> Path:
    """Of a collection with one card, its photo, and a note."""
    collection.add(entry(note="old", quantity=3), b"a photo" * 1000)
    target = tmp_path / "elsewhere" / "mine.zip"
    write_backup(path, target, "0.1")
    return target


def notes(collection: Collection) -> list[str]:
    return sorted(one.note for one in collection.entries(EntryQuery()))


def test_a_backup_says_what_is_in_it(backup: Path, path: Path) -> None:
    info = read_backup(backup)
    assert (info.entries, info.copies, info.photos, info.version) == (1, 3, 1, "0.1")
    assert info.newest == 1_700_000_000.25
    assert info.made_at == pytest.approx(datetime.now().timestamp(), abs=600)
    assert describe_collection(path, "0.1").copies == 3


def test_what_is_restored_is_as_it_was_photos_too(
    backup: Path, database: Database, collection: Collection
) -> None:
    before = list(collection.entries(EntryQuery()))
    collection.add(entry(EMBERIX, note="new"))
    collection.update([1], note="changed")
    restore_backup(database, backup)
    assert list(collection.entries(EntryQuery())) == before
    assert collection.photo(1) == b"a photo" * 1000
    assert collection.undo() is None, "what was done before is of another collection"
    assert database.value("PRAGMA integrity_check") == "ok"
    collection.add(entry(EMBERIX, note="goes on"))
    assert notes(collection) == ["goes on", "old"]
    assert collection.count(EntryQuery("emberix")) == 1


def test_a_backup_of_an_older_shape_is_brought_up_to_date(
    path: Path, tmp_path: Path, database: Database
) -> None:
    old = tmp_path / "old" / "collection.db"
    Database(old, MIGRATIONS[:8]).close()
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as packed:
        packed.write(old, "collection.db")
        values = {"program": "cardscanner", "layout": 1, "version": "0.1", "made_at": 1.0}
        counts = dict.fromkeys(("entries", "copies", "scans", "photos", "newest"), 0)
        names = [one.__name__ for one in MIGRATIONS[:8]]
        packed.writestr("backup.json", json.dumps({**values, **counts, "migrations": names}))
    restore_backup(database, tmp_path / "old.zip")
    Collection(database).add(entry(stamp="staff"))
    assert database.value("SELECT stamp FROM entries") == "staff"
    assert not list(path.parent.glob(".cardscanner-restore*"))


def cut(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])


def flip(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 255
    backup.write_bytes(content)


def write(description: object, name: str = "backup.json"):  # type: ignore[no-untyped-def]
    def damage(backup: Path) -> None:
        with zipfile.ZipFile(backup, "w") as packed:
            packed.writestr(name, json.dumps(description))

    return damage


FULL = {
    "program": "cardscanner",
    "layout": 1,
    "version": "9",
    **dict.fromkeys(("made_at", "newest", "entries", "copies", "scans", "photos"), 0),
}


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (cut, "cut, damaged or no backup"),
        (flip, "cut, damaged or no backup"),
        (lambda backup: backup.write_bytes(b""), "cut, damaged or no backup"),
        (lambda backup: backup.write_text("name,number\n"), "cut, damaged or no backup"),
        (lambda backup: backup.unlink(), "isn't there"),
        (write({}, "word/document.xml"), "no backup of Cardscanner"),
        (write({"program": "other"}), "of another program"),
        (write([1]), "of another program"),
        (write({"program": "cardscanner"}), "cut, damaged or no backup"),
        (write({**FULL, "layout": 2}), r"newer version of Cardscanner \(9\)"),
        (write({**FULL, "migrations": ["m999_later"]}), "newer version"),
        (write({**FULL, "migrations": []}), "lacks the collection"),
    ],
)
def test_what_is_no_whole_backup_of_ours_changes_nothing(  # type: ignore[no-untyped-def]
    damage, words: str, backup: Path, database: Database, collection: Collection
) -> None:
    collection.update([1], note="changed")
    damage(backup)
    with pytest.raises(BackupError, match=words) as caught:
        restore_backup(database, backup)
    assert "\n" not in str(caught.value)
    assert notes(collection) == ["changed"]
    mine = {database.path.name + end for end in ("", "-wal", "-shm")}
    assert {one.name for one in database.path.parent.iterdir()} <= mine


def test_another_programs_database_in_our_clothes_is_refused(
    backup: Path, database: Database, collection: Collection, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE entries (id INTEGER)")
        other.commit()
    with zipfile.ZipFile(backup, "w") as packed:
        packed.writestr("backup.json", json.dumps(FULL))
        packed.write(tmp_path / "other.db", "collection.db")
    with pytest.raises(BackupError, match="holds no collection"):
        restore_backup(database, backup)
    assert notes(collection) == ["old"]


def test_a_full_disk_keeps_the_old_backup(backup: Path, path: Path, collection: Collection) -> None:
    resource = pytest.importorskip("resource", reason="limits on file size are POSIX")
    old = backup.read_bytes()
    collection.add(entry(EMBERIX), bytes(range(256)) * 20_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        with pytest.raises(BackupError, match=r"disk is full|can't be") as caught:
            write_backup(path, backup, "0.1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in str(caught.value)
    assert backup.read_bytes() == old
    assert list(backup.parent.iterdir()) == [backup]


def test_a_full_disk_while_restoring_keeps_the_collection(
    backup: Path, database: Database, collection: Collection, tmp_path: Path
) -> None:
    collection.add(entry(EMBERIX, note="big"), bytes(range(256)) * 20_000)
    large = tmp_path / "large.zip"
    write_backup(database.path, large, "0.1")
    restore_backup(database, backup)
    resource = pytest.importorskip("resource", reason="limits on file size are POSIX")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, limits[1]))
    try:
        with pytest.raises((BackupError, StoreError)) as caught:
            restore_backup(database, large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in str(caught.value)
    assert notes(collection) == ["old"]
    assert database.value("PRAGMA integrity_check") == "ok"


def test_a_damaged_collection_is_replaced_from_the_last_good_backup(
    path: Path, database: Database, collection: Collection, tmp_path: Path
) -> None:
    collection.add(entry(note="old"))
    folder = BackupFolder(tmp_path / "backups", path, "0.1")
    folder.make(datetime(2026, 11, 1))
    folder.make(datetime(2026, 11, 2))
    database.close()
    path.write_bytes(b"nonsense" * 1000)
    cut(folder.files()[0])

    good = folder.last_good()
    assert good is not None
    assert good.path.name == "cardscanner-20261101-000000.zip"
    aside = put_backup_in_place(good.path, path)
    assert aside is not None
    assert aside.read_bytes().startswith(b"nonsense")
    again = Database(path)
    assert notes(Collection(again)) == ["old"]
    again.close()


def test_seven_days_and_four_weeks_stay(path: Path, database: Database, tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups", path, "0.1")
    first = folder.make(datetime(2026, 1, 1, 9)).path
    start = datetime(2026, 1, 1, 12)
    for day in range(60):
        name = f"cardscanner-{(start + timedelta(days=day)).strftime('%Y%m%d-%H%M%S')}.zip"
        shutil.copy(first, folder.folder / name)
    (folder.folder / "mine.zip").touch()
    folder.make(datetime(2026, 3, 1, 23))
    days = [one.name[16:20] for one in folder.files()]
    # The last seven days, and the newest of the four last weeks, two of which are among those.
    assert days == ["0301", "0228", "0227", "0226", "0225", "0224", "0223", "0222", "0215", "0208"]
    assert (folder.folder / "mine.zip").exists()
    assert set(kept(folder.files())) == set(folder.files())


def test_a_backup_is_due_once_a_day_and_only_after_changes(
    path: Path, collection: Collection, tmp_path: Path
) -> None:
    folder = BackupFolder(tmp_path / "backups", path, "0.1")
    today = datetime.now()
    assert folder.due(today)
    assert folder.make_if_due() is not None
    assert folder.make_if_due() is None
    tomorrow = today + timedelta(days=1)
    assert not folder.due(tomorrow), "nothing was changed"
    collection.add(entry())
    assert folder.due(tomorrow)
