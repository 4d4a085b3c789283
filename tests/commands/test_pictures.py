"""`cardscanner catalogue pictures` as a user types it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cardscanner_gui.builder import PICTURES_VARIABLE, Builder
from cardscanner_gui.catalogue.pictures.opening import open_index
from cardscanner_gui.commands.catalogue import catalogue
from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.settings import Settings
from tests.catalogue.pictures.asset_server import Answer, AssetServer, drawn, serving
from tests.catalogue.tcgdex_archive import HARBOUR, build_catalogue, card

CARDS = [card("Leafkit", "012"), card("Harborlin", "013"), card("Old One", "4", HARBOUR)]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    build_catalogue(folder, CARDS).close()
    return folder


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[AssetServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as served:
        served.pictures = {
            "en/scarlet & violet/sv90/012": drawn(1),
            "en/scarlet & violet/sv90/013": drawn(2),
            "en/base/base90/4": drawn(3),
        }
        monkeypatch.setenv(PICTURES_VARIABLE, served.url)
        yield served


@pytest.fixture
def run(tmp_path: Path, built: Path):
    def run(*arguments: object, answer: str = "", offline: bool = False, desk: str = "a") -> Result:
        paths, settings = DataPaths(tmp_path / desk), Settings()
        paths.root.mkdir(exist_ok=True)
        if not paths.catalogue.exists():
            paths.catalogue.symlink_to(built)
        context = CommandContext(paths, settings, Builder(paths, settings), offline)
        texts = ["pictures", *map(str, arguments)]
        return CliRunner().invoke(catalogue, texts, input=answer, obj=context)

    return run


def test_size_and_time_are_said_and_nothing_is_fetched_without_a_yes(run, server) -> None:
    result = run("--all", answer="n\n")
    assert "3 small pictures of 2 sets from 127.0.0.1" in result.stderr
    assert "at three a second" in result.stderr
    assert "Only fingerprints of 64 bytes are kept" in result.stderr
    assert result.exit_code == 1
    assert server.asked == []


def test_a_yes_fetches(run, server, tmp_path) -> None:
    result = run("--all", answer="y\n")
    assert result.exit_code == 0, result.output
    assert result.stdout == "3 printings have a fingerprint (3 new).\n"
    index = open_index(tmp_path / "a" / "artwork")
    assert index is not None
    assert index.printings == {"sv90-012", "sv90-013", "base90-4"}
    assert "3 were there" in run("--all").stdout


def test_sets_by_code_for_those_who_agree_beforehand(run, server) -> None:
    assert "2 new" in run("--sets", "mdt", "--yes").stdout
    assert len(server.asked) == 2


def test_fingerprints_go_to_a_second_desk_without_internet(run, server, tmp_path) -> None:
    file = tmp_path / "for the other desk.index"
    assert run("--all", "--yes", "--export", file).exit_code == 0
    server.asked.clear()
    result = run("--from", file, desk="b", offline=True)
    assert "3 new" in result.stdout
    assert server.asked == []
    first, second = (open_index(tmp_path / desk / "artwork") for desk in "ab")
    assert first is not None
    assert second is not None
    assert first.printings == second.printings


def test_what_was_refused_is_said_once_and_apart(run, server) -> None:
    server.pictures["en/scarlet & violet/sv90/012"] = b"broken"
    result = run("--all", "--yes")
    assert "refused 1: it is cut off or no picture (sv90-012)" in result.stderr
    assert "2 new" in result.stdout


def test_a_server_that_wants_a_pause_ends_in_one_line_and_keeps_the_rest(run, server) -> None:
    def before(path: str) -> None:
        if path.startswith("en/base/"):
            raise Answer(429, headers={"Retry-After": "7200"})

    server.before = before
    result = run("--all", "--yes")
    assert "2 new" in result.stdout
    assert isinstance(result.exception, CatalogueError)
    assert "come back in 120 minutes" in str(result.exception)


@pytest.mark.parametrize(
    "arguments", [(), ("--all", "--from", "x"), ("--lang", "en")], ids=["none", "both", "lang"]
)
def test_what_to_fetch_must_be_said(run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_offline_nothing_is_fetched(run, server) -> None:
    result = run("--all", "--yes", offline=True)
    assert result.exit_code == 2
    assert "Offline" in result.stderr
    assert server.asked == []


def test_nothing_to_export_is_said(run, tmp_path) -> None:
    result = run("--export", tmp_path / "file")
    assert isinstance(result.exception, CatalogueError)
    assert not (tmp_path / "file").exists()
