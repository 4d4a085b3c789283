"""Sorting, searching and paging, on a collection large enough to go wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from cardscanner_gui.core.collection import Entry, EntryQuery, SortKey
from cardscanner_gui.core.copies import Condition
from cardscanner_gui.core.types import Printing
from cardscanner_gui.games.pokemon.finishes import Finish
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.queries import order_clause, where_clause
from tests.store.cards import EMBERIX, HO_WIND, SPROUTLE, entry, printing

COUNT = 20_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, list[Entry]]]:
    """Twenty thousand entries in one database, and the same as a list."""
    chance = random.Random(7)
    names = ["Sproutle", "émberix", "Emberix", "Zapling", "aquafin", "Ho-Wind"]
    cards = [
        printing(
            f"{chance.choice(names)} {number % 97}",
            f"{chance.randint(1, 250):03d}",
            set_id=f"inv{number % 40:02d}",
            set_names={"en": f"Set {number % 40}"},
            rarity=chance.choice(["Common", "Rare", None]),
            illustrator=f"Artist {chance.randint(1, 9)}",
        )
        for number in range(COUNT)
    ]
    entries = [
        entry(
            replace(card, id=f"{card.id}-{number}"),
            quantity=chance.randint(1, 9),
            finish=chance.choice(list(Finish)),
            condition=chance.choice(list(Condition)),
            language=chance.choice(["en", "fr", "ja"]),
            scanned_at=float(chance.randint(1, 5000)),
            folder=chance.choice(["", "Box 1", "Red binder"]),
            position=f"page {chance.randint(1, 40)}",
            purchase_price=float(chance.randint(0, 50)),
            purchased_on=f"2025-0{chance.randint(1, 9)}-01",
            grade=chance.choice(["", "8", "9"]),
        )
        for number, card in enumerate(cards)
    ]
    database = Database(tmp_path_factory.mktemp("many") / "collection.sqlite3")
    ids = Collection(database).add_all(entries).ids
    yield database, [replace(e, id=i) for i, e in zip(ids, entries, strict=True)]
    database.close()


def without_accents(text: str) -> str:
    return text.lower().replace("é", "e")


KEYS: dict[SortKey, Callable[[Entry], Any]] = {
    SortKey.NAME: lambda e: without_accents(e.printing.name),
    SortKey.SET: lambda e: (e.printing.set_name.lower(), int(e.printing.number)),
    SortKey.NUMBER: lambda e: int(e.printing.number),
    SortKey.QUANTITY: lambda e: e.quantity,
    SortKey.FINISH: lambda e: e.finish,
    SortKey.CONDITION: lambda e: list(Condition).index(Condition(e.condition)),
    SortKey.LANGUAGE: lambda e: e.language,
    SortKey.RARITY: lambda e: (e.printing.rarity or "").lower(),
    SortKey.SCANNED_AT: lambda e: e.scanned_at,
    SortKey.FOLDER: lambda e: (e.folder, int(e.position.removeprefix("page "))),
    SortKey.PRICE: lambda e: e.purchase_price,
    SortKey.BOUGHT: lambda e: e.purchased_on,
    SortKey.GRADE: lambda e: e.grade,
    SortKey.ARTIST: lambda e: e.printing.illustrator,
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("key", list(SortKey))
def test_pages_follow_each_other_in_order(
    many: tuple[Database, list[Entry]], key: SortKey, descending: bool
) -> None:
    database, entries = many
    collection = Collection(database)
    query = EntryQuery(sort=key, descending=descending)
    expected = sorted(entries, key=lambda e: (KEYS[key](e), e.id), reverse=descending)

    for offset in (0, 100, 12_345, COUNT - 30):
        page = collection.page(query, offset, 100)
        assert [e.id for e in page] == [e.id for e in expected[offset : offset + 100]]
    assert page[-1] == expected[-1]
    assert collection.page(query, COUNT, 100) == []


@pytest.mark.parametrize("key", list(SortKey))
def test_a_page_never_sorts_the_whole_collection(
    many: tuple[Database, list[Entry]], key: SortKey
) -> None:
    database, _ = many
    query = EntryQuery(sort=key)
    where, parameters = where_clause(query)
    plan = database.rows(
        "EXPLAIN QUERY PLAN "
        f"SELECT id FROM entries WHERE {where} ORDER BY {order_clause(query)} LIMIT 100",
        parameters,
    )
    steps = [row["detail"] for row in plan]
    assert [step.split(" INDEX ")[0] for step in steps] == ["SCAN entries USING"], steps


def test_counts_and_streams_agree_with_the_list(many: tuple[Database, list[Entry]]) -> None:
    database, entries = many
    collection = Collection(database)
    query = EntryQuery("aquafin", SortKey.NUMBER, descending=False)
    expected = [e for e in entries if "aquafin" in e.printing.name]

    assert collection.count(EntryQuery()) == COUNT
    assert collection.copies(EntryQuery()) == sum(e.quantity for e in entries)
    assert collection.count(query) == len(expected)
    assert collection.copies(query) == sum(e.quantity for e in expected)
    expected.sort(key=lambda e: (int(e.printing.number), e.id))
    assert list(collection.entries(query)) == expected
    assert collection.ids(query) == [e.id for e in expected]
    chosen = [entries[9].id, entries[3].id, entries[9].id]
    assert list(collection.entries(chosen)) == [entries[9], entries[3]]


def test_numbers_sort_as_people_count(collection: Collection) -> None:
    numbers = ["100", "SWSH174", "2", "010", "TG03", "?", "10a", "SWSH20", "H4"]
    for number in numbers:
        collection.add(entry(printing("Same", number)))
    ordered = collection.page(EntryQuery(sort=SortKey.NUMBER, descending=False), 0, 20)
    assert [e.printing.number for e in ordered] == [
        "2", "010", "10a", "100", "H4", "SWSH20", "SWSH174", "TG03", "?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "all"),
        ("sproutle", "sproutle"),
        ("SPROU", "sproutle"),
        ("pousseclair", "sproutle"),
        ("ラウト", "sproutle"),
        ("スプラウトル", "sproutle"),
        ("verdant", "sproutle"),
        ("aube verdoy", "sproutle"),
        ("VDN 12", "sproutle"),
        ("vdn 012", "sproutle"),
        ("012/193", "sproutle"),
        ("12/193", "sproutle"),
        ("12", "sproutle"),
        ("inv02-012", "sproutle"),
        ("sproutle first", "nothing"),
        ("VDN 1", "nothing"),
        ("013/193", "nothing"),
        ("4/102", "emberix"),
        ("light emberix", "emberix"),
        ("binder", "emberix"),
        ("ho-wind", "wind"),
        ("howind", "wind"),
        ("Ho-Wind's Elan", "wind"),
        ("ho-winds", "wind"),
        ("winds élan", "wind"),
        ("etoile", "wind"),
        ("l'étoile", "wind"),
        ("swsh17", "wind"),
        ("SWSH174", "wind"),
        ('"', "all"),
        ("NOT sproutle*", "nothing"),
        ("name:sproutle OR", "nothing"),
        ("красный", "emberix"),
    ],
)
def test_searching_finds_what_people_type(collection: Collection, text: str, found: str) -> None:
    cards: dict[str, Printing] = {"sproutle": SPROUTLE, "emberix": EMBERIX, "wind": HO_WIND}
    notes = {EMBERIX.id: "red BINDER, Красный", HO_WIND.id: "de L’Étoile"}
    for card in cards.values():
        collection.add(entry(card, note=notes.get(card.id, "")))
    names = {e.printing.name for e in collection.entries(EntryQuery(text))}
    expected = {"all": list(cards.values()), "nothing": []}.get(found, [cards.get(found)])
    assert names == {card.name for card in expected if card is not None}


@pytest.mark.parametrize(
    "text",
    [
        "Poussacha",
        "felori",
        "ニャオハ",
        "オハ",
        "ﾆｬｵﾊ",
        "新葉喵",
        "葉喵",
        "新叶",
        "나오하",
        "เนียวฮา",
        "Kartu",
    ],
)
def test_a_card_is_found_by_its_name_in_any_language(collection: Collection, text: str) -> None:
    names = {
        "en": "Sprigatito",
        "fr": "Poussacha",
        "de": "Felori",
        "ja": "ニャオハ",
        "zh-tw": "新葉喵",
        "zh-cn": "新叶喵",
        "ko": "나오하",
        "th": "เนียวฮา",
    }
    cat = replace(SPROUTLE, id="inv02-999", names=names, set_names={"id": "Kartu Promo"})
    collection.add(entry(cat))
    collection.add(entry(EMBERIX))
    assert [e.printing.id for e in collection.entries(EntryQuery(text))] == ["inv02-999"]


def test_a_gallery_number_is_found_with_its_total(collection: Collection) -> None:
    collection.add(entry(printing("Gallery Fox", "TG03", printed_total=30)))
    for text in ("TG03", "tg3", "TG03/TG30"):
        assert collection.count(EntryQuery(text)) == 1, text
