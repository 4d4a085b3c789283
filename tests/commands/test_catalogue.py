"""`cardscanner catalogue`: update, info and search as a user types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cardscanner_gui.builder import Builder
from cardscanner_gui.commands.catalogue import catalogue
from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.settings import Settings
from tests.catalogue import ptcg_archive
from tests.catalogue.tcgdex_archive import MEADOW, card, write_archive

CARDS = [card("Leafkit", "012"), card("Leafkit", "196"), card("Harborlin", "013")]


def run(root: Path, *arguments: str, offline: bool = False) -> Result:
    paths, settings = DataPaths(root), Settings()
    context = CommandContext(paths, settings, Builder(paths, settings), offline)
    return CliRunner().invoke(catalogue, arguments, obj=context)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A data folder with the catalogue of three cards."""
    archive = write_archive(tmp_path / "cards.tar.gz", CARDS)
    result = run(tmp_path / "data", "update", "--from", str(archive))
    assert result.exit_code == 0, result.output
    return tmp_path / "data"


def test_update_says_what_it_got_and_info_what_is_left_out(root: Path, tmp_path: Path) -> None:
    torn = f"{MEADOW.path}/999.ts"
    archive = write_archive(tmp_path / "torn.tar.gz", CARDS, extra={torn: "const card: Card = {"})
    assert "3 printings in 1 sets" in run(root, "update", "--from", str(archive)).stdout
    assert f"left out, not readable: {torn}" in run(root, "info").stdout


def test_several_sources_fill_each_others_gaps(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "cards.tar.gz", CARDS)
    lists = ptcg_archive.write_archive(
        tmp_path / "lists.tar.gz", [ptcg_archive.japanese("アカリ", "001", "XY99", total="020")]
    )
    origins = ("--from", str(archive), "--from", str(lists))
    result = run(tmp_path / "data", "update", *origins, offline=True)
    assert "4 printings in 2 sets" in result.stdout
    assert "from TCGdex, PTCG-database 2023-11-14, 2024-03-09" in result.stdout
    assert run(tmp_path / "data", "search", "アカリ").stdout.split("\t")[-1] == "XY99-001\n"


def test_offline_no_source_is_asked_by_name(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "cards.tar.gz", CARDS)
    origins = ("--from", str(archive), "--from", "ptcg-database")
    result = run(tmp_path / "data", "update", *origins, offline=True)
    assert result.exit_code == 2
    assert "Offline" in result.output


def test_info_names_source_version_and_licence(root: Path) -> None:
    result = run(root, "info")
    assert "3 printings" in result.stdout
    assert "TCGdex 2023-11-14, licence MIT" in result.stdout


def test_search_prints_one_printing_a_line_best_first(root: Path) -> None:
    result = run(root, "search", "mdt", "196")
    assert result.stdout.splitlines()[0] == "Leafkit\t196/193\tMeadow Tales\tsv90-196"


def test_search_without_a_hit_says_so_apart_from_the_results(root: Path) -> None:
    result = run(root, "search", "zzzzzzzz")
    assert (result.stdout, result.stderr) == ("", "Nothing fits.\n")


def test_without_a_catalogue_it_says_how_to_get_one(tmp_path: Path) -> None:
    result = run(tmp_path, "info")
    assert isinstance(result.exception, CatalogueError)
    assert "catalogue update" in str(result.exception)


@pytest.mark.parametrize("arguments", [(), ("--from", "tcgdex"), ("--from", "wheel")])
def test_offline_nothing_is_fetched(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run(tmp_path, "update", *arguments, offline=True)
    assert result.exit_code == 2
    assert "Offline" in result.stderr
    assert not (tmp_path / "catalogue").exists()


def test_offline_a_file_will_do(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "cards.tar.gz", CARDS)
    assert run(tmp_path, "update", "--from", str(archive), offline=True).exit_code == 0


def test_a_poorer_catalogue_is_refused_unless_it_is_allowed(root: Path, tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "fewer.tar.gz", CARDS[:1])
    refused = run(root, "update", "--from", str(archive))
    assert refused.exit_code != 0
    assert "1 printings instead of 3" in str(refused.exception)
    assert "--allow-smaller" in str(refused.exception)
    assert "3 printings" in run(root, "info").stdout
    allowed = run(root, "update", "--from", str(archive), "--allow-smaller")
    assert "1 printings" in allowed.stdout
