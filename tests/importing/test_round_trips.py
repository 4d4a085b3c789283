"""What each program's file brings back: every card, with its finish, stamp and own facts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.core.copies import copy_of, stamp_of
from cardscanner_gui.export import export_entries, formats_of
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.importing.importer import Importer
from cardscanner_gui.store import Collection, Database, ScanLog

FORMATS = formats_of(GAMES)
READ = (
    "plain",
    "tcgplayer-app",
    "collectr",
    "dragon-shield",
    "deckbox",
    "tcg-collector",
    "cardmarket",
)
Line = tuple[str, str, str, int]


def stamped(catalogue: Catalogue) -> list[Entry]:
    """155 cards with stamps, a plain one and a reverse."""
    printings = catalogue.set_printings("sv90")
    found = [
        Entry(one, finish=variant.finish, stamp=stamp_of(variant), quantity=1 + number % 3)
        for number, one in enumerate(printings)
        for variant in one.variants
    ]
    with_stamps = [one for one in found if one.stamp]
    plain = [one for one in found if not one.stamp][:2]
    more = [replace(one, condition="EX") for one in with_stamps]
    return [*plain, *with_stamps, *more][:157]


def lines(entries: list[Entry]) -> set[Line]:
    return {(one.printing.id, one.finish, one.stamp, one.quantity) for one in entries}


@pytest.mark.parametrize("format_id", READ)
def test_155_rows_with_stamps_lose_none(
    format_id: str,
    catalogue: Catalogue,
    importer: Importer,
    collection: Collection,
    database: Database,
    tmp_path: Path,
) -> None:
    entries = stamped(catalogue)
    assert sum(bool(one.stamp) for one in entries) == 155
    report = export_entries(entries, FORMATS[format_id], tmp_path / "out.csv")
    assert (report.written, report.left_out) == (157, 0)

    preview = importer.preview(tmp_path / "out.csv")
    assert preview.format.id == format_id
    assert (preview.cards, preview.waiting, preview.none) == (157, 0, 0), preview.doubtful
    importer.run(preview)

    kept = list(collection.entries(EntryQuery()))
    assert len(kept) == 157
    assert lines(kept) == lines(entries)
    assert ScanLog(database).pending_count() == 0

    collection.undo()
    assert collection.count(EntryQuery()) == 0
    collection.redo()
    assert collection.copies(EntryQuery()) == sum(one.quantity for one in entries)


def test_plain_brings_back_everything(
    catalogue: Catalogue, importer: Importer, collection: Collection, tmp_path: Path
) -> None:
    card = stamped(catalogue)[5]
    own = replace(
        card,
        note="=said “mine”\nand more",
        tags=("for trade", "a, b"),
        folder="Binder",
        position="page 3",
        purchase_price=12.5,
        purchase_currency="EUR",
        purchased_on="2024-05-06",
        grader="PSA",
        grade="9.5",
        certificate="0081",
        scanned_at=1_700_000_000.123456,
        provenance={"reader": "ocr", "text": ["a", "b"]},
    )
    export_entries([own], FORMATS["plain"], tmp_path / "out.csv")
    importer.run(importer.preview(tmp_path / "out.csv"))
    (kept,) = collection.entries(EntryQuery())
    assert replace(kept, id=0) == own


@pytest.mark.parametrize(
    ("format_id", "kept"),
    [
        ("collectr", {"folder", "purchase_price", "note", "grader", "grade"}),
        ("dragon-shield", {"folder", "purchase_price", "purchased_on", "language"}),
        ("deckbox", {"tags", "purchase_price", "language"}),
        ("tcg-collector", {"note", "language"}),
        ("tcgplayer-app", {"language"}),
        ("cardmarket", {"language"}),
    ],
)
def test_own_facts_that_a_format_has_a_place_for(
    format_id: str,
    kept: set[str],
    catalogue: Catalogue,
    importer: Importer,
    collection: Collection,
    tmp_path: Path,
) -> None:
    values = {
        "folder": "Red, “best”",
        "purchase_price": 1234.5,
        "purchased_on": "2024-05-06",
        "note": "-5 for this; ok\nline",
        "grader": "CGC",
        "grade": "9.5",
        "tags": ("trade", "signed"),
        "language": "de",
    }
    own = replace(stamped(catalogue)[0], **{name: values[name] for name in kept})
    export_entries([own], FORMATS[format_id], tmp_path / "out.csv")
    importer.run(importer.preview(tmp_path / "out.csv"))
    (back,) = collection.entries(EntryQuery())
    assert {name: getattr(back, name) for name in kept} == {name: values[name] for name in kept}
    assert copy_of(back).quantity == own.quantity


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=20))
@pytest.mark.parametrize("format_id", ["plain", "collectr", "tcg-collector"])
def test_any_note_comes_back(
    format_id: str, text: str, catalogue: Catalogue, importer: Importer, tmp_path: Path
) -> None:
    own = replace(stamped(catalogue)[0], note=text)
    export_entries([own], FORMATS[format_id], tmp_path / "out.csv")
    preview = importer.preview(tmp_path / "out.csv")
    assert preview.rows == 1
    entry = preview.lines[0].entry
    assert entry is not None
    if format_id == "plain":
        assert entry.note == text
    else:  # foreign programs, and we with them, don't care for spaces around
        assert entry.note.strip() in (text.strip(), text.strip().removeprefix("'"))
