"""Writing the file: whole or not at all, and one line when it fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.core.errors import CancelledError, ExportError
from cardscanner_gui.export import export_entries, formats_of
from cardscanner_gui.export.plain import read_plain
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.store import Collection, Database
from tests.store.cards import EMBERIX, entry

PLAIN = formats_of(GAMES)["plain"]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file that is there already, alone in its folder."""
    path = tmp_path / "my cards ♥.csv"
    path.write_text("the old file")
    return path


def assert_untouched(target: Path) -> None:
    assert target.read_text() == "the old file"
    assert list(target.parent.iterdir()) == [target]


def test_a_collection_goes_through_a_file(tmp_path: Path, target: Path) -> None:
    database = Database(tmp_path / "data" / "collection.sqlite3")
    collection = Collection(database)
    collection.add(entry(note="one"))
    collection.add(entry(EMBERIX, note="two"))
    entries = list(collection.entries(EntryQuery()))

    report = export_entries(collection.entries(EntryQuery()), PLAIN, target)
    database.close()

    assert report.written == 2
    assert read_plain(target, GAMES) == entries


def test_a_link_keeps_pointing_at_the_new_file(target: Path) -> None:
    link = target.with_name("link.csv")
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("this account may not make links")
    export_entries([entry()], PLAIN, link)
    assert link.is_symlink()
    assert read_plain(target, GAMES) == [entry()]


def test_a_cancelled_export_leaves_the_old_file(target: Path) -> None:
    token = CancelToken()

    def entries() -> Iterator[Entry]:
        yield entry()
        token.cancel()
        yield entry()

    with pytest.raises(CancelledError):
        export_entries(entries(), PLAIN, target, token)
    assert_untouched(target)


def test_an_export_that_breaks_off_leaves_the_old_file(target: Path) -> None:
    def entries() -> Iterator[Entry]:
        yield entry()
        raise RuntimeError("the collection went away")

    with pytest.raises(RuntimeError):
        export_entries(entries(), PLAIN, target)
    assert_untouched(target)


def test_a_full_disk_leaves_the_old_file(target: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits on file size are POSIX")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(ExportError, match="disk is full") as caught:
            export_entries([entry(note="x" * 100)] * 500, PLAIN, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in str(caught.value)
    assert_untouched(target)


@pytest.mark.parametrize("name", [".", "missing/out.csv", "my cards ♥.csv/out.csv"])
def test_places_that_take_no_file(target: Path, name: str) -> None:
    with pytest.raises(ExportError, match="folder") as caught:
        export_entries([entry()], PLAIN, target.parent / name)
    assert "\n" not in str(caught.value)
    assert_untouched(target)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_device_is_written_to_and_never_replaced() -> None:
    with pytest.raises(ExportError, match="disk is full"):
        export_entries([entry()], PLAIN, "/dev/full")
    assert Path("/dev/full").is_char_device()


@pytest.mark.skipif(sys.platform == "win32", reason="umask is POSIX")
def test_the_file_has_the_users_usual_permissions(target: Path) -> None:
    usual = target.stat().st_mode
    export_entries([entry()], PLAIN, target)
    assert target.stat().st_mode == usual


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n", "no plain export"),
        (b"", "no plain export"),
        (b"\xff\xfe\x00", "not as it was exported"),
        (b"printing_id,quantity\nx,1\ny,many\n", "line 3"),
        (b"printing_id,quantity\n,1\n", "line 2.*no printing_id"),
        (b"printing_id,printing_names\nx,{broken\n", "line 2"),
    ],
)
def test_reading_what_is_no_plain_export(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "cards.csv"
    path.write_bytes(content)
    with pytest.raises(ExportError, match=words) as caught:
        read_plain(path, GAMES)
    assert "cards.csv" in str(caught.value)


def test_reading_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"none\.csv"):
        read_plain(tmp_path / "none.csv", GAMES)
