"""Which answer a reading gets from a small catalogue of invented cards, and which it must not."""

from __future__ import annotations

import pytest

from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.types import Box, Match, Status, TextLine
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.fields import parse
from tests.catalogue.tcgdex_archive import HARBOUR, LANTERN, SetSpec, build_catalogue, card

REPRINT = SetSpec(
    "sv91", "Far Shore", "Scarlet & Violet", total=193, code="FSH", released="2024-05-24"
)
PROMOS = SetSpec("swshp90", "Glow Promos", "Sword & Shield", total=0, code="PR-GL")

CARDS = [
    card("Leafkit", "012", attacks=("Gather Dew", "Seed Toss"), illustrator="Mia Loam"),
    card("Leafkit", "171", attacks=("Gather Dew", "Seed Toss"), illustrator="Otto Brandt"),
    card("Leafkit ex", "045", hp=210, attacks=("Thorn Waltz",)),
    card("Leafkit", "012", REPRINT, hp=70, attacks=("Dig In",)),
    card("Cinderpup", "23", HARBOUR, hp=50, attacks=("Hot Paws",), illustrator="Ben Orrin"),
    card("Cinderpup", "SWSH174", PROMOS, hp=110, attacks=("Ember Dash",)),
    card({"ja": "リーフット"}, "030", LANTERN, hp=60, attacks=({"ja": "つゆあつめ"},)),
    card("Harbour Bell", "88", HARBOUR, hp=None, category="Trainer", stage=None),
    card("Twinfin", "050", attacks=("Splash Song",)),
    card("Twinfin", "150", attacks=("Splash Song",)),
]


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), CARDS) as catalogue:
        yield Matcher(catalogue, POKEMON)


def read(
    name: str = "", number: str = "", hp: str = "", body: tuple[str, ...] = (), bottom: str = ""
) -> list[TextLine]:
    """Lines where a card has them."""
    places = [
        (name, Box(0.15, 0.03, 0.6, 0.08)),
        (hp, Box(0.7, 0.035, 0.9, 0.07)),
        (number, Box(0.05, 0.94, 0.3, 0.96)),
        (bottom, Box(0.05, 0.91, 0.4, 0.93)),
        *((text, Box(0.2, 0.5 + i / 20, 0.6, 0.53 + i / 20)) for i, text in enumerate(body)),
    ]
    return [TextLine(text, 0.99, box) for text, box in places if text]


def match(matcher: Matcher, *lines: TextLine) -> Match:
    return matcher.match(parse(lines, "ocr"))


def identified(answer: Match) -> str:
    assert answer.status is Status.IDENTIFIED, answer.reason
    assert answer.printing is not None
    return answer.printing.id


def test_number_and_name_name_the_printing(matcher):
    answer = match(matcher, *read("Leafkit", "171/193"))
    assert identified(answer) == "sv90-171"
    assert answer.reason == "number 171/193 and name agree"


def test_the_same_number_in_another_set_needs_one_more_fact(matcher):
    """Leafkit 012/193 exists twice: in 60 and in 70 HP."""
    doubtful = match(matcher, *read("Leafkit", "012/193"))
    assert doubtful.status is Status.UNSURE
    assert {c.printing.id for c in doubtful.candidates[:2]} == {"sv90-012", "sv91-012"}
    assert "2 printings fit" in doubtful.reason
    assert identified(match(matcher, *read("Leafkit", "012/193", hp="70"))) == "sv91-012"
    assert identified(match(matcher, *read("Leafkit", "FSH EN 012/193"))) == "sv91-012"


def test_a_name_alone_is_never_an_answer(matcher):
    answer = match(matcher, *read("Cinderpup"))
    assert answer.status is Status.UNSURE
    assert answer.printing is None
    assert answer.candidates


def test_a_number_alone_is_never_an_answer(matcher):
    assert match(matcher, *read(number="23/102")).status is not Status.IDENTIFIED


def test_a_number_against_another_name_is_refused(matcher):
    answer = match(matcher, *read("Harbour Bell", "23/102"))
    assert answer.status is not Status.IDENTIFIED


def test_a_misread_digit_is_forgiven_when_name_and_hp_agree(matcher):
    assert identified(match(matcher, *read("Cinderpup", "23/182", hp="50"))) == "base90-23"


def test_a_misread_letter_in_the_name_is_forgiven(matcher):
    assert identified(match(matcher, *read("Cinderpvp", "23/102", hp="50"))) == "base90-23"


def test_an_unread_suffix_does_not_lead_to_the_plain_card(matcher):
    assert identified(match(matcher, *read("Leafkit", "045/193", hp="210"))) == "sv90-045"


def test_promo_numbers(matcher):
    assert identified(match(matcher, *read("Cinderpup", "SWSH174", hp="110"))) == "swshp90-SWSH174"


def test_a_trainer_has_no_hp(matcher):
    assert identified(match(matcher, *read("Harbour Bell", "88/102"))) == "base90-88"


def test_japanese_cards_are_told_by_their_script(matcher):
    answer = match(matcher, *read("リーフット", "030/071", hp="60", body=("つゆあつめ",)))
    assert identified(answer) == "SV90K-030"


def test_printings_that_differ_by_art_only_are_left_to_the_user(matcher):
    body = ("Splash Song", "a", "b", "c")
    answer = match(matcher, *read("Twinfin", "", hp="60", body=body))
    assert answer.status is Status.UNSURE
    assert {c.printing.number for c in answer.candidates[:2]} == {"050", "150"}


def test_without_a_number_the_artist_and_attacks_may_decide(matcher):
    body = ("Gather Dew", "Seed Toss", "some text", "more text")
    lines = read("Leafkit", hp="60", body=body, bottom="Illus. Otto Brandt")
    assert identified(match(matcher, *lines)) == "sv90-171"


@pytest.mark.parametrize(
    "lines",
    [
        (),
        read("Dig Through Time", "050/254"),
        read("Invoice", "4711", body=("Dear customer", "please pay", "until Monday", "thank you")),
    ],
    ids=["nothing", "another game", "a letter"],
)
def test_what_is_no_card_gets_no_answer(matcher, lines):
    assert match(matcher, *lines).status is not Status.IDENTIFIED


def test_candidates_are_in_order_and_carry_their_evidence(matcher):
    answer = match(matcher, *read("Leafkit", "012/193", hp="60"))
    points = [c.points for c in answer.candidates]
    assert points == sorted(points, reverse=True)
    assert answer.candidates[0].evidence["hp"] > 0
    assert all(0 <= c.score < 1 for c in answer.candidates)
