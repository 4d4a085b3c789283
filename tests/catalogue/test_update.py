"""An update takes the old catalogue's place in one step, or not at all."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, CatalogueError
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.local import local_source
from tests.catalogue.tcgdex_archive import MEADOW, build_catalogue, card, write_archive

REPOSITORY = Path(__file__).parents[2]


def quiet(*_: object) -> None:
    """No progress wanted."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue folder with a catalogue that holds one card, Oldkit."""
    build_catalogue(tmp_path / "catalogue", [card("Oldkit", "001")]).close()
    (tmp_path / "catalogue" / "cards.tar.gz").unlink()
    return tmp_path / "catalogue"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with one other card, Leafkit."""
    return write_archive(tmp_path / "new.tar.gz", [card("Leafkit", "012")])


def names_in(folder: Path) -> list[str]:
    with Catalogue.open(folder) as catalogue:
        return [p.name for p in catalogue.set_printings(MEADOW.id)]


def test_the_folder_is_made_for_the_first_catalogue(tmp_path: Path, archive: Path) -> None:
    folder = tmp_path / "not" / "there" / "yet"
    with pytest.raises(CatalogueError, match="no catalogue yet"):
        Catalogue.open(folder)
    update_catalogue(folder, POKEMON, local_source(archive), quiet, CancelToken())
    assert names_in(folder) == ["Leafkit"]


def test_an_open_catalogue_goes_on_while_another_takes_its_place(
    folder: Path, archive: Path
) -> None:
    with Catalogue.open(folder) as old:
        update_catalogue(folder, POKEMON, local_source(archive), quiet, CancelToken())
        found: list[str] = []
        # A thread that comes only now must find it too.
        reader = threading.Thread(target=lambda: found.extend(p.name for p in old.printings([1])))
        reader.start()
        reader.join()
        assert found == ["Oldkit"]
        assert names_in(folder) == ["Leafkit"]
        assert len(list(folder.iterdir())) == 2
    update_catalogue(folder, POKEMON, local_source(archive), quiet, CancelToken())
    assert len(list(folder.iterdir())) == 1


def test_cancelling_while_building_leaves_the_old_one(folder: Path, archive: Path) -> None:
    token = CancelToken()

    def cancel_when_building(words: str, _: float | None) -> None:
        if words.startswith("Building"):
            token.cancel()

    with pytest.raises(CancelledError):
        update_catalogue(folder, POKEMON, local_source(archive), cancel_when_building, token)
    assert names_in(folder) == ["Oldkit"]
    assert len(list(folder.iterdir())) == 1


@pytest.fixture
def midway(folder: Path, archive: Path) -> Iterator[subprocess.Popen[str]]:
    """A child process in the middle of building."""
    command = [sys.executable, "-m", "tests.catalogue.slow_build", str(folder), str(archive)]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "midway\n"
        yield child
        child.kill()


def test_killed_while_building_the_old_one_stays_and_leftovers_go(
    folder: Path, archive: Path, midway: subprocess.Popen[str]
) -> None:
    assert len(list(folder.iterdir())) == 2  # the old one, and what is being built
    midway.kill()
    midway.wait()
    assert names_in(folder) == ["Oldkit"]
    update_catalogue(folder, POKEMON, local_source(archive), quiet, CancelToken())
    assert names_in(folder) == ["Leafkit"]
    assert len(list(folder.iterdir())) == 1


def test_two_updates_at_once_both_end_well(
    folder: Path, archive: Path, midway: subprocess.Popen[str]
) -> None:
    update_catalogue(folder, POKEMON, local_source(archive), quiet, CancelToken())
    assert names_in(folder) == ["Leafkit"]
    out, _ = midway.communicate("go on\n")
    assert midway.returncode == 0
    assert names_in(folder) == ["Leafkit"]
    assert [path.name for path in folder.iterdir()] == [out.strip()]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on file sizes there")
def test_a_full_disk_is_one_line_and_the_old_one_stays(folder: Path, tmp_path: Path) -> None:
    cards = [card(f"Kit{n}", f"{n:03d}", attacks=[f"Blow {n}"]) for n in range(300)]
    archive = write_archive(tmp_path / "many.tar.gz", cards)
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "from tests.catalogue.slow_build import *\n"
        "from cardscanner_gui.core.errors import CatalogueError\n"
        "try: main()\n"
        "except CatalogueError as error: print('said:', error)\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(archive)],
        cwd=REPOSITORY,
        input="\n",
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in child.stdout.splitlines() if line.startswith("said:")]
    assert len(said) == 1, child.stdout + child.stderr
    assert str(folder) in said[0]
    assert names_in(folder) == ["Oldkit"]
    assert len(list(folder.iterdir())) == 1


def test_a_folder_that_is_a_file_is_one_line(tmp_path: Path, archive: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("not a folder")
    with pytest.raises(CatalogueError, match="blocked"):
        update_catalogue(blocked, POKEMON, local_source(archive), quiet, CancelToken())


def test_a_catalogue_from_elsewhere_can_be_taken_over(tmp_path: Path, folder: Path) -> None:
    (built,) = folder.iterdir()
    elsewhere = tmp_path / "second"
    info = update_catalogue(elsewhere, POKEMON, local_source(built), quiet, CancelToken())
    assert (info.source, info.version) == ("TCGdex", "2023-11-14")
    with Catalogue.open(folder) as one, Catalogue.open(elsewhere) as other:
        assert one.printings([1]) == other.printings([1])
        assert one.rows([1]) == other.rows([1])
