"""Lists of cards as people paste them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardscanner_gui.core.card_list import ListLine, find_lines, read_lines
from tests.store.cards import EMBERIX, SPROUTLE


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("PAL 12 x2", [ListLine("PAL 12", 2)]),
        ("PAL 12 ×3\n\n2x SVI 013/198", [ListLine("PAL 12", 3), ListLine("SVI 013/198", 2)]),
        ("3 Sprigatito SVI 13", [ListLine("Sprigatito SVI 13", 3)]),
        ("012/193", [ListLine("012/193", 1)]),
        ("# my list\nPAL 12 # good", [ListLine("PAL 12", 1)]),
        ("PAL 12 x0", [ListLine("PAL 12", 0)]),
        ("PAL 12 x9999", [ListLine("PAL 12", 9999)]),
        ("PAL 12 x100000", [ListLine("PAL 12", 0)]),
        ("", []),
    ],
)
def test_lines_say_which_card_and_how_many(text: str, lines: list[ListLine]) -> None:
    assert read_lines(text) == lines


def test_set_and_number_together_are_sure_and_all_else_is_asked() -> None:
    def search(text: str, limit: int) -> list[object]:
        return [EMBERIX, SPROUTLE] if "nothing" not in text else []

    found = find_lines(read_lines("VDN 12\nVDN-012\n12\nnothing"), search)
    assert [one.sure for one in found] == [True, True, False, False]
    assert found[0].printings == (SPROUTLE, EMBERIX)
    assert found[3].printings == ()


def test_the_name_tells_which_of_two_sets_of_one_code() -> None:
    abroad = replace(EMBERIX, set_code=SPROUTLE.set_code, number=SPROUTLE.number)
    found = find_lines(read_lines("3 Sproutle VDN 12\nVDN 12"), lambda *_: [abroad, SPROUTLE])
    assert [one.sure for one in found] == [True, False]
    assert found[0].printings[0] == SPROUTLE


@given(text=st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(line.text and 0 <= line.copies <= 9_999 for line in read_lines(text))
