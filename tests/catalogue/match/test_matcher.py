"""Which answer a reading gets from a small catalogue of invented cards, and which it must not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.types import Box, Field, Match, Status, TextLine
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.fields import parse
from tests.catalogue.tcgdex_archive import HARBOUR, LANTERN, SetSpec, build_catalogue, card

REPRINT = SetSpec(
    "sv91", "Far Shore", "Scarlet & Violet", total=193, code="FSH", released="2024-05-24"
)
PROMOS = SetSpec("swshp90", "Glow Promos", "Sword & Shield", total=0, code="PR-GL")
SOUTH = SetSpec("base91", "South", "Base", total=102, code="SO", released="1999-06-01")

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
    card("Harbour Bell", "011", REPRINT, hp=None, category="Trainer", stage=None),
    card("Harbour Bell", "014", hp=None, category="Trainer", stage=None),
    card("Glimmerwing", "SH4", HARBOUR, hp=80, attacks=("Dusk Glide",), illustrator="Ina Voss"),
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


@pytest.mark.parametrize("number", ["23/182", "28/102", "23/999", "171/193", "SWSH175"])
def test_a_number_that_is_not_the_printing_s_is_asked_about(matcher, number):
    """A misread digit looks like an altered card, and like one that the catalogue lacks."""
    answer = match(matcher, *read("Cinderpup", number, hp="50", bottom="Illus. Ben Orrin"))
    assert answer.status is Status.UNSURE
    assert answer.candidates[0].printing.id == "base90-23"
    assert answer.reason == (
        f"read {number}; the number on the card isn't this printing's: proxy, misprint or misread?"
    )


def test_a_letter_may_stand_for_either_of_two_printings(matcher):
    """01I is 011 with a letter for a digit, or 014 misread; both sets have 193 cards."""
    answer = match(matcher, *read("Harbour Bell", "01I/193"))
    assert answer.status is Status.UNSURE
    assert {c.printing.id for c in answer.candidates[:2]} == {"sv91-011", "sv90-014"}


@pytest.mark.parametrize("number", ["SH9", "SH14", "AR4"])
def test_the_number_of_a_subset_contradicts_as_any_other(matcher, number):
    """It has no total, and all else on the card agrees."""
    facts = {"hp": "80", "body": ("Dusk Glide",), "bottom": "Illus. Ina Voss"}
    answer = match(matcher, *read("Glimmerwing", number, **facts))
    assert answer.status is Status.UNSURE
    assert "the number on the card isn't this printing's" in answer.reason
    assert identified(match(matcher, *read("Glimmerwing", "SH4", **facts))) == "base90-SH4"


def test_the_picture_may_say_that_a_digit_was_misread(matcher):
    reading = parse(read("Cinderpup", "23/182", hp="50"), "ocr")
    checked = replace(reading, checked_numbers=(Field("23/102", 0.9),))
    assert identified(matcher.match(checked)) == "base90-23"


def test_letters_for_digits_are_forgiven_and_told(matcher):
    answer = match(matcher, *read("Twinfin", "O50/193", hp="60"))
    assert identified(answer) == "sv90-050"
    assert "(read O50/193)" in answer.reason


@pytest.mark.parametrize("number", ["8/2", "23/1"])
def test_what_is_left_of_a_number_contradicts_nothing_where_it_is_hardly_legible(matcher, number):
    lines = read("Cinderpup", number, hp="50")
    hardly = [replace(line, confidence=0.3) if line.text == number else line for line in lines]
    clear, blurred = (matcher.match(parse(seen, "ocr")) for seen in (lines, hardly))
    assert "the number on the card isn't this printing's" in clear.reason
    assert blurred.reason == "only name and HP could be read"


@pytest.mark.parametrize(
    "lines",
    [read("Twinfin", "50/193", hp="60"), read("Twinfin", "50/193"), read("", "50/193", hp="60")],
    ids=["read", "no HP", "no name"],
)
def test_a_number_that_lost_its_first_digit_is_not_the_padded_one(matcher, lines):
    """50/193 is what is left of 150/193 as well as of 050/193."""
    assert match(matcher, *lines).status is not Status.IDENTIFIED


def test_number_code_and_year_are_the_whole_set_s(matcher):
    lines = read("", "MDT EN 050/193", bottom="©2023 Publisher")
    assert match(matcher, *lines).status is not Status.IDENTIFIED


def test_a_later_copyright_year_is_not_outvoted(matcher):
    lines = read("Cinderpup", "23/102", hp="50", bottom="©2021 Publisher")
    answer = match(matcher, *lines)
    assert answer.status is Status.UNSURE
    assert "year" in answer.reason


def test_a_reprint_whose_entry_lacks_facts_does_not_lose_to_its_original(tmp_path_factory):
    poor = card("Oldling", "7", SOUTH, hp=None, attacks=(), illustrator=None)
    rich = card("Oldling", "7", HARBOUR, hp=40, attacks=("Root Hug",), illustrator="Ben Orrin")
    with build_catalogue(tmp_path_factory.mktemp("reprints"), [rich, poor]) as catalogue:
        lines = read("Oldling", "7/102", "40", ("Root Hug", "a", "b", "c"), "Illus. Ben Orrin")
        answer = Matcher(catalogue, POKEMON).match(parse(lines, "ocr"))
    assert answer.status is Status.UNSURE
    assert answer.reason == "2 printings fit"


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
