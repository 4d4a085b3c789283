"""Collector numbers: every way they are printed, by the conventions of real sets."""

from __future__ import annotations

import pytest

from cardscanner_gui.core.catalogue import CardSet
from cardscanner_gui.core.types import ASIA, Printing
from cardscanner_gui.games.pokemon.numbers import number_forms, printed_number, printed_totals


def make_set(
    total: int | None = 102,
    *,
    series: str = "Base",
    promo: bool = False,
    codes: tuple[str, ...] = (),
    region: str = "international",
    set_id: str = "x",
) -> CardSet:
    return CardSet(
        set_id,
        {"en": "X"},
        region=region,
        series=series,
        codes=codes,
        printed_total=total,
        promo=promo,
    )


PROMO = make_set(None, promo=True)


def forms(number: str, total: int | None, owner: CardSet) -> tuple[str, ...]:
    return number_forms(Printing(f"x-{number}", {"en": "X"}, "x", {}, number, total), owner)


@pytest.mark.parametrize(
    ("number", "total", "owner", "expected"),
    [
        ("4", 102, make_set(), {"4/102", "004/102"}),
        ("4", 202, make_set(202, series="Sword & Shield"), {"004/202"}),
        ("012", 193, make_set(193), {"012/193"}),
        ("12", 68, make_set(68), {"12/68", "012/068"}),  # sources drop zeros that cards have
        ("50a", 147, make_set(147), {"50A/147", "050A/147"}),
        ("TG03", 30, make_set(30), {"TG03/TG30", "TG3/TG30"}),
        ("GG10", 70, make_set(70), {"GG10/GG70"}),
        ("H01", 32, make_set(147), {"H01/H32", "H1/H32"}),
        ("SV001", 122, make_set(122), {"SV001/SV122", "SV1/SV122"}),
        ("SH4", None, make_set(127), {"SH4"}),
        ("A", 28, make_set(28), {"A/28"}),
        ("ONE", None, make_set(123), {"ONE"}),
        ("SWSH174", None, PROMO, {"SWSH174"}),
        ("BW92", None, PROMO, {"BW92"}),
        ("DP09", None, PROMO, {"DP09", "DP9"}),
        ("XY67a", None, PROMO, {"XY67A"}),
        ("5", None, PROMO, {"5", "005"}),
        ("012", None, make_set(None, promo=True, codes=("SVP",)), {"012", "12", "SVP012"}),
    ],
)
def test_forms_of_international_numbers(
    number: str, total: int | None, owner: CardSet, expected: set[str]
) -> None:
    assert set(forms(number, total, owner)) == expected


def test_asian_promos_print_their_set_after_the_slash() -> None:
    owner = make_set(None, region=ASIA, series="SV", promo=True, set_id="SV-P")
    assert {"012/SV-P", "12/SV-P"} <= set(forms("012", None, owner))


@pytest.mark.parametrize("series", ["PMCG", "neo"])
def test_the_first_japanese_cards_have_no_number(series: str) -> None:
    assert forms("001", 102, make_set(region=ASIA, series=series)) == ()


def test_energy_names_that_stand_for_numbers_are_not_printed() -> None:
    assert forms("GRA", None, make_set(region=ASIA, series="SV")) == ()


def test_a_gallery_inside_a_set_has_its_own_total() -> None:
    numbers = ["1", "2", "RC1", "RC2", "RC3"]
    totals = printed_totals(numbers, make_set(83))
    assert totals == {"1": 83, "2": 83, "RC1": 3, "RC2": 3, "RC3": 3}


def test_a_gallery_that_is_a_set_prints_the_sets_total() -> None:
    assert printed_totals(["TG01", "TG02"], make_set(30)) == {"TG01": 30, "TG02": 30}


def test_shiny_cards_without_a_total_stand_alone() -> None:
    assert printed_totals(["1", "SH1"], make_set(127)) == {"1": 127, "SH1": None}


def test_promos_have_no_total_even_if_the_source_counts_them() -> None:
    assert printed_totals(["BW01"], make_set(101, promo=True)) == {"BW01": None}


def test_young_series_print_three_digits() -> None:
    assert printed_number("12", make_set(series="Sword & Shield")) == "012"
    assert printed_number("12", make_set(series="Sun & Moon")) == "12"
    assert printed_number("TG03", make_set(series="Sword & Shield")) == "TG03"
