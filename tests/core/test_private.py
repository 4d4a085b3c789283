"""What the program keeps is closed to other users of the machine; what it exports is not."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cardscanner_gui.export import export_entries, formats_of
from cardscanner_gui.games import ALL
from cardscanner_gui.logs import DECISIONS, set_up_logging
from cardscanner_gui.paths import DATA_DIR_VARIABLE, DataPaths, default_data_dir
from cardscanner_gui.settings import Settings, save_settings
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.opening import copy_database
from tests.store.cards import entry

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="rights and folders are others there"
)


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    """The most open one that a user may have."""
    before = os.umask(0o000)
    yield
    os.umask(before)
    set_up_logging(None)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_that_is_kept_is_its_owners_alone(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "data")
    paths.create()
    set_up_logging(paths.logs)
    logging.getLogger("cardscanner").warning("a card")
    logging.getLogger(DECISIONS).info("{}")
    save_settings(paths.settings, Settings())
    with closing(Database(paths.database)) as database:
        Collection(database).add(entry())
        copy_database(paths.database, paths.root / "copy.db")
        found = set(paths.root.rglob("*")) | {paths.root}
        assert len(found) >= 9
        shown = {path.name: oct(rights(path)) for path in found if rights(path) & 0o077}
    assert shown == {}


def test_what_an_older_version_left_open_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "data" / "collection.db"
    Database(path).close()
    path.chmod(0o644)
    Database(path).close()
    assert rights(path) == 0o600


def test_the_programs_own_folder_is_closed_though_it_is_not_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DATA_DIR_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    root = default_data_dir()
    root.mkdir(parents=True, mode=0o755)
    (root / "models").mkdir()
    DataPaths(root).create()
    assert rights(root) == 0o700


def test_a_folder_with_other_things_in_it_stays_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o775)
    (shared / "theirs.txt").write_text("x")
    Database(shared / "collection.db").close()
    assert rights(shared) == 0o775
    assert rights(shared / "collection.db") == 0o600


def test_an_export_is_as_open_as_the_user_has_it(tmp_path: Path) -> None:
    os.umask(0o022)
    target = tmp_path / "cards.csv"
    export_entries([entry()], formats_of(ALL)["plain"], target)
    assert rights(target) == 0o644
