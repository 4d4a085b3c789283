"""All nodes of a cluster answer from the same catalogue, or one of them doesn't join."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path

import pytest

from cardscanner_gui.cluster.content import OtherContentError
from cardscanner_gui.cluster.hot_reader import ReaderSpec, open_node
from cardscanner_gui.core.modes import ReadingMode
from tests.catalogue.tcgdex_archive import build_catalogue, card
from tests.commands.conftest import data_dir, shared_catalogue

__all__ = ["data_dir", "shared_catalogue"]


def test_a_copy_of_the_data_folder_is_the_same(data_dir: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(data_dir, copy)
    content = open_node(ReaderSpec(str(data_dir))).content

    node = open_node(ReaderSpec(str(copy), content=content))

    assert node.content == content
    assert content.catalogue
    assert content.networks


def test_a_node_with_another_catalogue_says_what_differs(data_dir: Path, tmp_path: Path) -> None:
    content = open_node(ReaderSpec(str(data_dir))).content
    other = tmp_path / "other"
    build_catalogue(other / "catalogue", [card("Leafkit", "013", hp=60)]).close()

    with pytest.raises(OtherContentError, match="catalogue") as caught:
        open_node(ReaderSpec(str(other), content=content))

    message = str(caught.value)
    assert platform.node() in message
    assert content.catalogue in message
    assert "networks" not in message


def test_a_node_without_a_catalogue_or_in_another_mode_joins_none(
    data_dir: Path, tmp_path: Path
) -> None:
    content = open_node(ReaderSpec(str(data_dir))).content

    with pytest.raises(OtherContentError, match=r"catalogue \(none, not"):
        open_node(ReaderSpec(str(tmp_path / "empty"), content=content))
    with pytest.raises(OtherContentError, match="reading mode"):
        open_node(ReaderSpec(str(data_dir), ReadingMode.THOROUGH, content=content))
