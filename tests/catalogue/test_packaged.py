"""A packaged program may bring a catalogue, which is there at the first start, offline too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cardscanner_gui import builder as builder_module
from cardscanner_gui.builder import Builder
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.settings import Settings
from tests.catalogue.tcgdex_archive import build_catalogue, card


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builder:
    """As in a package with a catalogue of one card."""
    resources = tmp_path / "resources"
    build_catalogue(tmp_path / "built", [card("Leafkit", "012")]).close()
    (resources / "catalogue").mkdir(parents=True)
    for file in (tmp_path / "built").glob("*.sqlite3"):
        shutil.copy(file, resources / "catalogue")
    monkeypatch.setattr(builder_module, "resource_dir", lambda: resources)
    return Builder(DataPaths(tmp_path / "data"), Settings())


def names(builder: Builder) -> list[str]:
    opened = builder.open_catalogue()
    if opened is None:
        return []
    with opened:
        return sorted(printing.name for printing in opened.search("012", 10))


def test_it_is_there_at_the_first_start(builder: Builder) -> None:
    assert names(builder) == ["Leafkit"]
    assert names(builder) == ["Leafkit"]
    assert len(list(builder.paths.catalogue.iterdir())) == 1


def test_it_never_replaces_what_the_user_has(builder: Builder) -> None:
    build_catalogue(builder.paths.catalogue, [card("Twinfin", "012")]).close()

    assert names(builder) == ["Twinfin"]


def test_where_it_cant_be_put_in_place_there_is_none(
    builder: Builder, caplog: pytest.LogCaptureFixture
) -> None:
    builder.paths.root.mkdir()
    builder.paths.catalogue.write_text("a file where the folder should be")

    assert names(builder) == []
    assert "can't be written" in caplog.text


def test_a_checkout_brings_none() -> None:
    assert not (resource_dir() / "catalogue").exists()
