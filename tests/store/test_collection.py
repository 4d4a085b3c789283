"""Keeping cards: adding, merging, changing, deleting, undoing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cardscanner_gui.core.collection import ChangeKind, Entry, EntryQuery
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.store import Collection, Database
from tests.store.cards import EMBERIX, HO_WIND, entry

ALL = EntryQuery()


def shown(collection: Collection) -> dict[int, Entry]:
    return {kept.id: kept for kept in collection.entries(ALL)}


def test_an_entry_comes_back_as_it_was_added(collection: Collection) -> None:
    added = entry(
        quantity=3,
        finish="reverse",
        condition="EX",
        language="fr",
        note="line one\nline “two” 😀 = +1",
        provenance={"reader": "ocr", "text": ["a", "b"], "confidence": 0.25},
    )
    change = collection.add(added, b"the picture")

    (entry_id,) = change.ids
    assert change.kind is ChangeKind.ADDED
    assert collection.get(entry_id) == replace(added, id=entry_id, has_photo=True)
    assert collection.photo(entry_id) == b"the picture"


def test_an_entry_without_a_time_is_added_as_of_now(collection: Collection) -> None:
    (entry_id,) = collection.add(entry(scanned_at=0.0)).ids
    kept = collection.get(entry_id)
    assert kept is not None
    assert kept.scanned_at > 1_700_000_000


def test_the_same_card_raises_the_quantity(collection: Collection) -> None:
    (first,) = collection.add(entry(quantity=2, scanned_at=10.0)).ids
    change = collection.add(entry(quantity=3, scanned_at=20.0), b"picture")

    assert change.kind is ChangeKind.UPDATED
    assert change.ids == (first,)
    (kept,) = collection.entries(ALL)
    assert (kept.quantity, kept.scanned_at, kept.has_photo) == (5, 20.0, True)
    assert (collection.count(ALL), collection.copies(ALL)) == (1, 5)


@pytest.mark.parametrize(
    "difference",
    [
        {"printing": EMBERIX},
        {"finish": "reverse"},
        {"condition": "PL"},
        {"language": "de"},
        {"note": "signed"},
    ],
)
def test_a_card_that_differs_gets_its_own_line(
    collection: Collection, difference: dict[str, object]
) -> None:
    collection.add(entry())
    assert collection.add(replace(entry(), **difference)).kind is ChangeKind.ADDED
    assert collection.count(ALL) == 2


def test_merging_can_be_declined(collection: Collection) -> None:
    collection.add(entry())
    collection.add(entry(), merge=False)
    assert [kept.quantity for kept in collection.entries(ALL)] == [1, 1]


def test_the_first_picture_is_kept_when_copies_are_merged(collection: Collection) -> None:
    (entry_id,) = collection.add(entry(), b"first").ids
    collection.add(entry(), b"second")
    assert collection.photo(entry_id) == b"first"


def test_fields_of_several_entries_are_changed_at_once(collection: Collection) -> None:
    (one,) = collection.add(entry(note="old")).ids
    (two,) = collection.add(entry(EMBERIX)).ids
    (three,) = collection.add(entry(HO_WIND)).ids

    change = collection.update([one, two], quantity=4, condition="PO", note="to trade")

    assert change.kind is ChangeKind.UPDATED
    assert change.ids == (one, two)
    kept = shown(collection)
    assert [kept[i].quantity for i in (one, two, three)] == [4, 4, 1]
    assert [kept[i].condition for i in (one, two, three)] == ["PO", "PO", "NM"]
    assert [kept[i].note for i in (one, two, three)] == ["to trade", "to trade", ""]
    assert collection.count(EntryQuery("trade")) == 2
    assert collection.count(EntryQuery("old")) == 0


def test_the_printing_can_be_corrected(collection: Collection) -> None:
    (entry_id,) = collection.add(entry(note="mine"), b"picture").ids
    collection.change_printing(entry_id, EMBERIX)

    kept = collection.get(entry_id)
    # It doesn't exist in the finish that the entry had.
    first = EMBERIX.finishes[0]
    mine = {"finish": first, "finish_sure": False, "note": "mine"}
    assert kept == entry(EMBERIX, **mine, id=entry_id, has_photo=True)
    assert collection.count(EntryQuery("sproutle")) == 0
    assert collection.count(EntryQuery("emberix mine")) == 1


def test_an_entry_has_at_least_one_copy(collection: Collection) -> None:
    (entry_id,) = collection.add(entry()).ids
    with pytest.raises(ValueError, match="at least one"):
        collection.add(entry(quantity=0))
    with pytest.raises(ValueError, match="at least one"):
        collection.update([entry_id], quantity=0)


def test_deleted_entries_are_gone_from_everywhere(collection: Collection) -> None:
    (gone,) = collection.add(entry()).ids
    (left,) = collection.add(entry(EMBERIX)).ids

    change = collection.delete([gone, 12345])

    assert change.kind is ChangeKind.DELETED
    assert change.ids == (gone,)
    assert collection.get(gone) is None
    assert [kept.id for kept in collection.page(ALL, 0, 10)] == [left]
    assert [kept.id for kept in collection.entries([gone, left])] == [left]
    assert (collection.count(ALL), collection.copies(ALL)) == (1, 1)
    assert collection.count(EntryQuery("sproutle")) == 0
    # A new copy is a new line, not the deleted one raised.
    assert collection.add(entry()).kind is ChangeKind.ADDED


def test_every_change_is_undone_and_redone_in_turn(collection: Collection) -> None:
    states = [shown(collection)]

    def note_state() -> None:
        states.append(shown(collection))

    (one,) = collection.add(entry(), b"picture").ids
    note_state()
    collection.add(entry(quantity=2, scanned_at=2_000_000_000.0))
    note_state()
    collection.add_all([entry(EMBERIX), entry(HO_WIND), entry(EMBERIX)])
    note_state()
    collection.update([one], finish="reverse", note="changed", language="de", condition="LP")
    note_state()
    collection.change_printing(one, HO_WIND)
    note_state()
    collection.delete(list(shown(collection)))
    note_state()
    assert states[-1] == {}

    kinds = []
    for state in reversed(states[:-1]):
        change = collection.undo()
        assert change is not None
        kinds.append(str(change.kind))
        assert shown(collection) == state
    assert kinds == ["added", "updated", "updated", "deleted", "updated", "deleted"]
    assert collection.undo() is None

    for state in states[1:]:
        assert collection.redo() is not None
        assert shown(collection) == state
    assert collection.redo() is None


def test_searching_follows_undo(collection: Collection) -> None:
    (entry_id,) = collection.add(entry(note="red binder")).ids
    collection.update([entry_id], note="blue box")
    collection.undo()
    assert collection.count(EntryQuery("red binder")) == 1
    assert collection.count(EntryQuery("blue")) == 0


def test_labels_name_what_undo_and_redo_would_do(collection: Collection) -> None:
    assert (collection.undo_label(), collection.redo_label()) == (None, None)
    (one,) = collection.add(entry()).ids
    assert collection.undo_label() == "Add Sproutle"
    (two,) = collection.add(entry(EMBERIX)).ids
    collection.update([two], note="x")
    assert collection.undo_label() == "Edit Emberix"
    collection.delete([one, two])
    assert collection.undo_label() == "Delete 2 cards"
    collection.undo()
    assert (collection.undo_label(), collection.redo_label()) == ("Edit Emberix", "Delete 2 cards")
    collection.add(entry(HO_WIND))
    assert collection.redo_label() is None


def test_a_change_that_changes_nothing_is_not_undone(collection: Collection) -> None:
    (entry_id,) = collection.add(entry()).ids
    collection.update([entry_id], quantity=1, note="")
    collection.delete([])
    assert collection.undo_label() == "Add Sproutle"


def test_undo_never_overwrites_what_another_process_did(path: Path, collection: Collection) -> None:
    (entry_id,) = collection.add(entry()).ids
    collection.update([entry_id], quantity=5)
    other = Database(path)
    Collection(other).update([entry_id], quantity=9)

    with pytest.raises(StoreError, match="changed since"):
        collection.undo()
    kept = collection.get(entry_id)
    assert kept is not None
    assert kept.quantity == 9

    # What the other didn't touch can still be undone.
    assert collection.undo_label() == "Add Sproutle"
    collection.undo()
    assert Collection(other).count(ALL) == 0
    other.close()


def test_what_was_deleted_long_ago_is_removed_for_good(
    path: Path, database: Database, collection: Collection
) -> None:
    (old,) = collection.add(entry(note="old"), b"old picture").ids
    (recent,) = collection.add(entry(note="recent"), b"recent picture").ids
    (kept,) = collection.add(entry(note="kept"), b"kept picture").ids
    collection.delete([old, recent])
    with database.transaction() as connection:
        connection.execute("UPDATE photos SET created_at = 1000.0")
        connection.execute("UPDATE entries SET deleted_at = 1000.0 WHERE id = ?", [old])

    Database(path).close()

    rows = database.rows("SELECT id FROM entries ORDER BY id")
    assert [row["id"] for row in rows] == [recent, kept]
    photos = [row["jpeg"] for row in database.rows("SELECT jpeg FROM photos ORDER BY id")]
    assert photos == [b"recent picture", b"kept picture"]
    # The search index still agrees with the entries.
    database.connection().execute(
        "INSERT INTO entry_words (entry_words) VALUES ('integrity-check')"
    )


def test_names_of_broken_files_do_not_stop_saving(collection: Collection) -> None:
    (entry_id,) = collection.add(entry(note="scan\udcff.jpg", provenance={"s": "\udcff"})).ids
    kept = collection.get(entry_id)
    assert kept is not None
    assert kept.note == "scan?.jpg"


def test_equal_changes_are_undone_from_the_last(collection: Collection) -> None:
    (entry_id,) = collection.add(entry()).ids
    quantities = [1, 2, 1, 2, 1]
    for quantity in quantities[1:]:
        collection.update([entry_id], quantity=quantity)
    for quantity in reversed(quantities[:-1]):
        collection.undo()
        assert [kept.quantity for kept in collection.entries(ALL)] == [quantity]
