"""The language that was read stays with a card that is matched again, settled or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.types import (
    Box,
    Candidate,
    Match,
    Printing,
    Reading,
    Recognition,
    ScanResult,
    Status,
    TextLine,
)
from cardscanner_gui.games import ALL
from cardscanner_gui.recognition.keeping import Keeping
from cardscanner_gui.store.collection import Collection
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.scans import ScanLog

SPROUTLE = Printing(
    "inv-1", {"en": "Sproutle", "de": "Sprösslin", "it": "Sproutle"}, "inv", {"en": "Dawn"}, "012"
)
READING = Reading(
    "ocr",
    tuple(TextLine(text, 0.99, Box(0, 0, 1, 0.1)) for text in ("Sprösslin", "KP 60", "012/193")),
)
CANDIDATES = (Candidate(SPROUTLE, 20.0, 0.9),)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "collection.sqlite3")
    yield database
    database.close()


def matched_again(database: Database, match: Match) -> int:
    """A waiting card without an answer, matched again; gives its scan's id."""
    keeping = Keeping(database, ALL)
    waiting = Recognition(Match(Status.UNSURE, "no catalogue"), READING)
    (scan_id,) = keeping.record(ScanResult("a.jpg", cards=(waiting,)), 1.0, None).ids
    keeping.match_again([scan_id], lambda reading, look: match, CopyDefaults(language="en"))
    return scan_id


def test_a_card_that_is_settled_now_is_kept_in_the_language_that_was_read(
    database: Database,
) -> None:
    matched_again(database, Match(Status.IDENTIFIED, "agrees", SPROUTLE, 9.0, CANDIDATES))
    (entry,) = Collection(database).entries(EntryQuery())
    assert entry.language == "de"


def test_a_card_that_still_waits_tells_its_language_to_review(database: Database) -> None:
    scan_id = matched_again(database, Match(Status.UNSURE, "two fit", None, 0.0, CANDIDATES))
    scan = ScanLog(database).get(scan_id)
    assert scan is not None
    assert scan.language == "de"


def test_where_two_languages_fit_the_users_own_counts(database: Database) -> None:
    two = replace(SPROUTLE, names={"en": "Sproutle", "it": "Sproutle", "es": "Sproutle"})
    match = Match(Status.IDENTIFIED, "agrees", two, 9.0, (Candidate(two, 20.0, 0.9),))
    matched_again(database, match)
    (entry,) = Collection(database).entries(EntryQuery())
    assert entry.language == "en"
