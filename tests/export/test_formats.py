"""Each format's file, byte for byte, and what it says about entries it can't carry."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.copies import Condition
from cardscanner_gui.core.types import Variant
from cardscanner_gui.core.values import Quote
from cardscanner_gui.export import export_entries, formats_of, preview_entries
from cardscanner_gui.export.plain import read_plain
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.games.pokemon.finishes import Finish
from tests.store.cards import EMBERIX, HO_WIND, SPROUTLE, entry, printing

TODAY = date(2026, 11, 28)
FORMATS = formats_of(GAMES, today=TODAY)
GOLDEN = Path(__file__).parent / "golden"
ENTRIES = [
    entry(SPROUTLE, id=1, scan_id=7, has_photo=True, provenance={"reader": "ocr", "reason": "ok"}),
    entry(SPROUTLE, id=2, quantity=3, finish="reverse", condition="EX", language="fr"),
    entry(EMBERIX, id=3, finish="firstEditionHolo", condition="PO", note='said "mine",\nsigned'),
    entry(HO_WIND, id=4, finish="holo", condition="GD", language="zh-tw", note="=1+1"),
    entry(printing("Gallery Fox", "TG03"), id=5, finish="holo", condition="PL", language="ja"),
]


NO_SKU = (
    "TCGplayer sells by SKU, and none is known for it; cards that were imported from a TCGplayer "
    "file have one"
)
LEFT_OUT = {
    "tcgplayer-seller": [f"{number}: {NO_SKU}" for number in (1, 2, 3, 4, 5)],
    "cardmarket": [
        "2: the catalogue has no Cardmarket product for it in “reverse”",
        "3: the catalogue has no Cardmarket product for it in “firstEditionHolo”",
        "4: the catalogue has no Cardmarket product for it in “holo”",
        "5: the catalogue has no Cardmarket product for it in “holo”",
        "6: the catalogue has no Cardmarket product for it in “normal” with “snowflake”",
    ],
}
OWN_FACTS = entry(
    SPROUTLE,
    id=6,
    stamp="snowflake",
    tags=("for trade", "signed"),
    folder="Red binder",
    position="page 3, 4",
    purchase_price=12.5,
    purchase_currency="EUR",
    purchased_on="2024-05-06",
    grader="PSA",
    grade="9.5",
    certificate="00812",
    provenance={"sku": "4411", "text": ["Sproutle", "012/193"]},
)


def exported(entries: list[Entry], format_id: str, folder: Path) -> list[dict[str, str]]:
    path = folder / "out.csv"
    export_entries(entries, FORMATS[format_id], path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        if FORMATS[format_id].preamble:
            assert stream.readline() == FORMATS[format_id].preamble + "\r\n"
        return list(csv.DictReader(stream, delimiter=FORMATS[format_id].delimiter))


@pytest.mark.parametrize("format_id", FORMATS)
def test_files_are_as_they_always_were(format_id: str, tmp_path: Path) -> None:
    formats = formats_of(GAMES, quotes, TODAY)
    report = export_entries([*ENTRIES, OWN_FACTS], formats[format_id], tmp_path / "out.csv")
    golden = GOLDEN / f"{format_id}.csv"
    assert (tmp_path / "out.csv").read_bytes() == golden.read_bytes()
    left_out = [f"{one.entry.id}: {one.reason}" for one in report.skipped]
    assert left_out == LEFT_OUT.get(format_id, [])
    assert report.written + report.left_out == len(ENTRIES) + 1


def quotes(one: Entry) -> dict[str, Quote]:
    """Prices of two of the cards, one of them at one marketplace only."""
    dollars = Quote("tcgplayer", "USD", "2026-11-27", 1.5, 0.9, 1.25)
    if one.id == 2:
        return {"tcgplayer": dollars, "cardmarket": Quote("cardmarket", "EUR", "2026-11-26", 0.4)}
    return {"tcgplayer": dollars} if one.id == 6 else {}


@pytest.mark.parametrize("format_id", FORMATS)
def test_every_format_has_words_for_people(format_id: str) -> None:
    export_format = FORMATS[format_id]
    assert export_format.id == format_id
    assert export_format.title
    assert export_format.description
    carried = entry(provenance={"sku": "4411"})
    assert len(export_format.row(carried)) == len(export_format.header)


def test_tcgplayer_has_a_word_for_each_finish_and_condition(tmp_path: Path) -> None:
    rows = exported([entry(finish=finish) for finish in Finish], "tcgplayer-app", tmp_path)
    assert [row["Printing"] for row in rows] == [
        "Normal",
        "Holofoil",
        "Reverse Holofoil",
        "1st Edition",
        "1st Edition Holofoil",
        "Unlimited",
        "Unlimited Holofoil",
    ]
    rows = exported([entry(condition=grade) for grade in Condition], "tcgplayer-app", tmp_path)
    assert [row["Condition"] for row in rows] == [
        "Near Mint",
        "Near Mint",
        "Lightly Played",
        "Moderately Played",
        "Moderately Played",
        "Heavily Played",
        "Damaged",
    ]


def test_what_tcgplayer_has_no_word_for_is_listed(tmp_path: Path) -> None:
    fine, metal, thai = entry(), entry(finish="metal"), entry(language="th")
    report = export_entries([metal, fine, thai], FORMATS["tcgplayer-app"], tmp_path / "out.csv")
    assert report.written == 1
    assert report.skipped == (
        (metal, "TCGplayer has no word for the finish “metal”"),
        (thai, "TCGplayer has no word for the language “th”"),
    )


@pytest.mark.parametrize(
    ("number", "total", "written"),
    [
        ("4", 102, "004/102"),
        ("012", 193, "012/193"),
        ("170", 165, "170/165"),
        ("7", 64, "07/64"),
        ("004", 25, "004/025"),
        ("TG03", None, "TG03/TG30"),
        ("GG10", 159, "GG10/GG70"),
        ("SWSH174", None, "SWSH174"),
        ("H4", 147, "H4"),
        ("5", None, "5"),
    ],
)
def test_tcgplayer_numbers(number: str, total: int | None, written: str, tmp_path: Path) -> None:
    card = printing("Any", number, printed_total=total)
    assert exported([entry(card)], "tcgplayer-app", tmp_path)[0]["Card Number"] == written


@pytest.mark.parametrize(
    ("variants", "product"),
    [
        ((), ""),
        ((Variant("normal", (), {"cardmarket": 5}),), ""),
        ((Variant("holo", (), {"tcgplayer": 5}),), ""),
        (
            (Variant("normal", ("x",), {"tcgplayer": 5}), Variant("normal", (), {"tcgplayer": 6})),
            "6",
        ),
        ((Variant("normal", ("x",), {"tcgplayer": 5}), Variant("normal")), ""),
        ((Variant("normal", ("x",), {"tcgplayer": 5}),), "5"),
        ((Variant("normal", ("x",), {"tcgplayer": 5}), Variant("normal", ("y",))), ""),
    ],
)
def test_a_product_id_is_certain_or_absent(
    variants: tuple[Variant, ...], product: str, tmp_path: Path
) -> None:
    card = replace(SPROUTLE, variants=variants)
    assert exported([entry(card)], "tcgplayer-app", tmp_path)[0]["Product ID"] == product


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    names = ["=HYPERLINK(1)", "+1", "-2", "@SUM(1)", "\t=1", "\r=1"]
    sold = (Variant("normal", (), {"cardmarket": 5}),)
    entries = [
        entry(printing(name, variants=sold), note=name, folder=name, provenance={"sku": "1"})
        for name in names
    ]
    for format_id in FORMATS:
        rows = exported(entries, format_id, tmp_path)
        assert len(rows) == len(names)
        for row in rows:
            assert not any(cell.startswith(tuple("=+-@\t\r\n")) for cell in row.values())


NASTY = [
    "",
    "'",
    "''quoted",
    "'=1",
    "=1+1",
    "+49 170",
    "-1",
    "@home",
    "\ttab",
    "\r",
    "\n",
    "\r\nnext\rline\n",
    'say "hi", you; ok',
    " spaces ",
    "\ufeffmark",
    "スプラウトル 火 한국어 ไทย العربية",
    "🃏👨‍👩‍👧 e\u0301 \u202eright to left",
    "NUL\0inside",
    "1e5",
    "012",
    "[1]",
    "None",
]


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_plain_reads_back_without_loss(text: str, tmp_path: Path) -> None:
    card = replace(
        SPROUTLE,
        id=text or "x",
        names={"en": text, "ja": text + "2"},
        set_code=text,
        rarity=text,
        number=text,
        facts={**SPROUTLE.facts, "types": (text,), "attacks": ({"en": text},)},
        variants=(Variant(text, (text,), {text: 3}),),
    )
    entries = [
        entry(card, note=text, finish=text, provenance={"text": [text], text: {"deep": None}}),
        entry(EMBERIX, id=4, scan_id=None, quantity=1_000_000, scanned_at=0.1 + 0.2),
        entry(HO_WIND, scanned_at=-12345.678, folder=text, grade=text, purchase_price=0.1 + 0.2),
        entry(EMBERIX, finish_sure=False, has_photo=True),
        Entry(HO_WIND),
    ]
    export_entries(entries, FORMATS["plain"], tmp_path / "out.csv")
    assert read_plain(tmp_path / "out.csv", GAMES) == entries


def test_plain_reads_files_with_other_columns(tmp_path: Path) -> None:
    path = tmp_path / "hand made.csv"
    path.write_text("price,printing_id,quantity\n9.99,inv-1,\n1,inv-2,3\n", encoding="utf-8")
    assert [(e.printing.id, e.quantity) for e in read_plain(path, GAMES)] == [
        ("inv-1", 1),
        ("inv-2", 3),
    ]


@pytest.mark.parametrize("name", ["plain-0.1", "plain-json"])
def test_files_of_versions_before_read_back_in(name: str) -> None:
    """The first named no game, with its facts among the columns; both had JSON in their cells."""
    assert read_plain(GOLDEN / f"{name}.csv", GAMES) == ENTRIES


def test_plain_has_iso_dates_and_no_json(tmp_path: Path) -> None:
    (row,) = exported([replace(OWN_FACTS, scan_id=7)], "plain", tmp_path)
    assert row["scanned_at"] == "2023-11-14T22:13:20.25Z"
    assert row["tags"] == "for trade\nsigned"
    assert row["printing_names"] == "en: Sproutle\nfr: Pousséclair\nja: スプラウトル"
    assert not [cell for cell in row.values() if cell[:1] in ("[", "{", '"')]


def test_a_preview_is_what_will_be_written(tmp_path: Path) -> None:
    chosen = FORMATS["cardmarket"]
    preview = preview_entries([*ENTRIES, OWN_FACTS], chosen, most=3)
    report = export_entries([*ENTRIES, OWN_FACTS], chosen, tmp_path / "out.csv")
    assert preview.report == report
    with (tmp_path / "out.csv").open(newline="") as stream:
        written = list(csv.reader(stream, delimiter=";"))
    assert [list(row) for row in preview.rows] == written[1:4]


@pytest.mark.parametrize(
    ("set_id", "name", "written"),
    [
        ("sv02", "Paldea Evolved", "SV02: Paldea Evolved"),
        ("sv03.5", "151", "SV: 151"),
        ("swsh9", "Brilliant Stars", "SWSH09: Brilliant Stars"),
        ("sm2", "Guardians Rising", "SM - Guardians Rising"),
        ("xy1", "XY", "XY Base Set"),
        ("base1", "Base Set", "Base Set"),
    ],
)
def test_sets_as_tcgplayer_names_them(set_id: str, name: str, written: str, tmp_path: Path) -> None:
    card = replace(SPROUTLE, set_id=set_id, set_names={"en": name})
    assert exported([entry(card)], "tcgplayer-app", tmp_path)[0]["Set"] == written
