"""Gaps of a set as a table and as a checklist; finishes counted apart; sets in other orders."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import pypdfium2
import pytest

from cardscanner_gui.core.errors import ExportError
from cardscanner_gui.qt.sets.list import SetLine, SetOrder, chosen_lines
from cardscanner_gui.qt.sets.want_list import HEADER, Want, write_csv, write_pdf
from tests.qt.cards import PRINTINGS

pytestmark = pytest.mark.usefixtures("qtbot")


def test_the_table_lists_every_gap_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "want.csv"
    write_csv([Want(one, "=holo") for one in PRINTINGS], path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert tuple(rows[0]) == HEADER
    assert [row[3] for row in rows[1:]] == [one.name for one in PRINTINGS]
    assert all(row[5] == "'=holo" for row in rows[1:])


def test_the_checklist_holds_every_gap_on_as_many_pages_as_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "want.pdf"
    write_pdf("Verdant Dawn", [Want(PRINTINGS[n % len(PRINTINGS)]) for n in range(300)], path)
    document = pypdfium2.PdfDocument(path)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert len(document) > 1
    finally:
        document.close()
    assert "Verdant Dawn: 300 missing" in text
    assert text.count(PRINTINGS[0].name) >= 300 // len(PRINTINGS)


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    for write in (write_csv, partial(write_pdf, "Set")):
        with pytest.raises(ExportError, match="can't be written"):
            write([Want(PRINTINGS[0])], tmp_path / "nowhere" / "want")
    assert list(tmp_path.iterdir()) == []


def test_sets_are_sorted_as_the_user_likes() -> None:
    old = SetLine("a", "Old", "A", "1999", 100, owned=100)
    new = SetLine("b", "New", "B", "2024", 200, owned=10)
    half = SetLine("c", "Half", "C", "2010", 20, owned=10)
    unbegun = SetLine("d", "Unbegun", "D", "2011", 5)
    lines = [old, new, half, unbegun]

    def order(order: SetOrder) -> list[str]:
        return [line.id for line in chosen_lines(lines, "", begun=False, order=order)]

    assert order(SetOrder.NEWEST) == ["b", "d", "c", "a"]
    assert order(SetOrder.OLDEST) == ["a", "c", "d", "b"]
    assert order(SetOrder.COMPLETE) == ["a", "c", "b", "d"]
    assert order(SetOrder.MISSING) == ["a", "c", "b", "d"]
    assert order(SetOrder.NAME) == ["c", "b", "a", "d"]
