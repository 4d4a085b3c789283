"""A finish that nobody has said isn't taken for known, however the copy came in."""

from __future__ import annotations

from dataclasses import replace

from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.core.copies import CopyDefaults, finish_settled, starting_copy
from cardscanner_gui.core.types import Variant
from cardscanner_gui.store import Collection, Database
from tests.qt.cards import EMBERIX, SPROUTLE

STAMPED = replace(EMBERIX, variants=(Variant("holo"), Variant("holo", ("1st edition",))))


def test_only_a_printing_made_in_one_way_starts_sure() -> None:
    assert finish_settled(EMBERIX)
    assert not finish_settled(SPROUTLE), "normal and reverse"
    assert not finish_settled(STAMPED), "with and without the stamp"
    for printing, sure in ((EMBERIX, True), (SPROUTLE, False), (STAMPED, False)):
        assert starting_copy(printing, None, CopyDefaults()).finish_sure is sure


def test_the_default_is_no_word_of_the_users() -> None:
    copy = starting_copy(SPROUTLE, None, CopyDefaults(finish="reverse"))
    assert (copy.finish, copy.finish_sure) == ("reverse", False)


def test_confirming_joins_the_line_of_the_known_ones_and_undo_parts_them(
    database: Database,
) -> None:
    collection = Collection(database)
    known = collection.add(Entry(SPROUTLE, quantity=2)).ids[0]
    doubtful = collection.add(Entry(SPROUTLE, finish_sure=False)).ids[0]
    assert doubtful != known, "they aren't the same before somebody has looked"
    assert not collection.get(doubtful).finish_sure

    collection.update([doubtful], finish_sure=True)
    (left,) = collection.page(EntryQuery(), 0, 9)
    assert (left.id, left.quantity, left.finish_sure) == (known, 3, True)
    collection.undo()
    assert collection.count(EntryQuery()) == 2
    assert not collection.get(doubtful).finish_sure


def test_naming_a_finish_is_knowing_it(database: Database) -> None:
    collection = Collection(database)
    entry_id = collection.add(Entry(SPROUTLE, finish_sure=False)).ids[0]
    collection.update([entry_id], finish="reverse")
    entry = collection.get(entry_id)
    assert (entry.finish, entry.finish_sure) == ("reverse", True)


def test_another_printing_with_several_finishes_is_asked_anew(database: Database) -> None:
    collection = Collection(database)
    entry_id = collection.add(Entry(EMBERIX, finish="holo")).ids[0]
    collection.change_printing(entry_id, SPROUTLE)
    assert not collection.get(entry_id).finish_sure
    collection.change_printing(entry_id, EMBERIX)
    assert collection.get(entry_id).finish_sure


def test_a_language_that_was_not_told_is_a_line_of_its_own_until_somebody_says_so(
    database: Database,
) -> None:
    collection = Collection(database)
    known = collection.add(Entry(SPROUTLE, quantity=2)).ids[0]
    doubtful = collection.add(Entry(SPROUTLE, language_sure=False)).ids[0]
    assert doubtful != known
    assert collection.get(doubtful).language_sure is False
    collection.update([doubtful], language_sure=True)
    (left,) = collection.page(EntryQuery(), 0, 9)
    assert (left.id, left.quantity, left.language_sure) == (known, 3, True)
    collection.undo()
    assert collection.get(doubtful).language_sure is False
    collection.update([doubtful], language="it")
    named = collection.get(doubtful)
    assert (named.language, named.language_sure) == ("it", True), "who names it knows it"
