"""What the label of a graded card's case may settle, and what it may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.types import Field, Match
from cardscanner_gui.recognition.judge import NO_TEXT
from cardscanner_gui.recognition.slab import named_by_label, offered_by_label
from tests.catalogue.match.read import reading
from tests.catalogue.tcgdex_archive import SetSpec, build_catalogue, card
from tests.judging import judge_of

GALLERY = SetSpec("sv90tg", "Meadow Tales Trainer Gallery", "Scarlet & Violet", total=30)
FAR = SetSpec("sv95tg", "Far Shore Trainer Gallery", "Scarlet & Violet", total=30)
CARDS = [
    *(card("Leafkit", f"{number:03}", hp=60) for number in range(1, 30)),
    card("Leafkit", "TG03", GALLERY, hp=60),
    card("Leafkit", "TG07", GALLERY, hp=60),
    card("Leafkit", "TG07", FAR, hp=60),
    card("Twinfin", "TG04", GALLERY, hp=60),
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), CARDS) as opened:
        yield opened


def heard(catalogue: Catalogue, label: str, **read: str) -> Match:
    """What a card of which this was read is called with this label above it."""
    judge, card_says = judge_of(catalogue), reading(**{"name": "Leafkit", "hp": "60", **read})
    match = judge.match(card_says)
    assert match.printing is None
    return named_by_label(match, card_says, Field(label, 0.95), judge)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("2023 POKEMON SV MEADOW TALES LEAFKIT #012 MINT 9", "sv90-012"),
        ("2023 POKEMON SV FA/LEAFKIT #TG03 MINT 9", "sv90tg-TG03"),
        pytest.param("2023 MEADOW TALES LEAFKIT GEM MINT 10", None, id="a grade, no number"),
        pytest.param("2023 MEADOW TALES LEAFKIT 012/193 CGC 9", "sv90-012", id="with its total"),
        pytest.param("2021 POKEMON SV FA/LEAFKIT #TG03 MINT 9", None, id="another year"),
        pytest.param("2023 POKEMON SV FA/LEAFKIT #TG07 MINT 9", None, id="a number of two sets"),
        pytest.param("2023 POKEMON SV LEAFKIT #012 MINT 9", None, id="a number of every set"),
        pytest.param("2023 POKEMON SV FA/TWINFIN #TG04 MINT 9", None, id="another card's label"),
    ],
)
def test_what_a_label_settles(catalogue: Catalogue, label: str, expected: str | None) -> None:
    printing = heard(catalogue, label).printing
    assert (printing.id if printing else None) == expected


def test_what_the_card_says_against_it_counts(catalogue: Catalogue) -> None:
    told = heard(catalogue, "2023 POKEMON SV FA/LEAFKIT #TG03 MINT 9", hp="150")
    assert told.printing is None


def test_a_card_that_can_not_be_read_is_offered_what_its_label_says(catalogue: Catalogue) -> None:
    label = Field("2023 POKEMON SV FA/LEAFKIT #TG07 MINT 9", 0.95)
    offered = offered_by_label(NO_TEXT, label, judge_of(catalogue))
    assert offered.printing is None
    assert offered.reason == "only the slab's label could be read"
    assert {one.printing.id for one in offered.candidates} == {"sv90tg-TG07", "sv95tg-TG07"}
    assert all(one.score > 0.5 for one in offered.candidates)
