"""Each format's file, byte for byte, and what it says about entries it can't carry."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.copies import Condition
from cardscanner_gui.core.types import Variant
from cardscanner_gui.export import export_entries, formats_of
from cardscanner_gui.export.plain import read_plain
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.games.pokemon.finishes import Finish
from tests.store.cards import EMBERIX, HO_WIND, SPROUTLE, entry, printing

FORMATS = formats_of(GAMES)
GOLDEN = Path(__file__).parent / "golden"
ENTRIES = [
    entry(SPROUTLE, id=1, scan_id=7, has_photo=True, provenance={"reader": "ocr", "reason": "ok"}),
    entry(SPROUTLE, id=2, quantity=3, finish="reverse", condition="EX", language="fr"),
    entry(EMBERIX, id=3, finish="firstEditionHolo", condition="PO", note='said "mine",\nsigned'),
    entry(HO_WIND, id=4, finish="holo", condition="GD", language="zh-tw", note="=1+1"),
    entry(printing("Gallery Fox", "TG03"), id=5, finish="holo", condition="PL", language="ja"),
]


def exported(entries: list[Entry], format_id: str, folder: Path) -> list[dict[str, str]]:
    path = folder / "out.csv"
    export_entries(entries, FORMATS[format_id], path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("format_id", FORMATS)
def test_files_are_as_they_always_were(format_id: str, tmp_path: Path) -> None:
    report = export_entries(ENTRIES, FORMATS[format_id], tmp_path / "out.csv")
    assert (report.written, report.skipped) == (len(ENTRIES), ())
    golden = GOLDEN / f"{format_id}.csv"
    assert (tmp_path / "out.csv").read_bytes() == golden.read_bytes()


@pytest.mark.parametrize("format_id", FORMATS)
def test_every_format_has_words_for_people(format_id: str) -> None:
    export_format = FORMATS[format_id]
    assert export_format.id == format_id
    assert export_format.title
    assert export_format.description
    assert len(export_format.row(ENTRIES[0])) == len(export_format.header)


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
    entries = [entry(printing(name), note=name) for name in names]
    for format_id in FORMATS:
        for row in exported(entries, format_id, tmp_path):
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


def test_a_file_of_version_0_1_reads_back_in() -> None:
    """It named no game, and its facts were columns among the others."""
    assert read_plain(GOLDEN / "plain-0.1.csv", GAMES) == ENTRIES
