"""Scans: recording, deciding, changing one's mind, and never losing one."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cardscanner_gui.core.collection import ChangeKind, Decision, Entry, EntryQuery, Scan
from cardscanner_gui.core.copies import Copy, CopyDefaults
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.types import Match, Status
from cardscanner_gui.store import Collection, Database, ScanLog
from cardscanner_gui.store.photos import encode_photo
from tests.store.cards import EMBERIX, SPROUTLE, entry, reading, recognition, record_one


def record(scans: ScanLog, status: Status = Status.UNSURE, photo: bytes | None = b"crop") -> Scan:
    return record_one(scans, recognition(status), "photos/ä.jpg", 1_700_000_000.5, photo)


def kept(collection: Collection) -> list[Entry]:
    return list(collection.entries(EntryQuery()))


def decision(scans: ScanLog, scan_id: int) -> tuple[Decision, int | None]:
    scan = scans.get(scan_id)
    assert scan is not None
    return scan.decision, scan.entry_id


def test_a_scan_comes_back_as_it_was_recorded(path: Path, scans: ScanLog) -> None:
    scan = record(scans)
    reopened = Database(path)
    assert ScanLog(reopened).get(scan.id) == scan
    assert ScanLog(reopened).reading(scan.id) == reading()
    assert ScanLog(reopened).photo(scan.id) == b"crop"
    reopened.close()

    assert (scan.source, scan.scanned_at) == ("photos/ä.jpg", 1_700_000_000.5)
    assert (scan.status, scan.decision) == (Status.UNSURE, Decision.PENDING)
    assert scan.reason == "number 012/193 and name agree"
    assert scan.printing is None
    assert scan.candidates == ((SPROUTLE, 0.93), (EMBERIX, 0.12))
    assert scan.evidence == ({"name": 9.0, "number": 12.0}, {"hp": 4.0, "number": -1.5})
    assert scan.corners == ((1.5, 2.0), (64.5, 2.0), (64.5, 90.0), (1.5, 90.25))
    assert (scan.reader, scan.language, scan.finish) == ("ocr", "fr", "reverse")
    assert (scan.has_photo, scan.entry_id) == (True, None)
    assert scan.reading["name"]["text"] == "Sproutle"
    assert scan.reading["number"]["box"] == [0.03, 0.937, 0.36, 0.985]
    assert [line["text"] for line in scan.reading["lines"]] == ["Sproutle", "012/193"]


def test_a_card_without_outline_or_text_is_recorded_too(scans: ScanLog) -> None:
    nothing = replace(
        recognition(),
        match=Match(Status.UNREADABLE, "nothing was read"),
        corners=None,
        fingerprint=None,
        language=None,
    )
    scan = record_one(scans, nothing, "broken\udcff.jpg")
    assert scan.source == "broken?.jpg"
    assert (scan.corners, scan.candidates, scan.has_photo) == (None, (), False)
    assert scans.photo(scan.id) is None


def test_pending_scans_wait_in_the_order_they_came(scans: ScanLog) -> None:
    ids = [
        record(scans, status).id
        for status in (Status.UNSURE, Status.IDENTIFIED, Status.UNSURE, Status.UNREADABLE)
    ]
    scans.reject(ids[3])
    assert [scan.id for scan in scans.pending()] == ids[:3]
    assert [scan.id for scan in scans.pending(Status.UNSURE)] == [ids[0], ids[2]]
    assert [scan.id for scan in scans.pending(limit=2)] == ids[:2]
    assert (scans.pending_count(), scans.pending_count(Status.UNSURE)) == (3, 2)
    assert [scan.id for scan in scans.recent(2)] == [ids[3], ids[2]]


def test_accepting_adds_an_entry_with_the_photo(scans: ScanLog, collection: Collection) -> None:
    scan = record(scans, Status.IDENTIFIED)
    change = scans.accept(
        scan.id,
        SPROUTLE,
        Copy(finish="reverse", condition="EX", language="fr", quantity=2, note="n"),
    )
    assert (change.kind, change.ids) == (ChangeKind.SCANS, (scan.id,))
    assert collection.undo_label() == "Keep Sproutle"

    (only,) = kept(collection)
    assert decision(scans, scan.id) == (Decision.ACCEPTED, only.id)
    assert (only.printing, only.quantity, only.note) == (SPROUTLE, 2, "n")
    assert (only.finish, only.condition, only.language) == ("reverse", "EX", "fr")
    assert (only.scanned_at, only.scan_id) == (scan.scanned_at, scan.id)
    assert only.provenance == {
        "reader": "ocr",
        "source": "photos/ä.jpg",
        "reason": "number 012/193 and name agree",
        "text": ["Sproutle", "012/193"],
    }
    assert collection.photo(only.id) == b"crop"
    assert scans.pending_count() == 0


def test_a_choice_by_hand_is_told_apart(scans: ScanLog, collection: Collection) -> None:
    scans.accept(record(scans).id, EMBERIX, Copy(finish="holo"))
    assert kept(collection)[0].provenance["reason"] == "chosen by hand"


def test_accepting_the_same_card_twice_merges_and_both_undo(
    scans: ScanLog, collection: Collection
) -> None:
    first, second = record(scans), record(scans)
    scans.accept(first.id, SPROUTLE, Copy(finish="normal"))
    scans.accept(second.id, SPROUTLE, Copy(finish="normal", quantity=2))
    (only,) = kept(collection)
    assert only.quantity == 3
    assert decision(scans, second.id) == (Decision.ACCEPTED, only.id)

    assert collection.undo() is not None
    assert [e.quantity for e in kept(collection)] == [1]
    assert decision(scans, second.id) == (Decision.PENDING, None)
    collection.undo()
    assert kept(collection) == []
    assert scans.pending_count() == 2
    collection.redo()
    collection.redo()
    assert [e.quantity for e in kept(collection)] == [3]
    assert scans.pending_count() == 0


def test_a_scan_that_is_accepted_again_is_not_counted_twice(
    scans: ScanLog, collection: Collection
) -> None:
    scan = record(scans)
    scans.accept(scan.id, SPROUTLE, Copy(finish="normal"))
    before = kept(collection)
    scans.accept(scan.id, SPROUTLE, Copy(finish="normal"))
    assert kept(collection) == before

    scans.accept(scan.id, EMBERIX, Copy(finish="holo"))
    (moved,) = kept(collection)
    assert moved.printing == EMBERIX
    assert decision(scans, scan.id) == (Decision.ACCEPTED, moved.id)
    collection.undo()
    assert kept(collection) == before


def test_moving_a_scan_leaves_the_other_copies(scans: ScanLog, collection: Collection) -> None:
    collection.add(entry(quantity=4))
    scan = record(scans)
    scans.accept(scan.id, SPROUTLE, Copy(finish="normal"))
    scans.accept(scan.id, EMBERIX, Copy(finish="holo"))
    assert {e.printing.name: e.quantity for e in kept(collection)} == {"Sproutle": 4, "Emberix": 1}


def test_rejecting_loses_nothing(scans: ScanLog, collection: Collection) -> None:
    scan = record(scans)
    scans.reject(scan.id)
    assert scans.get(scan.id) == replace(scan, decision=Decision.REJECTED)
    assert scans.photo(scan.id) == b"crop"
    assert scans.reading(scan.id) == reading()
    assert scans.pending_count() == 0

    collection.undo()
    assert scans.get(scan.id) == scan
    collection.redo()
    scans.accept(scan.id, SPROUTLE, Copy(finish="normal"))  # one may change one's mind
    assert len(kept(collection)) == 1


def test_rejecting_an_accepted_scan_takes_its_copies_back(
    scans: ScanLog, collection: Collection
) -> None:
    first, second = record(scans), record(scans)
    scans.accept(first.id, SPROUTLE, Copy(finish="normal"))
    scans.accept(second.id, SPROUTLE, Copy(finish="normal"))
    scans.reject(second.id)
    assert [e.quantity for e in kept(collection)] == [1]
    scans.reject(first.id)
    assert kept(collection) == []
    collection.undo()
    assert [e.quantity for e in kept(collection)] == [1]
    assert decision(scans, first.id)[0] is Decision.ACCEPTED


def test_deleting_an_entry_leaves_its_scan(scans: ScanLog, collection: Collection) -> None:
    scan = record(scans)
    scans.accept(scan.id, SPROUTLE, Copy(finish="normal"))
    collection.delete([kept(collection)[0].id])
    assert scans.photo(scan.id) == b"crop"
    scans.reject(scan.id)  # nothing is left to take back
    assert decision(scans, scan.id) == (Decision.REJECTED, None)


KNOWN_NOW = replace(
    recognition(Status.IDENTIFIED),
    match=replace(recognition(Status.IDENTIFIED).match, reason="now it is known"),
    language="ja",
    finish="normal",
)


def test_a_newer_catalogue_may_answer_again(scans: ScanLog) -> None:
    scan = record(scans)
    scans.rematch({scan.id: KNOWN_NOW})
    again = scans.get(scan.id)
    assert again is not None
    assert (again.status, again.printing) == (Status.IDENTIFIED, SPROUTLE)
    assert (again.reason, again.decision) == ("now it is known", Decision.PENDING)
    assert (again.language, again.finish) == ("ja", "normal")


def test_what_is_identified_at_last_is_kept_and_one_undo_takes_that_back(
    scans: ScanLog, collection: Collection
) -> None:
    scan = record(scans)
    change = scans.rematch({scan.id: KNOWN_NOW}, CopyDefaults(condition="LP"))
    assert change.label == "Keep Sproutle"
    (only,) = kept(collection)
    assert (only.finish, only.condition, only.language) == ("normal", "LP", "ja")
    assert only.provenance["reason"] == "now it is known"
    collection.undo()
    assert kept(collection) == []
    assert decision(scans, scan.id) == (Decision.PENDING, None)
    assert collection.undo_label() is None


@pytest.mark.parametrize("decide", ["accept", "reject"])
def test_a_decision_that_was_made_meanwhile_stays(
    scans: ScanLog, collection: Collection, decide: str
) -> None:
    scan = record(scans)
    if decide == "accept":
        scans.accept(scan.id, EMBERIX, Copy(finish="holo", note="mine"))
    else:
        scans.reject(scan.id)
    before = kept(collection), decision(scans, scan.id)
    scans.rematch({scan.id: KNOWN_NOW}, CopyDefaults())
    assert (kept(collection), decision(scans, scan.id)) == before


def test_a_scan_that_is_not_there(scans: ScanLog) -> None:
    assert scans.get(99) is None
    assert scans.reading(99) is None
    with pytest.raises(StoreError, match="99"):
        scans.accept(99, SPROUTLE, Copy(finish="normal"))


def test_a_photo_is_kept_small_and_looks_the_same() -> None:
    pixels = np.zeros((2800, 2000, 3), np.uint8)
    pixels[:1400] = (200, 40, 30)
    jpeg = encode_photo(pixels)
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (743, 1040)
        small = np.asarray(picture)
    assert np.abs(small[100, 300].astype(int) - (200, 40, 30)).max() < 6
    assert small[900, 300].max() < 6


def test_a_small_photo_is_not_blown_up() -> None:
    with Image.open(io.BytesIO(encode_photo(np.zeros((88, 63, 3), np.uint8)))) as picture:
        assert picture.size == (63, 88)
