"""Japanese names for cards that lack one: taken where they follow, never guessed."""

from __future__ import annotations

from pathlib import Path

from tests.catalogue.tcgdex_archive import LANTERN, CardSpec, build_catalogue, card


def names_of(folder: Path, cards: list[CardSpec], number: str) -> dict[str, str]:
    with build_catalogue(folder, cards) as catalogue:
        printing = catalogue.printing(f"SV90K-{number}")
    assert printing is not None
    return dict(printing.names)


TWO_WITH_BOTH = [
    card({"ja": "アカリ", "zh-tw": "小燈"}, "001", LANTERN),
    card({"ja": "アカリ", "zh-tw": "小燈"}, "002", LANTERN),
]


def test_the_name_is_taken_from_cards_that_bear_both(tmp_path: Path) -> None:
    cards = [*TWO_WITH_BOTH, card({"zh-tw": "小燈"}, "003", LANTERN)]
    assert names_of(tmp_path, cards, "003") == {"zh-tw": "小燈", "ja": "アカリ"}


def test_a_suffix_in_common_letters_stays(tmp_path: Path) -> None:
    cards = [*TWO_WITH_BOTH, card({"zh-tw": "小燈VMAX"}, "003", LANTERN, stage="VMAX")]
    assert names_of(tmp_path, cards, "003")["ja"] == "アカリVMAX"


def test_indonesian_cards_go_by_the_species_english_name(tmp_path: Path) -> None:
    cards = [
        *(card("Glowkit", str(n), dexId=[9001]) for n in (1, 2)),
        *(card({"ja": "アカリ"}, f"00{n}", LANTERN, dexId=[9001]) for n in (1, 2)),
        card({"id": "Glowkit ex"}, "003", LANTERN, suffix="EX"),
    ]
    assert names_of(tmp_path, cards, "003")["ja"] == "アカリex"


def test_a_single_card_is_not_believed(tmp_path: Path) -> None:
    cards = [TWO_WITH_BOTH[0], card({"zh-tw": "小燈"}, "003", LANTERN)]
    assert "ja" not in names_of(tmp_path, cards, "003")


def test_cards_that_contradict_each_other_are_not_believed(tmp_path: Path) -> None:
    other = card({"ja": "ホタル", "zh-tw": "小燈"}, "004", LANTERN)
    cards = [*TWO_WITH_BOTH, other, card({"zh-tw": "小燈"}, "003", LANTERN)]
    assert "ja" not in names_of(tmp_path, cards, "003")


def test_a_regional_form_does_not_take_the_plain_name(tmp_path: Path) -> None:
    cards = [
        *(card({"ja": "アカリ"}, f"00{n}", LANTERN, dexId=[9001]) for n in (1, 2)),
        *(card({"zh-tw": "阿羅拉小燈"}, f"01{n}", LANTERN, dexId=[9001]) for n in (1, 2, 3)),
    ]
    assert "ja" not in names_of(tmp_path, cards, "011")


def test_trainers_are_left_alone(tmp_path: Path) -> None:
    cards = [*TWO_WITH_BOTH, card({"zh-tw": "小燈"}, "003", LANTERN, category="Trainer")]
    assert "ja" not in names_of(tmp_path, cards, "003")
