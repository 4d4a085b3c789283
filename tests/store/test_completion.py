"""What the search field offers while one types."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.search.completion import SearchValues, completions
from cardscanner_gui.store.search.language import QueryError
from tests.store.cards import EMBERIX, SPROUTLE, entry

VALUES = {
    "set": [("VDN", "Verdant Dawn"), ("First Light", "First Light")],
    "tag": [("for trade", ""), ("signed", "")],
}


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("se", ["set:"]),
        ("-fi", ["-finish:"]),
        ("s", ["set:"]),
        ("sproutle fol", ["sproutle folder:"]),
        ("set:", ["set:VDN ", 'set:"First Light" ']),
        ("set:v", ["set:VDN "]),
        ("set:dawn", ["set:VDN "]),
        ("set:VDN,fir", ['set:VDN,"First Light" ']),
        ('tag:"for', ['tag:"for trade" ']),
        ("condition>", ["condition>MT ", "condition>NM "]),
        ("nonsense:x", []),
        ("sproutle ", []),
        ("12", []),
    ],
)
def test_fields_and_their_values_are_offered(text: str, offered: list[str]) -> None:
    found = completions(text, len(text), VALUES)
    assert [one.text for one in found][: len(offered) or 1] == offered
    assert all(one.cursor == len(one.text) for one in found)


def test_what_follows_the_cursor_stays() -> None:
    (one,) = completions("set:v qty>1", 5, VALUES)
    assert (one.text, one.cursor) == ("set:VDN qty>1", 7)


def test_the_collection_says_what_it_holds(database: Database, collection: Collection) -> None:
    collection.add(entry(tags=("signed", "for trade"), folder="Red", grader="PSA"))
    collection.add(entry(EMBERIX, language="de", purchase_currency="EUR"))
    found = SearchValues(database).read()
    assert sorted(found["set"]) == [("First Light", "First Light"), ("VDN", "Verdant Dawn")]
    assert sorted(found["rarity"]) == [("Common", ""), ("Rare", "")]
    assert {value for value, _ in found["tag"]} == {"signed", "for trade"}
    assert found["folder"] == [("Red", "")]
    assert {value for value, _ in found["lang"]} == {"en", "de"}


@given(
    text=st.text(st.sampled_from('setag:"=,>- Vxé\n'), max_size=20),
    cursor=st.integers(0, 20),
)
def test_whatever_is_typed_something_that_parses_is_offered(text: str, cursor: int) -> None:
    for one in completions(text, min(cursor, len(text)), VALUES):
        assert 0 <= one.cursor <= len(one.text)
        assert one.shown in one.text


def test_what_is_offered_finds_the_card(database: Database, collection: Collection) -> None:
    collection.add(entry(SPROUTLE, tags=("for trade",)))
    collection.add(entry(EMBERIX))
    values = SearchValues(database).read()
    with suppress(QueryError):
        for text in ("set:ve", "tag:", "rarity:com"):
            (one,) = completions(text, len(text), values)
            assert collection.count(EntryQuery(one.text)) == 1
