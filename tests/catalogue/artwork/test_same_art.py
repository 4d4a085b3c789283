"""Which printings may bear the same picture, by what the catalogue knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardscanner_gui.catalogue.artwork.same_art import CatalogueArt
from cardscanner_gui.games.pokemon import GAME as POKEMON
from tests.catalogue.tcgdex_archive import MEADOW, SetSpec, build_catalogue, card

LATER = SetSpec("sv95", "Long After", "Scarlet & Violet", total=99, released="2029-01-01")
KIT = SetSpec("kit1", "Starter", "Scarlet & Violet", total=30, released="2024-02-01")
CARDS = [
    card("Leafkit", "001", illustrator="Mia Loam", attacks=["Seed Toss", "Nap"]),
    card("Leafkit", "002", illustrator="Mia Loam", attacks=["Gather Dew"]),
    card("Leafkit", "003", illustrator="Bo Reed", attacks=["Seed Toss"]),
    card("Leafkit", "004", illustrator="Bo Reed", attacks=["Seed Toss", "Nap"]),
    card("Leafkit", "005", attacks=["Seed Toss"]),
    card("Leafkit", "006", attacks=["Gather Dew"]),
    card("Twinfin", "007", illustrator="Mia Loam", attacks=["Seed Toss", "Nap"]),
    card("Leafkit", "001", KIT),
    card("Leafkit", "001", LATER),
    card("Leafkit", "002", LATER, illustrator="Mia Loam"),
]


@pytest.fixture(scope="module")
def may_share(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogueArt]:
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), CARDS) as catalogue:
        yield CatalogueArt(catalogue, POKEMON)


@pytest.mark.parametrize(
    ("other", "may"),
    [
        pytest.param(f"{MEADOW.id}-002", True, id="the same artist"),
        pytest.param(f"{MEADOW.id}-003", False, id="another artist"),
        pytest.param(f"{MEADOW.id}-004", True, id="another artist, the same in all else"),
        pytest.param(f"{MEADOW.id}-005", True, id="no artist, the same attack"),
        pytest.param(f"{MEADOW.id}-006", False, id="no artist, another attack"),
        pytest.param(f"{MEADOW.id}-007", False, id="another name"),
        pytest.param("kit1-001", True, id="neither artist nor attacks, of the same time"),
        pytest.param("sv95-001", False, id="neither artist nor attacks, years later"),
        pytest.param("sv95-002", True, id="the same artist, years later"),
    ],
)
def test_who_may_bear_the_picture(may_share: CatalogueArt, other: str, *, may: bool) -> None:
    assert may_share(f"{MEADOW.id}-001", other) is may
    assert may_share(other, f"{MEADOW.id}-001") is may
