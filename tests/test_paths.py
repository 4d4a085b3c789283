"""The data folder: where it is, and a clear word when it can't be used."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.paths import DataPaths, default_data_dir
from cardscanner_gui.resources import resource_dir


def test_the_variable_overrides_the_default_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CARDSCANNER_DATA_DIR", raising=False)
    usual = default_data_dir()
    monkeypatch.setenv("CARDSCANNER_DATA_DIR", str(tmp_path / "cards"))

    assert usual.name == "cardscanner"
    assert usual.is_absolute()
    assert default_data_dir() == tmp_path / "cards"


def test_a_relative_override_is_meant_from_where_the_user_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARDSCANNER_DATA_DIR", "cards")

    assert default_data_dir() == tmp_path / "cards"


def test_creating_makes_the_folder_and_leaves_nothing_in_it(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "a" / "b")
    paths.create()
    paths.create()

    assert list((tmp_path / "a" / "b").iterdir()) == []
    everything = {paths.database, paths.catalogue, paths.models, paths.logs, paths.settings}
    assert {path.parent for path in everything} == {paths.root}
    assert len(everything) == 5


def test_a_file_in_the_way_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("not a folder")

    with pytest.raises(WorldError, match=r"taken can't be written to .*--data-dir"):
        DataPaths(tmp_path / "taken").create()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that even root can't write to")
def test_a_folder_where_nothing_can_be_written_is_a_clear_error() -> None:
    with pytest.raises(WorldError, match="/proc/self can't be written to"):
        DataPaths(Path("/proc/self")).create()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_read_only_folder_is_a_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(WorldError, match="can't be written to"):
            DataPaths(tmp_path).create()
    finally:
        tmp_path.chmod(0o700)


def test_the_resources_of_the_program_are_found() -> None:
    assert (resource_dir() / "finder").is_dir()
    assert (resource_dir() / "icons").is_dir()
