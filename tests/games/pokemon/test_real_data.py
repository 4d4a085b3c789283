"""The real TCGdex archive, where a developer has it: counts, and cards everybody knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.local import local_source

ARCHIVE = "catalogue/tcgdex-cards-database-2026-08-21.tar.gz"


@pytest.fixture(scope="module")
def catalogue(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("real")
    source = local_source(shared_dir / ARCHIVE)
    update_catalogue(folder, POKEMON, source, lambda *_: None, CancelToken())
    with Catalogue.open(folder) as opened:
        yield opened


def test_everything_but_the_digital_game_is_there(catalogue: Catalogue) -> None:
    info = catalogue.info()
    assert (info.printings, info.sets) == (39_374, 374)
    assert info.skipped == (
        "data/Scarlet & Violet/SVP Black Star Promos/213.ts",
        "data/Trainer kits/DP trainer Kit (Lucario)/10.ts",
    )
    assert info.path.stat().st_size < 60e6
    assert catalogue.keys_by_set_name("genetic") == []  # Genetic Apex is a set of the phone game
    rows = catalogue.rows(range(1, info.printings + 1))
    assert sum(row.region == "asia" for row in rows) == 18_217


def test_asian_cards_without_a_japanese_name_are_rare(catalogue: Catalogue) -> None:
    printings = catalogue.printings(range(1, catalogue.info().printings + 1))
    pokemon = [p for p in printings if p.region == "asia" and p.facts.get("category") == "Pokemon"]
    assert sum("ja" in p.names for p in pokemon) / len(pokemon) > 0.9


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("012/193", {"Sprigatito"}),
        ("170/165", {"Squirtle"}),
        ("4/102", {"Charizard"}),
        ("SWSH174", {"Espeon"}),
        ("BW92", {"Espeon"}),
        ("DP09", {"Torterra LV.X"}),
        ("SVP012", {"Dondozo"}),
        ("TG03/TG30", {"Octillery", "Kingdra", "Charizard", "Flaaffy"}),
        ("GG10/GG70", {"Mew"}),
        ("H12/H32", {"Jolteon"}),
        ("RC5/RC32", {"Charizard"}),
        ("SV12/SV94", {"Frogadier"}),
        ("SH4", {"Lotad"}),
        ("074/071", {"ライチュウ"}),
    ],
)
def test_numbers_as_people_see_them(catalogue: Catalogue, form: str, names: set[str]) -> None:
    printings = catalogue.printings(catalogue.keys_by_number(form))
    assert names <= {printing.name for printing in printings}


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("PAL 12", "sv02-012"),
        ("sprigatito pal", "sv02-012"),
        ("Sprigattito Paldea Evolved 012", "sv02-012"),
        ("012/193", "sv02-012"),
        ("SWSH174", "swshp-SWSH174"),
        ("raichu ライチュウ 074/071", "SV2D-074"),
    ],
)
def test_search_as_people_type(catalogue: Catalogue, typed: str, first: str) -> None:
    assert catalogue.search(typed)[0].id == first


def test_reprints_stand_beside_their_originals(catalogue: Catalogue) -> None:
    found = [printing.id for printing in catalogue.search("charizard 4/102")]
    assert set(found[:2]) == {"base1-4", "cel25cc-CC002"}
