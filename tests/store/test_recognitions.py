"""Answers and looks in the file."""

from __future__ import annotations

import pytest

from cardscanner_gui.core.types import Box
from cardscanner_gui.store import recognitions
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.recognitions import (
    MOST_VIEWS_OF_A_PRINTING,
    CardView,
    RecognitionStore,
)

HIGH = 2**64 - 5  # SQLite's integers are signed


@pytest.fixture
def store(database: Database) -> RecognitionStore:
    return RecognitionStore(database)


def kept(store: RecognitionStore) -> list[CardView]:
    return list(store.views([number for number, _ in store.fingerprints_after(0)]).values())


def test_values_come_back_by_key_and_by_what_they_show(store: RecognitionStore) -> None:
    store.keep_pictures([("a", b"one", [7, HIGH]), ("b", b"two", [7]), ("c", b"three", [])])
    store.keep_pictures([("a", b"new", [7, HIGH])])
    assert store.picture("a") == b"new"
    assert store.picture("d") is None
    assert sorted(store.pictures_showing(7)) == [("a", b"new"), ("b", b"two")]
    assert store.pictures_showing(HIGH) == [("a", b"new")]
    store.forget_picture("a")
    assert store.picture("a") is None
    assert store.pictures_showing(HIGH) == []


def test_the_oldest_pictures_go_beyond_the_limit(
    store: RecognitionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognitions, "MOST_PICTURES", 3)
    store.keep_pictures([(str(n), b"x", [n]) for n in range(5)])
    assert [store.picture(str(n)) for n in range(5)] == [None, None, b"x", b"x", b"x"]
    assert store.pictures_showing(0) == []


def test_fingerprints_are_listed_from_where_one_left_off(store: RecognitionStore) -> None:
    store.keep_views([CardView(1, "a"), CardView(HIGH, "b")])
    first = store.fingerprints_after(0)
    assert [fingerprint for _, fingerprint in first] == [1, HIGH]
    store.keep_views([CardView(1, "a"), CardView(3, "c")])
    assert [f for _, f in store.fingerprints_after(first[-1][0])] == [3]


def test_of_one_printing_the_newest_looks_stay_and_the_confirmed_one(
    store: RecognitionStore,
) -> None:
    store.keep_views([CardView(0, "a", (Box(0, 0, 1, 1),), confirmed=True)])
    store.keep_views([CardView(n, "a") for n in range(1, 40)])
    found = kept(store)
    assert len(found) == MOST_VIEWS_OF_A_PRINTING
    assert found[0] == CardView(0, "a", (Box(0, 0, 1, 1),), confirmed=True)
    assert [view.fingerprint for view in found[1:]] == list(range(29, 40))


def test_forgetting_a_look_forgets_every_printing_of_it(store: RecognitionStore) -> None:
    store.keep_views([CardView(HIGH, "a"), CardView(HIGH, "b"), CardView(1, "c")])
    store.forget_views(HIGH)
    assert [view.printing_id for view in kept(store)] == ["c"]
