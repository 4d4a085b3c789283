"""Names of the oldest Japanese cards: by the species, with what stands around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardscanner_gui.games.pokemon.sources.old_names import mended
from tests.catalogue.tcgdex_archive import LANTERN, SetSpec, build_catalogue, card

OLD = SetSpec("neo90", {"ja": "むかし"}, "neo", "data-asia", "neo90", total=96)


@pytest.mark.parametrize(
    ("name", "species", "japanese"),
    [
        ("totodile", "ワニノコ", "ワニノコ"),
        ("ジオドード", "イシツブテ", "イシツブテ"),
        ("軽いアズマリル", "マリルリ", "やさしいマリルリ"),
        ("暗いクロバット", "クロバット", "わるいクロバット"),
        ("Shining Steelix", "ハガネール", "ひかるハガネール"),
        ("Bugsy's Pinsir", "カイロス", "ツクシのカイロス"),
        ("ランスのドラゴナイト", "カイリュー", "ワタルのカイリュー"),
        ("ホシのチャンシー", "ラッキー", "ホシのラッキー"),
        ("Crobat Ex", "クロバット", "クロバットex"),
        ("Treecko Star", "キモリ", "キモリ☆"),
        ("ベルダム（デルタ種）", "ダンバル", "ダンバル（デルタ種）"),
        ("Spinarak -006/092", "イトマル", "イトマル"),
        ("hなしh", "アンノーン", "アンノーン[H]"),
    ],
)
def test_a_name_that_is_no_japanese_name_is_mended(name: str, species: str, japanese: str) -> None:
    assert mended(name, species) == japanese


@pytest.mark.parametrize("name", ["R団のミュウツー", "わるいミュウツー", "ミュウツーex"])
def test_a_right_name_stays(name: str) -> None:
    assert mended(name, "ミュウツー") is None


def test_an_old_set_learns_from_newer_ones_and_teaches_nothing(tmp_path: Path) -> None:
    cards = [
        *(card({"ja": "アカリ"}, f"00{n}", LANTERN, dexId=[9001]) for n in (1, 2)),
        card({"ja": "Glowkit"}, "1", OLD, dexId=[9001]),
        *(card({"ja": "ヘンナ"}, f"{n}", OLD, dexId=[9002]) for n in range(2, 6)),
        card({"zh-tw": "怪"}, "003", LANTERN, dexId=[9002]),
    ]
    with build_catalogue(tmp_path, cards) as catalogue:
        old, unknown = catalogue.printing("neo90-1"), catalogue.printing("neo90-2")
        new = catalogue.printing("SV90K-003")
    assert old is not None
    assert unknown is not None
    assert new is not None
    assert old.names["ja"] == "アカリ"
    assert unknown.names["ja"] == "ヘンナ"  # nothing better is known
    assert "ja" not in new.names
