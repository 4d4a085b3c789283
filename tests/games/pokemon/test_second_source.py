"""Japanese and Traditional Chinese lists beside TCGdex: what is added, filled, and left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import Source
from cardscanner_gui.core.errors import CancelledError, CatalogueError
from cardscanner_gui.core.types import Printing
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.local import local_source
from cardscanner_gui.games.pokemon.sources.ptcg_database import PtcgDownload, PtcgFiles
from tests.catalogue import ptcg_archive, tcgdex_archive
from tests.catalogue.ptcg_archive import ListedSpec, chinese, japanese
from tests.catalogue.tcgdex_archive import LANTERN, MEADOW, CardSpec, SetSpec, card


def quiet(*_: object) -> None:
    """No progress wanted."""


def sources(folder: Path, cards: list[CardSpec], lists: list[ListedSpec]) -> list[Source]:
    folder.mkdir(parents=True, exist_ok=True)
    return [
        local_source(tcgdex_archive.write_archive(folder / "tcgdex.tar.gz", cards)),
        local_source(ptcg_archive.write_archive(folder / "lists.tar.gz", lists)),
    ]


@contextmanager
def joined(folder: Path, cards: list[CardSpec], lists: list[ListedSpec]) -> Iterator[Catalogue]:
    update_catalogue(folder, POKEMON, sources(folder, cards, lists), quiet, CancelToken())
    with Catalogue.open(folder) as catalogue:
        yield catalogue


def ids(catalogue: Catalogue) -> list[str]:
    return [p.id for p in catalogue.printings(range(1, catalogue.info().printings + 1))]


def found(catalogue: Catalogue, printing_id: str) -> Printing:
    printing = catalogue.printing(printing_id)
    assert printing is not None, ids(catalogue)
    return printing


def test_a_set_that_tcgdex_lacks_comes_whole(tmp_path: Path) -> None:
    lists = [
        japanese(
            "チコリン",
            "001",
            "XY99-Bx",
            total="060",
            hp=70,
            stage="1 進化",
            types=["Dark"],
            evolve_from="チコ",
            attacks=("はっぱ",),
            abilities=[{"name": "みどり"}],
            author=["Ada Pen"],
            rarity="rare_u_c",
            pokedex_number=9001,
            sources=[{"name": "ポケモンカードゲームXY 拡張パック「コレクションひ」"}],
        )
    ]
    with joined(tmp_path, [card("Leafkit", "012")], lists) as catalogue:
        printing = found(catalogue, "XY99-Bx-001")
        by_number = [p.id for p in catalogue.printings(catalogue.keys_by_number("001/060"))]
    assert printing == Printing(
        id="XY99-Bx-001",
        names={"ja": "チコリン"},
        set_id="XY99-Bx",
        set_names={"ja": "コレクションひ"},
        number="001",
        printed_total=60,
        set_code="XY99-BX",
        series="XY",
        region="asia",
        facts={
            "hp": 70,
            "category": "Pokemon",
            "stage": "Stage1",
            "types": ("Darkness",),
            "evolves_from": {"ja": "チコ"},
            "attacks": ({"ja": "みどり"}, {"ja": "はっぱ"}),
            "dex_ids": (9001,),
        },
        rarity="Uncommon",
        illustrator="Ada Pen",
    )
    assert by_number == ["XY99-Bx-001"]


def test_a_card_that_both_have_stays_tcgdexs_and_its_gaps_are_filled(tmp_path: Path) -> None:
    cards = [
        card({"zh-tw": "小燈"}, "003", LANTERN, attacks=[{"zh-tw": "光"}], illustrator="Ada Pen")
    ]
    lists = [
        japanese("アカリ", "003", "SV90K", total="071", attacks=("ひかり",), author=["Bo Ink"]),
        chinese("別名", "003", "sv90k F@4x.png", total="071", evolve_from=["火花"]),
    ]
    with joined(tmp_path, cards, lists) as catalogue:
        assert ids(catalogue) == ["SV90K-003"]
        printing = found(catalogue, "SV90K-003")
    assert printing.names == {"zh-tw": "小燈", "ja": "アカリ"}
    assert printing.illustrator == "Ada Pen"
    assert printing.facts["attacks"] == ({"zh-tw": "光", "ja": "ひかり"},)
    assert printing.facts["evolves_from"] == {"zh-tw": "火花"}


def test_more_cards_of_a_known_set_get_ids_like_their_neighbours(tmp_path: Path) -> None:
    cards = [card({"ja": "アカリ"}, "003", LANTERN)]
    lists = [
        japanese("アカリ", "003", "SV90K", total="071"),
        japanese("ホタル", "080", "SV90K", total="071"),
    ]
    with joined(tmp_path, cards, lists) as catalogue:
        more = found(catalogue, "SV90K-080")
    assert more.printed_number == "080/071"
    assert more.set_names["ja"] == "あかりの海"


def test_a_code_used_anew_is_another_set(tmp_path: Path) -> None:
    cards = [card({"ja": "アカリ"}, "001", LANTERN), card({"ja": "クラゲ"}, "002", LANTERN)]
    lists = [
        japanese("ホタル", "001", "SV90K", total="053", hp=90),
        japanese("カナブン", "002", "SV90K", total="053", hp=90),
    ]
    with joined(tmp_path, cards, lists) as catalogue:
        assert ids(catalogue) == ["SV90K-001", "SV90K-002", "SV90K-053-001", "SV90K-053-002"]
        assert found(catalogue, "SV90K-001").names == {"ja": "アカリ"}


def test_ids_never_differ_from_an_international_sets_by_case_alone(tmp_path: Path) -> None:
    lists = [japanese("アカリ", "DPBP#001", "SV90", hp=50)]
    with joined(tmp_path, [card("Leafkit", "012", MEADOW)], lists) as catalogue:
        assert ids(catalogue) == ["sv90-012", "asia-SV90-DPBP#001"]


def test_what_the_cards_bear_behind_the_slash_counts_more_than_a_count(tmp_path: Path) -> None:
    cards = [card({"ja": "アカリ"}, "003", LANTERN)]
    with joined(tmp_path, cards, [japanese("アカリ", "003", "SV90K", total="060")]) as catalogue:
        assert found(catalogue, "SV90K-003").printed_number == "003/060"


def test_promos_bear_the_code_behind_the_slash(tmp_path: Path) -> None:
    lists = [japanese("アカリ", "012", "BWP", total="BW-P"), japanese("ホタル", None, "BWP")]
    with joined(tmp_path, [card("Leafkit", "012")], lists) as catalogue:
        by_number = [p.id for p in catalogue.printings(catalogue.keys_by_number("012/BW-P"))]
        assert by_number == ["BW-P-012"]
        assert found(catalogue, "BW-P-012").set_names == {"ja": "BW プロモカード"}
        assert found(catalogue, "BW-P-n2").number == ""  # it bears none


def test_japanese_promos_of_tcgdex_get_a_japanese_set_name(tmp_path: Path) -> None:
    promos = SetSpec("S-P", {"id": "Kartu Promo"}, "S", "data-asia", "S-P")
    archive = tcgdex_archive.write_archive(
        tmp_path / "a.tar.gz", [card({"ja": "アカリ"}, "1", promos)]
    )
    update_catalogue(tmp_path, POKEMON, local_source(archive), quiet, CancelToken())
    with Catalogue.open(tmp_path) as catalogue:
        assert found(catalogue, "S-P-1").set_name == "ソード&シールド プロモカード"


def test_a_chinese_set_without_a_code_is_told_by_its_name(tmp_path: Path) -> None:
    cards = [card({"ja": "アカリ"}, "003", LANTERN)]
    lists = [
        chinese("小燈", "003", "EXpansion", total="071", set_full_name="擴充包「燈海」"),
        chinese("螢", "001", "EXpansion", total="071", set_full_name="擴充包「無名」"),
    ]
    with joined(tmp_path, cards, lists) as catalogue:
        assert found(catalogue, "SV90K-003").names == {"ja": "アカリ", "zh-tw": "小燈"}
        assert catalogue.info().printings == 1
        assert any("無名" in line for line in catalogue.info().skipped)


def test_the_same_card_in_another_foil_is_listed_once_and_decks_of_one_code_apart(
    tmp_path: Path,
) -> None:
    lists = [
        japanese("アカリ", "001", "SA9", total="023"),
        japanese("アカリ", "001", "SA9", total="023"),
        japanese("ホタル", "001", "SA9", total="023"),
    ]
    with joined(tmp_path, [card("Leafkit", "012")], lists) as catalogue:
        assert ids(catalogue)[1:] == ["SA9-001", "SA9-001n3"]


def test_the_same_lists_give_the_same_ids_in_any_order(tmp_path: Path) -> None:
    lists = [japanese(f"アカリ{n}", f"{n:03d}", "XY9", total="020") for n in range(1, 6)]
    with joined(tmp_path / "a", [card("Leafkit", "012")], lists) as catalogue:
        once = ids(catalogue)
    folder = ptcg_archive.write_folder(tmp_path / "PTCG-database-main", lists)
    archive = tcgdex_archive.write_archive(tmp_path / "t.tar.gz", [card("Leafkit", "012")])
    both = [local_source(archive), local_source(folder)]
    update_catalogue(tmp_path / "b", POKEMON, both, quiet, CancelToken())
    with Catalogue.open(tmp_path / "b") as catalogue:
        assert ids(catalogue) == once


def test_both_sources_are_named(tmp_path: Path) -> None:
    lists = [japanese("アカリ", "001", "XY9", total="020")]
    with joined(tmp_path, [card("Leafkit", "012")], lists) as catalogue:
        info = catalogue.info()
    assert (info.source, info.version) == ("TCGdex, PTCG-database", "2023-11-14, 2024-03-09")
    assert info.licence == "MIT"


def test_a_second_source_out_of_reach_never_spoils_the_first(tmp_path: Path) -> None:
    archive = tcgdex_archive.write_archive(tmp_path / "a.tar.gz", [card("Leafkit", "012")])
    gone = PtcgDownload("http://127.0.0.1:9/main.tar.gz")
    said: list[str] = []
    info = update_catalogue(
        tmp_path,
        POKEMON,
        [local_source(archive), gone],
        lambda words, _: said.append(words),
        CancelToken(),
    )
    assert (info.printings, info.source) == (1, "TCGdex")
    assert len(info.skipped) == 1
    assert info.skipped[0].startswith("PTCG-database (")
    assert any("Going on without PTCG-database" in words for words in said)


def test_a_second_source_that_breaks_off_adds_nothing(tmp_path: Path) -> None:
    lists = [japanese(f"アカリ{n}", f"{n:03d}", "XY9", total="300") for n in range(300)]
    first, _ = sources(tmp_path, [card("Leafkit", "012")], lists)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes((tmp_path / "lists.tar.gz").read_bytes()[:-400])
    info = update_catalogue(tmp_path, POKEMON, [first, PtcgFiles(cut)], quiet, CancelToken())
    assert info.printings == 1
    assert "damaged" in info.skipped[0]


def test_cancelling_within_the_second_source_cancels_the_update(tmp_path: Path) -> None:
    token = CancelToken()

    def cancel(words: str, _: float | None) -> None:
        if "Japanese and Chinese" in words:
            token.cancel()

    both = sources(tmp_path, [card("Leafkit", "012")], [japanese("アカリ", "001", "XY9")])
    with pytest.raises(CancelledError):
        update_catalogue(tmp_path / "c", POKEMON, both, cancel, token)
    with pytest.raises(CatalogueError):
        Catalogue.open(tmp_path / "c")


def test_a_file_that_makes_no_sense_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    archive = tcgdex_archive.write_archive(tmp_path / "a.tar.gz", [card("Leafkit", "012")])
    lists = ptcg_archive.write_archive(
        tmp_path / "l.tar.gz",
        [japanese("アカリ", "001", "XY9", total="020")],
        {"data_jp/XY9/8.json": "{", "data_jp/XY9/9.json": '{"name": ""}', "data_jp/7.json": "[]"},
    )
    both = [local_source(archive), local_source(lists)]
    info = update_catalogue(tmp_path, POKEMON, both, quiet, CancelToken())
    assert info.printings == 2
    assert set(info.skipped) == {"data_jp/XY9/8.json", "data_jp/XY9/9.json", "data_jp/7.json"}


def test_an_archive_of_lists_alone_is_a_catalogue_too(tmp_path: Path) -> None:
    lists = ptcg_archive.write_archive(
        tmp_path / "l.tar.gz", [japanese("アカリ", "001", "XY9", total="020")]
    )
    info = update_catalogue(tmp_path, POKEMON, local_source(lists), quiet, CancelToken())
    assert (info.printings, info.source) == (1, "PTCG-database")
