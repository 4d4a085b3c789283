"""When points are enough: each key of the rule, contradictions and margins, as data."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from cardscanner_gui.core.rule import Finding, Key, Rule, weigh
from cardscanner_gui.games.pokemon import GAME as POKEMON

NUMBER_AND_NAME = {"number": 12.0, "name": 9.0}


@pytest.mark.parametrize(
    ("points", "agreed"),
    [
        ({"number": 10.0, "name": 6.0}, True),
        ({"number": 9.9, "name": 6.0}, False),
        ({"number": 10.0, "name": 5.9}, False),
        ({"number": 10.0, "name": 1.0, "hp": 3.0, "year": 1.5}, True),
        ({"number": 10.0, "name": 1.0, "hp": 3.0, "year": 1.4}, False),
        ({"number": 10.0, "hp": 3.0, "artist": 3.0}, True),
        ({"number": 10.0, "hp": 3.0, "code": 6.0, "year": 2.5}, False),
        ({"number": 8.0, "name": 6.0, "artist": 3.0}, True),
        ({"number": 7.9, "name": 6.0, "artist": 3.0}, False),
        ({"number": 8.0, "name": 6.0}, False),
        ({"number": 3.0, "name": 6.0, "hp": 4.0, "code": 5.0}, True),
        ({"number": 3.0, "name": 6.0, "hp": 4.0, "code": 4.9}, False),
        ({"number": 2.9, "name": 6.0, "hp": 4.0, "code": 5.0}, False),
        ({"name": 6.0, "hp": 4.0, "attacks": 3.0, "artist": 3.0}, True),
        ({"name": 6.0, "hp": 4.0, "attacks": 3.0, "artist": 2.9}, False),
        ({"hp": 4.0, "code": 6.0, "attacks": 7.0, "artist": 4.0, "year": 2.5}, False),
        ({}, False),
    ],
)
def test_a_key_is_complete_with_its_facts_and_sides(points, agreed):
    assert weigh(points, POKEMON.rule).agreed is agreed


@pytest.mark.parametrize(
    ("besides", "agreed"),
    [
        ({"hp": -4.0}, False),
        ({"hp": -4.0, "artist": 4.0}, False),
        ({"hp": -4.0, "artist": 4.0, "year": 2.5}, True),
        ({"hp": -4.0, "code": -3.0, "artist": 4.0, "year": 2.5}, False),
        ({"hp": -1.9}, True),
        ({"year": -1.5}, True),
        ({"year": -4.0, "hp": 4.0, "artist": 4.0}, False),
    ],
)
def test_a_contradiction_is_outvoted_by_number_name_and_two_sides_only(besides, agreed):
    assert weigh(NUMBER_AND_NAME | besides, POKEMON.rule).agreed is agreed


def test_contradictions_are_named_in_the_rule_s_order():
    verdict = weigh({"artist": -3.0, "number": -5.0, "name": -6.0, "year": -4.0}, POKEMON.rule)
    assert verdict.contradictions == ("number", "name", "artist", "year")


def test_facts_are_named_in_the_keys_order_sides_last():
    points = {"year": 2.5, "hp": 4.0, "name": 9.0, "number": 3.5, "script": -8.0, "evolution": 2.0}
    assert weigh(points, POKEMON.rule).facts == ("number", "name", "hp", "year")


@pytest.mark.parametrize(
    ("number", "margin"),
    [
        (12.0, POKEMON.rule.margin),
        (10.0, POKEMON.rule.margin),
        (8.0, POKEMON.rule.near_margin),
        (3.0, POKEMON.rule.near_margin),
        (2.0, POKEMON.rule.margin),
        (-5.0, POKEMON.rule.margin),
    ],
)
def test_a_number_that_may_be_a_misreading_must_be_further_ahead(number, margin):
    assert weigh({"number": number, "name": 9.0, "hp": 4.0}, POKEMON.rule).margin == margin


def test_a_printing_that_is_one_digit_away_must_be_further_behind():
    rule = POKEMON.rule
    assert rule.margin_over({"number": -2.0, "name": 9.0}, rule.margin) == rule.nearly_margin
    assert rule.margin_over({"number": -2.5, "name": 9.0}, rule.margin) == rule.margin
    assert rule.margin_over({"name": 9.0}, rule.margin) == rule.margin


@pytest.mark.parametrize(
    ("term", "points", "finding"),
    [
        ("number", 12.0, Finding.AGREES),
        ("number", 8.0, Finding.NEAR),
        ("number", 2.0, Finding.SAYS_LITTLE),
        ("number", -5.0, Finding.CONTRADICTS),
        ("name", 6.0, Finding.AGREES),
        ("name", 1.0, Finding.NEAR),
        ("name", 0.5, Finding.SAYS_LITTLE),
        ("artist", 3.0, Finding.AGREES),
        ("artist", 1.0, Finding.SAYS_LITTLE),
        ("script", -8.0, Finding.CONTRADICTS),
        ("evolution", 2.0, Finding.SAYS_LITTLE),
        ("a term of tomorrow", 9.0, Finding.SAYS_LITTLE),
    ],
)
def test_points_come_to_what_the_rule_makes_of_them(term, points, finding):
    assert POKEMON.rule.finding(term, points) is finding


def test_another_game_s_rule_asks_for_what_it_likes():
    rule = Rule((Key({"artwork": 14.0}), Key({"artwork": 9.0}, sides=1)), {"cost": 2.0}, margin=3.0)
    assert weigh({"artwork": 14.0}, rule).agreed
    assert weigh({"artwork": 14.0}, rule).margin == 3.0
    assert not weigh({"artwork": 9.0}, rule).agreed
    assert weigh({"artwork": 9.0, "cost": 2.0}, rule).agreed
    assert weigh({"artwork": 9.0, "cost": 2.0}, rule).margin == rule.near_margin


def test_the_rule_asks_only_for_terms_that_there_are():
    names = {term.name for term in POKEMON.terms()}
    assert len(names) == len(POKEMON.terms())
    assert {*POKEMON.rule.least, *POKEMON.rule.contradictions} <= names


def test_a_rule_is_never_changed():
    with pytest.raises(FrozenInstanceError):
        POKEMON.rule.margin = 0.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        POKEMON.rule.sides["hp"] = 0.0  # type: ignore[index]
    with pytest.raises(TypeError):
        POKEMON.rule.keys[0].facts["number"] = 0.0  # type: ignore[index]
