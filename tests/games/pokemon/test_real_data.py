"""The real archives, where a developer has them: counts, and cards everybody knows."""

from __future__ import annotations

import re

import pytest

from cardscanner_gui.catalogue.database import Catalogue

KANA_OR_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def test_everything_but_the_digital_game_is_there(real_catalogue: Catalogue) -> None:
    info = real_catalogue.info()
    assert (info.printings, info.sets) == (51_851, 605)
    assert info.skipped == (
        "data/Scarlet & Violet/SVP Black Star Promos/213.ts",
        "data/Trainer kits/DP trainer Kit (Lucario)/10.ts",
        "特典卡 劍&盾 (a set without a code)",
    )
    assert info.path.stat().st_size < 60e6
    assert (
        real_catalogue.keys_by_set_name("genetic") == []
    )  # Genetic Apex is a set of the phone game
    rows = real_catalogue.rows(range(1, info.printings + 1))
    assert sum(row.region == "asia" for row in rows) == 30_694


def test_asian_cards_without_a_japanese_name_are_rare(real_catalogue: Catalogue) -> None:
    printings = real_catalogue.printings(range(1, real_catalogue.info().printings + 1))
    pokemon = [p for p in printings if p.region == "asia" and p.facts.get("category") == "Pokemon"]
    assert sum("ja" in p.names for p in pokemon) / len(pokemon) > 0.9


def test_sets_that_tcgdex_lacks_of_japan_are_there(real_catalogue: Catalogue) -> None:
    series = {card_set.series for card_set in real_catalogue.sets() if card_set.region == "asia"}
    assert {"DP", "DPt", "LEGEND", "BW", "XY"} <= series
    sets = {card_set.id: card_set for card_set in real_catalogue.sets()}
    assert sets["CP3"].names["ja"] == "ポケキュンコレクション"
    assert {"CLF", "CLK", "CLL", "SEF", "BW1-Bb", "DPt1-B", "L1-Bhg", "XY1-Bx"} <= sets.keys()


def test_japanese_pokemon_of_the_oldest_sets_have_japanese_names(real_catalogue: Catalogue) -> None:
    old = [
        printing
        for card_set in real_catalogue.sets()
        if card_set.series in ("neo", "e", "PCG", "VS", "web") and card_set.region == "asia"
        for printing in real_catalogue.set_printings(card_set.id)
        if printing.facts.get("category") == "Pokemon"
    ]
    latin = [p.id for p in old if not KANA_OR_HAN.search(p.names["ja"])]
    assert len(old) > 1000
    assert latin == []


@pytest.mark.parametrize(
    ("printing_id", "japanese"),
    [
        ("asia-neo4-040", "やさしいマリルリ"),
        ("asia-neo3-022", "ひかるコイキング"),
        ("asia-neo1-024", "ワニノコ"),
        ("VS1-100", "ワタルのカイリュー"),
        ("S10b-073", "ミュウツーV"),
    ],
)
def test_cards_that_were_named_wrong_or_missing(
    real_catalogue: Catalogue, printing_id: str, japanese: str
) -> None:
    printing = real_catalogue.printing(printing_id)
    assert printing is not None
    assert printing.names["ja"] == japanese


def test_no_japanese_card_is_of_a_set_named_in_another_script(real_catalogue: Catalogue) -> None:
    for card_set in real_catalogue.sets():
        if {"id", "th"} >= card_set.names.keys():
            names = [p.names for p in real_catalogue.set_printings(card_set.id)]
            assert any({"id", "th"} & one.keys() for one in names), card_set.id


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
def test_numbers_as_people_see_them(real_catalogue: Catalogue, form: str, names: set[str]) -> None:
    printings = real_catalogue.printings(real_catalogue.keys_by_number(form))
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
def test_search_as_people_type(real_catalogue: Catalogue, typed: str, first: str) -> None:
    assert real_catalogue.search(typed)[0].id == first


def test_reprints_stand_beside_their_originals(real_catalogue: Catalogue) -> None:
    found = [printing.id for printing in real_catalogue.search("charizard 4/102")]
    assert set(found[:2]) == {"base1-4", "cel25cc-CC002"}
