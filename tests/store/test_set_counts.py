"""How much of each set there is."""

from __future__ import annotations

from dataclasses import replace

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.set_counts import Owned, SetCounts
from tests.store.cards import EMBERIX, SPROUTLE


def test_printings_count_once_and_copies_each(database: Database) -> None:
    collection = Collection(database)
    other = replace(SPROUTLE, id="inv02-013", number="013")
    collection.add(Entry(SPROUTLE, quantity=3))
    collection.add(Entry(SPROUTLE, finish="reverse", quantity=2))
    collection.add(Entry(other))
    collection.add(Entry(EMBERIX))
    counts = SetCounts(database)

    assert counts.by_set() == {"inv02": Owned(2, 6), "inv01": Owned(1, 1)}
    assert counts.copies("inv02") == {"inv02-012": 5, "inv02-013": 1}
    assert counts.copies("inv09") == {}


def test_what_was_deleted_is_missing_until_it_is_back(database: Database) -> None:
    collection = Collection(database)
    change = collection.add(Entry(EMBERIX))
    counts = SetCounts(database)

    collection.delete(change.ids)
    assert counts.by_set() == {}

    collection.undo()
    assert counts.by_set() == {"inv01": Owned(1, 1)}


def test_a_set_whose_id_begins_with_another_ones_is_kept_apart(database: Database) -> None:
    collection = Collection(database)
    half = replace(SPROUTLE, id="inv02-a-012", set_id="inv02-a")
    collection.add(Entry(half))
    collection.add(Entry(SPROUTLE))
    counts = SetCounts(database)

    assert counts.copies("inv02") == {SPROUTLE.id: 1}
    assert counts.copies("inv02-a") == {half.id: 1}
    assert counts.copies("inv") == {}
