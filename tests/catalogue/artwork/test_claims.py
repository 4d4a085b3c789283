"""When a picture that looks like the card is called its picture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardscanner_gui.catalogue.artwork.claims import is_its_picture
from cardscanner_gui.catalogue.artwork.index import Likeness, Resemblance
from cardscanner_gui.catalogue.artwork.same_art import CatalogueArt
from cardscanner_gui.core.look import SHORT_SIDE, SIDE
from cardscanner_gui.games.pokemon import GAME as POKEMON
from tests.catalogue.tcgdex_archive import build_catalogue, card


@pytest.fixture(scope="module")
def art(tmp_path_factory) -> Iterator[CatalogueArt]:
    cards = [card("Leafkit", "001"), card("Grass Energy", "002", hp=None, category="Energy")]
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), cards) as catalogue:
        yield CatalogueArt(catalogue, POKEMON)


def like(
    score: float, second: float, printing: str = "sv90-001", side: int = SIDE, cut: bool = False
) -> Resemblance:
    return Resemblance(
        (Likeness((printing,), score), Likeness(("sv90-009",), second)), side=side, cut=cut
    )


@pytest.mark.parametrize(
    ("found", "claimed"),
    [
        (like(0.46, 0.29), True),
        (like(0.44, 0.10), False),
        (like(0.70, 0.55), False),
        (like(0.60, 0.30, side=SHORT_SIDE), False),
        (like(0.50, 0.20, cut=True), False),
        (like(0.60, 0.30, cut=True), True),
        (Resemblance(), False),
    ],
)
def test_among_everything_it_must_stand_out(
    art: CatalogueArt, found: Resemblance, claimed: bool
) -> None:
    assert is_its_picture(found, art) == claimed


def test_an_energy_card_isnt_told_by_its_picture(art: CatalogueArt) -> None:
    found = like(0.9, 0.2, "sv90-002")
    assert not is_its_picture(found, art)
    assert is_its_picture(found, art, overall=found)


def test_less_will_do_among_the_printings_of_a_name_of_which_none_is_missing(
    art: CatalogueArt,
) -> None:
    found = like(0.40, 0.30)
    crowded = like(0.40, 0.38)
    assert is_its_picture(found, art, overall=crowded, complete=True)
    assert not is_its_picture(found, art, overall=crowded)
    assert not is_its_picture(found, art)


def test_a_far_better_picture_of_another_name_speaks_against_the_name(art: CatalogueArt) -> None:
    found = like(0.50, 0.20)
    assert not is_its_picture(found, art, overall=like(0.56, 0.50, "sv90-007"), complete=True)
    assert is_its_picture(found, art, overall=like(0.54, 0.50, "sv90-007"), complete=True)


def test_the_first_of_everything_needs_less_where_it_bears_the_name_that_was_read(
    art: CatalogueArt,
) -> None:
    first = like(0.36, 0.25)
    assert is_its_picture(first, art, overall=first)
    assert not is_its_picture(first, art)
    barely = like(0.36, 0.30)
    assert not is_its_picture(barely, art, overall=barely)
    low = like(0.30, 0.10)
    assert not is_its_picture(low, art, overall=low)
    another_is_first = like(0.37, 0.25, "sv90-007")
    assert not is_its_picture(first, art, overall=another_is_first)


def test_a_cut_card_of_an_incomplete_name_must_stand_out_among_everything(
    art: CatalogueArt,
) -> None:
    among = like(0.50, 0.30, cut=True)
    crowded = like(0.50, 0.45, cut=True)
    assert is_its_picture(among, art, overall=crowded, complete=True)
    assert not is_its_picture(among, art, overall=crowded)
    assert is_its_picture(among, art, overall=among)
