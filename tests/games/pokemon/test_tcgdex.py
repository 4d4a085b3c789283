"""What TCGdex' files become: names, numbers, variants, both regions, and what is left out."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import Printing, Variant
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.local import local_source
from tests.catalogue.tcgdex_archive import (
    HARBOUR,
    LANTERN,
    MEADOW,
    CardSpec,
    SetSpec,
    build_catalogue,
    card,
    write_archive,
    write_folder,
)


def one(folder: Path, *cards: object, number: str = "012") -> Printing:
    with build_catalogue(folder, cards) as catalogue:  # type: ignore[arg-type]
        found = catalogue.printing(f"sv90-{number}")
    assert found is not None
    return found


def test_everything_a_card_file_says_is_kept(tmp_path: Path) -> None:
    printing = one(
        tmp_path,
        card(
            {"en": "Leafkit", "fr": "Feuillaton"},
            "012",
            hp=70,
            attacks=[{"en": "Seed Toss", "fr": "Jet de Graine"}],
            abilities=[{"type": "Ability", "name": {"en": "Green Fur"}}],
            evolveFrom={"en": "Sprouty"},
            stage="Stage1",
            suffix="ex",
            types=["Grass"],
            rarity="Double rare",
            illustrator="Ada Pen",
            regulationMark="G",
            dexId=[9001],
        ),
    )
    assert printing == Printing(
        id="sv90-012",
        names={"en": "Leafkit", "fr": "Feuillaton"},
        set_id="sv90",
        set_names={"en": "Meadow Tales"},
        number="012",
        printed_total=193,
        set_code="MDT",
        series="Scarlet & Violet",
        facts={
            "hp": 70,
            "category": "Pokemon",
            "stage": "Stage1",
            "suffix": "ex",
            "types": ("Grass",),
            "regulation_mark": "G",
            "evolves_from": {"en": "Sprouty"},
            "attacks": ({"en": "Green Fur"}, {"en": "Seed Toss", "fr": "Jet de Graine"}),
            "dex_ids": (9001,),
        },
        rarity="Double rare",
        illustrator="Ada Pen",
        released="2023-06-09",
    )


def test_variants_as_a_list_of_objects(tmp_path: Path) -> None:
    variants = [
        {"type": "normal", "thirdParty": {"cardmarket": 11, "tcgplayer": 22}},
        {"type": "normal", "stamp": ["staff"]},
        {"type": "reverse", "foil": "masterball", "thirdParty": {"cardmarket": 33}},
        {"type": "holo", "stamp": ["1st-edition"], "subtype": "shadowless"},
        {"type": "normal", "subtype": "unlimited"},
        {"type": "lenticular", "size": "jumbo"},
    ]
    printing = one(tmp_path, card("Leafkit", "012", variants=variants))
    assert printing.variants == (
        Variant("normal", (), {"cardmarket": 11, "tcgplayer": 22}),
        Variant("normal", ("staff",)),
        Variant("reverse", ("masterball-foil",), {"cardmarket": 33}),
        Variant("firstEditionHolo", ("shadowless",)),
        Variant("unlimited"),
        Variant("holo", ("lenticular", "jumbo")),
    )


def test_variants_as_booleans_take_the_cards_own_marketplace_ids(tmp_path: Path) -> None:
    variants = {"normal": True, "reverse": True, "holo": False, "firstEdition": False}
    printing = one(
        tmp_path, card("Leafkit", "012", variants=variants, thirdParty={"cardmarket": 7})
    )
    assert printing.variants == (
        Variant("normal", (), {"cardmarket": 7}),
        Variant("reverse", (), {"cardmarket": 7}),
    )


def test_a_file_that_does_not_parse_is_named_and_the_rest_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = f"{MEADOW.path}/013.ts"
    archive = write_archive(
        tmp_path / "a.tar.gz",
        [card("Leafkit", "012")],
        extra={broken: 'const card: Card = { name: { en: "Torn" '},
    )
    with caplog.at_level(logging.WARNING):
        info = update_catalogue(
            tmp_path, POKEMON, local_source(archive), lambda *_: None, CancelToken()
        )
    assert info.printings == 1
    assert info.skipped == (broken,)
    assert broken in caplog.text


@pytest.mark.parametrize(
    "literal", [{"name": {}}, {"name": ["x"]}, {"attacks": "none"}, {"dexId": ["one"]}]
)
def test_a_card_that_makes_no_sense_is_named_and_the_rest_goes_on(
    tmp_path: Path, literal: dict[str, object]
) -> None:
    odd = CardSpec("Odd", "013", MEADOW, literal)
    with build_catalogue(tmp_path, [card("Leafkit", "012"), odd]) as c:
        assert c.info().skipped == (f"{MEADOW.path}/013.ts",)
        assert [p.name for p in c.set_printings(MEADOW.id)] == ["Leafkit"]


def test_the_digital_game_is_left_out(tmp_path: Path) -> None:
    pocket = SetSpec("A9", "Pixel Parade", "Pokémon TCG Pocket", total=10)
    with build_catalogue(tmp_path, [card("Leafkit", "012"), card("Bytling", "001", pocket)]) as c:
        assert c.info().printings == 1
        assert c.search("Bytling") == []


def test_an_unpacked_folder_gives_the_same_as_the_archive(tmp_path: Path) -> None:
    cards = [card("Leafkit", "012"), card("アカリ", "003", LANTERN)]
    folder = write_folder(tmp_path / "cards-database-master", cards)
    update_catalogue(tmp_path / "a", POKEMON, local_source(folder), lambda *_: None, CancelToken())
    with (
        Catalogue.open(tmp_path / "a") as unpacked,
        build_catalogue(tmp_path / "b", cards) as packed,
    ):
        ids = [p.id for p in packed.printings([1, 2])]
        assert ids == ["sv90-012", "SV90K-003"]
        assert unpacked.printings([1, 2]) == packed.printings([1, 2])


def test_percent_signs_in_file_names_stand_for_odd_numbers(tmp_path: Path) -> None:
    assert one(tmp_path, card("Runeling", "%3F"), number="?").number == "?"


def test_asian_sets_that_share_an_id_with_others_keep_their_cards(tmp_path: Path) -> None:
    twin = SetSpec("sv90", {"ja": "ふたご"}, "SV", "data-asia", "sv90", total=50)
    slip = SetSpec("SV90K", {"ja": "べつ"}, "SV", "data-asia", "SV90L", total=50)
    cards = [
        card("Leafkit", "012"),
        card({"ja": "アカリ"}, "012", twin),
        card({"ja": "ホタル"}, "012", LANTERN),
        card({"ja": "クラゲ"}, "012", slip),
    ]
    with build_catalogue(tmp_path, cards) as catalogue:
        names = {p.id: p.name for p in catalogue.printings([1, 2, 3, 4])}
    assert names == {
        "sv90-012": "Leafkit",
        "asia-sv90-012": "アカリ",
        "SV90K-012": "ホタル",
        "SV90L-012": "クラゲ",
    }


def test_each_set_knows_where_its_pictures_lie_or_that_nobody_does(tmp_path: Path) -> None:
    """By the ids that series and set give themselves; two sets with one id have no place each."""
    twin = SetSpec("sv90", {"ja": "ふたご"}, "SV", "data-asia", "sv90", total=50)
    slip = SetSpec("SV90K", {"ja": "べつ"}, "SV", "data-asia", "SV90L", total=50)
    owners = (MEADOW, LANTERN, twin, slip)
    with build_catalogue(tmp_path, [card("A", "001", one) for one in owners]) as catalogue:
        places = {one.id: one.asset_path for one in catalogue.sets()}
    assert places == {
        "sv90": "scarlet & violet/sv90",
        "SV90K": "sv/SV90K",
        "asia-sv90": "sv/sv90",
        "SV90L": None,
    }


def test_reprints_bear_the_number_of_their_original(tmp_path: Path) -> None:
    classic = SetSpec(
        "cel90", "Celebrations Classic Collection", "Sword & Shield", total=25, code="CEL"
    )
    cards = [card("Blastoise", "2", HARBOUR), card("Blastoise", "CC001", classic)]
    with build_catalogue(tmp_path, cards) as catalogue:
        reprint = catalogue.printing("cel90-CC001")
        both = {p.id for p in catalogue.printings(catalogue.keys_by_number("2/102"))}
    assert reprint is not None
    assert reprint.printed_number == "2/102"
    assert both == {"base90-2", "cel90-CC001"}


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08broken"])
def test_a_file_that_is_no_source_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cards.tar.gz"
    path.write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        local_source(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_archive_cut_short_is_refused(tmp_path: Path) -> None:
    whole = write_archive(tmp_path / "a.tar.gz", [card("Leafkit", f"{n:03d}") for n in range(300)])
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole.read_bytes()[:-500])
    with pytest.raises(CatalogueError, match="damaged"):
        update_catalogue(tmp_path, POKEMON, local_source(cut), lambda *_: None, CancelToken())
    with pytest.raises(CatalogueError, match="no catalogue yet"):
        Catalogue.open(tmp_path)


def test_an_archive_without_cards_is_refused(tmp_path: Path) -> None:
    empty = write_archive(tmp_path / "a.tar.gz", [])
    with pytest.raises(CatalogueError, match="no TCGdex card data"):
        update_catalogue(tmp_path, POKEMON, local_source(empty), lambda *_: None, CancelToken())


def test_the_version_is_the_archives_date(tmp_path: Path) -> None:
    with build_catalogue(tmp_path, [card("Leafkit", "012")]) as catalogue:
        info = catalogue.info()
    assert (info.source, info.version, info.licence) == ("TCGdex", "2023-11-14", "MIT")
