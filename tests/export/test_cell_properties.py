"""No text makes a formula of a cell, in any format, and plain gives each back as it was."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.types import Variant
from cardscanner_gui.export import export_entries, formats_of, write_entries
from cardscanner_gui.export.cells import guarded_cell, safe_cell, unguarded
from cardscanner_gui.export.plain import read_plain
from cardscanner_gui.games import ALL as GAMES
from tests.store.cards import SPROUTLE, entry

FORMATS = formats_of(GAMES)
SIGNS = st.sampled_from("=+-@＝＋－＠﹦﹢﹣﹫⁺⁼−")
HIDDEN = st.text(
    "\u00af\u02d8\u200b\u200c\u2060\ufeff\u00a0\u3000 \t\r\n\"'“‘\u00ad\u202e\ufe0f\u0300",
    max_size=4,
)
FORMULAS = st.tuples(
    HIDDEN, SIGNS, st.sampled_from(["1+1", "HYPERLINK(1)", "cmd|' /C calc'!A0"])
).map("".join)
TEXTS = st.one_of(FORMULAS, st.text(st.characters(codec="utf-8"), max_size=12))


def runs(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula: a looser rule than the guard's own."""
    shown = "".join(
        char
        for char in unicodedata.normalize("NFKC", cell)
        if unicodedata.category(char)[0] in "LNSP" and char not in '"“”‘’'
    )
    return shown.startswith(("=", "+", "-", "@", "−")) or cell.startswith(("\t", "\r", "\n"))


@settings(max_examples=400, deadline=None)
@example("\u00af=1+1")
@example("=\u0338 1+1")
@given(TEXTS)
def test_a_guarded_cell_never_runs_and_gives_its_text_back(text: str) -> None:
    assert not runs(safe_cell(text))
    assert unguarded(guarded_cell(text)) == text


@pytest.mark.parametrize("format_id", FORMATS)
@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_no_format_writes_a_cell_that_runs(format_id: str, text: str) -> None:
    stream = io.StringIO(newline="")
    write_entries([with_text(text)], FORMATS[format_id], stream)
    rows = csv.reader(
        io.StringIO(stream.getvalue(), newline=""), delimiter=FORMATS[format_id].delimiter
    )
    found = [row for row in rows if row][len(FORMATS[format_id].preamble) > 0 :]
    assert len(found) == 2, "the header and the card"
    for row in found:
        assert not any(runs(cell) for cell in row)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_plain_gives_every_text_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / "round-trip.csv"
    entries = [with_text(text)]
    export_entries(entries, FORMATS["plain"], path)
    assert read_plain(path, GAMES) == entries


def with_text(text: str) -> Entry:
    """An entry with this text in every place that holds free text."""
    card = replace(
        SPROUTLE,
        id=text or "x",
        names={"en": text, "ja": text},
        set_names={"en": text},
        set_code=text,
        rarity=text,
        number=text,
        illustrator=text,
        variants=(Variant("normal", (text,), {"cardmarket": 5, "tcgplayer": 6}),),
    )
    return entry(
        card,
        note=text,
        stamp=text,
        folder=text,
        position=text,
        tags=(text,) if len(text.split()) == 1 and text == text.strip() else (),
        grader=text,
        grade=text,
        certificate=text,
        provenance={"sku": "7", "text": [text], "reason": text, text: {text: [None, True, 1.5]}},
    )
