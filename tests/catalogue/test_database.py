"""Look-ups, search, and what a damaged or foreign catalogue is met with."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.errors import CatalogueError
from tests.catalogue.tcgdex_archive import HARBOUR, LANTERN, MEADOW, SetSpec, build_catalogue, card

PROMOS = SetSpec("swshp90", "Storm Black Star Promos", "Sword & Shield", total=307, code="SSP")
OLD = SetSpec("dp90", "Old Peaks", "Diamond & Pearl", total=130, code="OPK", released="2007-05-01")

CARDS = [
    card(
        {"en": "Leafkit", "fr": "Feuillaton"},
        "012",
        attacks=[{"en": "Seed Toss", "fr": "Jet de Graine"}, "Gather Dew"],
        illustrator="Ada Pen",
        evolveFrom={"en": "Sprouty"},
        rarity="Common",
        regulationMark="G",
    ),
    card("Leafkit ex", "196", suffix="ex", hp=190),
    card("Harborlin", "12", HARBOUR, attacks=["Wave Slap"]),
    card({"ja": "アカリ", "zh-tw": "小燈"}, "074", LANTERN, hp=140),
    card("Boltmouse V", "SWSH174", PROMOS),
    card("Stonegod", "120", OLD, stage="LEVEL-UP"),
    card("Captain's Orders (Brine)", "150", category="Trainer", hp=None),
    card("Mister Mimic", "058"),
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), CARDS) as opened:
        yield opened


def ids(catalogue: Catalogue, keys: list[int]) -> list[str]:
    return [p.id for p in catalogue.printings(keys)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("MDT 12", "sv90-012"),
        ("mdt 196", "sv90-196"),
        ("012/193", "sv90-012"),
        ("12/193", "sv90-012"),
        ("12/102", "base90-12"),
        ("Leafkit", "sv90-012"),
        ("leafkit ex", "sv90-196"),
        ("leafkit mdt 196", "sv90-196"),
        ("leaf", "sv90-012"),
        ("feuillaton", "sv90-012"),
        ("Leafkt", "sv90-012"),
        ("harborlyn", "base90-12"),
        ("mister mimic", "sv90-058"),
        ("mistermimic", "sv90-058"),
        ("harborlin harbour", "base90-12"),
        ("SWSH174", "swshp90-SWSH174"),
        ("swsh174", "swshp90-SWSH174"),
        ("アカリ", "SV90K-074"),
        ("小燈", "SV90K-074"),
        ("SV90K 74", "SV90K-074"),
        ("SV90K-074", "SV90K-074"),
        ("mdt-12", "sv90-012"),
        ("captain's orders", "sv90-150"),
    ],
)
def test_search_understands_what_people_type(catalogue: Catalogue, typed: str, first: str) -> None:
    assert catalogue.search(typed)[0].id == first


@pytest.mark.parametrize("typed", ["", "   ", "???", "qqqqqqqq", "%", "' OR 1=1 --", "*"])
def test_search_for_nothing_that_exists_finds_nothing(catalogue: Catalogue, typed: str) -> None:
    assert catalogue.search(typed) == []


def test_search_gives_no_more_than_asked_for(catalogue: Catalogue) -> None:
    assert len(catalogue.search("MDT", limit=2)) == 2


def test_the_matchers_row_holds_folded_forms(catalogue: Catalogue) -> None:
    (row,) = catalogue.rows(catalogue.keys_by_name("feuillaton"))
    assert (row.id, row.region, row.facts["hp"]) == (
        "sv90-012",
        "international",
        60,
    )
    assert row.names == ("leafkit", "feuillaton")
    assert row.number_forms == ("012/193",)
    assert row.codes == ("MDT",)
    assert row.phrases == (("seedtoss", "jetdegraine"), ("gatherdew",))
    assert (row.artist, row.years) == ("adapen", (2023,))
    assert row.facts["evolves_from"] == ["sprouty"]
    assert (row.languages, row.facts["regulation_mark"]) == (("en", "fr"), "G")


def test_names_are_known_as_printed_and_as_listed(catalogue: Catalogue) -> None:
    assert ids(catalogue, catalogue.keys_by_name("stonegodlvx")) == ["dp90-120"]
    assert ids(catalogue, catalogue.keys_by_name("stonegod")) == ["dp90-120"]
    assert ids(catalogue, catalogue.keys_by_name("captainsorders")) == ["sv90-150"]
    assert ids(catalogue, catalogue.keys_by_name("captainsordersbrine")) == ["sv90-150"]


def test_similar_names_come_best_first(catalogue: Catalogue) -> None:
    assert catalogue.names_like("leafkit")[0] == "leafkit"
    assert catalogue.names_like("leatkit")[0] == "leafkit"
    assert catalogue.names_like("basicleafkithp60")[0] == "leafkit"
    assert catalogue.names_like("小灯")[:1] == ["小燈"]
    assert catalogue.names_like("アカソ")[:1] == ["アカリ"]
    assert catalogue.names_like("") == []


def test_attacks_find_their_printings(catalogue: Catalogue) -> None:
    assert catalogue.phrases_like("seedtos", 3)[0] == "seedtoss"
    assert ids(catalogue, catalogue.keys_by_phrase("jetdegraine")) == ["sv90-012"]


def test_what_a_reader_may_write_is_told_as_printed(catalogue: Catalogue) -> None:
    every = [p for s in catalogue.sets() for p in catalogue.set_printings(s.id)]
    attacks = {
        attack["en"] for p in every for attack in p.facts.get("attacks", ()) if "en" in attack
    }
    french = {
        attack["fr"] for p in every for attack in p.facts.get("attacks", ()) if "fr" in attack
    }
    assert attacks
    assert catalogue.fact_texts("attacks") == sorted(attacks)
    assert catalogue.fact_texts("attacks", "fr") == sorted(french)
    assert catalogue.printed_names() == sorted({p.names["en"] for p in every if "en" in p.names})
    assert catalogue.illustrators() == sorted({p.illustrator for p in every if p.illustrator})


def test_numbers_and_codes_find_their_printings(catalogue: Catalogue) -> None:
    assert ids(catalogue, catalogue.keys_by_number("074/071")) == ["SV90K-074"]
    assert {"MDT", "HB", "SV90K", "SSP", "OPK"} == catalogue.set_codes
    assert catalogue.keys_by_number("999/999") == []


def test_printings_keep_the_order_of_their_keys(catalogue: Catalogue) -> None:
    (first,), (third,) = catalogue.printings([1]), catalogue.printings([3])
    assert catalogue.printings([3, 99_999, 1]) == [third, first]


def test_more_keys_than_one_statement_takes(catalogue: Catalogue) -> None:
    assert len(catalogue.rows(range(1, 5000))) == len(CARDS)


def test_every_thread_may_ask(catalogue: Catalogue) -> None:
    found: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda: found.append(catalogue.keys_by_name("leafkit")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [catalogue.keys_by_name("leafkit")] * 8


def test_sets_give_their_printings(catalogue: Catalogue) -> None:
    by_id = {card_set.id: card_set for card_set in catalogue.sets()}
    assert by_id[MEADOW.id].printed_total == 193
    assert by_id[PROMOS.id].promo
    assert [p.number for p in catalogue.set_printings(MEADOW.id)] == ["012", "058", "150", "196"]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """The file of a whole catalogue, alone in its folder."""
    with build_catalogue(tmp_path, CARDS) as opened:
        (tmp_path / "cards.tar.gz").unlink()
        return opened.info().path


def test_a_missing_catalogue_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="catalogue update"):
        Catalogue.open(tmp_path / "nowhere")


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "header"])
def test_a_damaged_catalogue_is_refused(built: Path, damage: str) -> None:
    content = built.read_bytes()
    built.write_bytes(
        {
            "empty": b"",
            "text": b"not a database",
            "cut": content[: len(content) // 2],
            "header": b"\0" * 200 + content[200:],
        }[damage]
    )
    with pytest.raises(CatalogueError) as caught:
        Catalogue.open(built.parent)
    assert "\n" not in str(caught.value)
    assert "catalogue update" in str(caught.value)


def test_damage_deeper_inside_is_an_error_of_the_world(built: Path) -> None:
    content = bytearray(built.read_bytes())
    content[8192 : len(content) - 4096] = b"\x5a" * (len(content) - 8192 - 4096)
    built.write_bytes(content)
    with pytest.raises(CatalogueError), Catalogue.open(built.parent) as opened:
        opened.check()


def test_a_catalogue_of_another_version_is_refused(built: Path) -> None:
    with closing(sqlite3.connect(built)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(CatalogueError, match="another version"):
        Catalogue.open(built.parent)


def test_a_damaged_newest_gives_way_to_the_one_before(built: Path) -> None:
    (built.parent / "catalogue-99991231T000000000000Z.sqlite3").write_bytes(b"torn")
    with Catalogue.open(built.parent) as opened:
        assert opened.info().path == built


def test_a_closed_catalogue_answers_no_more(built: Path) -> None:
    opened = Catalogue.open(built.parent)
    opened.close()
    with pytest.raises(CatalogueError, match="closed"):
        opened.keys_by_name("leafkit")
