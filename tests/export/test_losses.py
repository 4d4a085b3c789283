"""What a format has no place for is said, of copies that have it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.export import formats_of, write_entries
from cardscanner_gui.games import ALL as GAMES
from tests.store.cards import SPROUTLE

FORMATS = formats_of(GAMES)
PLAIN = Entry(SPROUTLE, scanned_at=1.0)
GRADED = replace(PLAIN, grader="PSA", grade="9", certificate="1234", tags=("deck",), folder="Red")


def lost(name: str, *entries: Entry) -> dict[str, int]:
    return dict(write_entries(entries, FORMATS[name], io.StringIO(newline="")).lost)


@pytest.mark.parametrize("name", FORMATS)
def test_of_a_copy_of_which_nothing_was_said_nothing_is_lost(name: str) -> None:
    assert lost(name, PLAIN) == {}


def test_everything_carries_everything() -> None:
    said = replace(GRADED, note="n", position="3", purchase_price=2.0, condition="PO", stamp="w")
    assert lost("plain", said, PLAIN) == {}


def test_a_grade_and_tags_that_have_no_column_are_counted() -> None:
    found = lost("tcgplayer-app", GRADED, GRADED, PLAIN)
    assert found == {"tags": 2, "folder": 2, "grade": 2}
    assert "folder" not in lost("dragon-shield", GRADED)
