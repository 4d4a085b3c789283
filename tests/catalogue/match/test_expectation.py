"""What probably comes next only orders candidates that are equally likely."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.types import Field, Printing, Reading, Status
from cardscanner_gui.games.pokemon import GAME as POKEMON
from tests.catalogue.tcgdex_archive import HARBOUR, MEADOW, build_catalogue, card


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory) -> Iterator[Catalogue]:
    cards = [card(f"Filler {n}", f"{n:03d}") for n in range(20, 30)]
    cards += [
        card("Leafkit", "012"),
        card("Leafcat", "013", evolveFrom={"en": "Leafkit"}),
        card("Twinfin", "050", hp=90),
        card("Twinfin", "051", hp=90),
        card("Twinfin", "050", HARBOUR, hp=90),
    ]
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), cards) as built:
        yield built


def printing(catalogue: Catalogue, id_: str) -> Printing:
    found = catalogue.printing(id_)
    assert found is not None
    return found


def test_the_next_numbers_of_the_set_are_likeliest(catalogue):
    matcher = Matcher(catalogue, POKEMON)
    after = [printing(catalogue, f"{MEADOW.id}-{n:03d}") for n in (20, 21)]
    assert matcher.expect(after)[:3] == ("sv90-022", "sv90-023", "sv90-024")


def test_a_pile_that_runs_backwards_is_followed_backwards(catalogue):
    matcher = Matcher(catalogue, POKEMON)
    after = [printing(catalogue, f"{MEADOW.id}-{n:03d}") for n in (28, 27)]
    assert matcher.expect(after)[:2] == ("sv90-026", "sv90-025")


def test_an_evolution_is_likely_whatever_its_number(catalogue):
    matcher = Matcher(catalogue, POKEMON)
    assert "sv90-012" in matcher.expect([printing(catalogue, "sv90-013")])
    assert "sv90-013" in matcher.expect([printing(catalogue, "sv90-012")])


def test_nothing_is_expected_before_the_first_card(catalogue):
    assert Matcher(catalogue, POKEMON).expect([]) == ()


@pytest.mark.parametrize("expected", ["sv90-050", "sv90-051", "base90-050"])
def test_among_equals_the_expected_printing_comes_first_and_is_still_no_answer(catalogue, expected):
    matcher = Matcher(catalogue, POKEMON)
    twinfin = Reading(
        "ocr",
        fields={"name": (Field("Twinfin", 1.0),), "hp": (Field("90", 1.0),)},
    )
    ids = [c.printing.id for c in matcher.match(twinfin).candidates]
    assert set(ids[:3]) == {"sv90-050", "sv90-051", "base90-050"}
    near = {"sv90-050": "sv90-029", "sv90-051": "sv90-050", "base90-050": "base90-050"}[expected]
    matcher.expect([printing(catalogue, near)])
    match = matcher.match(twinfin)
    assert match.candidates[0].printing.id == expected
    assert match.status is Status.UNSURE
    assert match.margin == 0


def test_evidence_beats_what_was_expected(catalogue):
    matcher = Matcher(catalogue, POKEMON)
    matcher.expect([printing(catalogue, "base90-050")])
    read = Reading(
        "ocr",
        fields={
            "name": (Field("Twinfin", 1.0),),
            "hp": (Field("90", 1.0),),
            "number": (Field("051/193", 1.0),),
        },
    )
    match = matcher.match(read)
    assert match.status is Status.IDENTIFIED
    assert match.printing is not None
    assert match.printing.id == "sv90-051"
