"""The queue of batches: states, duplicates, one transaction a picture, several processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cardscanner_gui.core.batches import BatchOptions, BatchState, ItemState
from cardscanner_gui.core.collection import Decision, EntryQuery
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.types import Status
from cardscanner_gui.store import Collection, Database, ScanLog
from cardscanner_gui.store.batches import MAX_ATTEMPTS, BatchStore
from tests.store.cards import SPROUTLE, recognition
from tests.store.processes import read_line, start

FILES = [Path("/cards/a.jpg"), Path("/cards/b.jpg"), Path("/cards/c.jpg")]


@pytest.fixture
def batches(database: Database) -> BatchStore:
    return BatchStore(database)


def work_off(batches: BatchStore, batch_id: int, card=lambda: recognition()) -> list[int]:
    """Do every picture that waits; the ids of the recorded scans."""
    assert batches.claim(batch_id)
    scans: list[int] = []
    while items := batches.next_items(batch_id, 2):
        for item in items:
            change = batches.finish_item(item.id, str(item.path), [card()], seconds=0.5)
            assert change is not None
            scans += change.ids
    return scans


def test_a_batch_is_worked_off_in_order_and_ends(batches: BatchStore, scans: ScanLog) -> None:
    batch = batches.create(FILES, name="shoebox")
    assert (batch.name, batch.state, batch.total) == ("shoebox", BatchState.QUEUED, 3)
    recorded = work_off(batches, batch.id)
    after = batches.get(batch.id)
    assert after is not None
    assert (after.state, after.done, after.waiting) == (BatchState.DONE, 3, 0)
    assert after.worked_seconds == pytest.approx(1.5)
    items = batches.items(batch.id)
    assert [item.path for item in items] == FILES
    assert [item.scan_ids for item in items] == [(i,) for i in recorded]
    assert [scan.source for scan in reversed(scans.recent(9))] == [str(f) for f in FILES]


def test_identified_cards_are_kept_as_the_options_say(
    batches: BatchStore, collection: Collection, scans: ScanLog
) -> None:
    options = BatchOptions(defaults=CopyDefaults(finish="holo", condition="LP", language="fr"))
    batch = batches.create(FILES[:2], options)
    card = replace(recognition(Status.IDENTIFIED), finish=None, language=None)
    work_off(batches, batch.id, lambda: card)
    (entry,) = collection.page(EntryQuery(), 0, 10)
    # The printing doesn't exist as a holo card, so its first finish is taken.
    assert (entry.quantity, entry.finish) == (2, SPROUTLE.finishes[0])
    assert (entry.condition, entry.language) == ("LP", "fr")
    assert {scan.decision for scan in scans.recent(9)} == {Decision.ACCEPTED}

    waiting = batches.create(FILES[:1], BatchOptions(keep=False))
    work_off(batches, waiting.id, lambda: card)
    assert collection.copies(EntryQuery()) == 2
    assert scans.pending_count() == 1


def test_keeping_the_cards_of_a_picture_is_one_undo(
    batches: BatchStore, collection: Collection
) -> None:
    batch = batches.create(FILES[:1])
    assert batches.claim(batch.id)
    (item,) = batches.next_items(batch.id, 9)
    batches.finish_item(item.id, "a.jpg", [recognition(Status.IDENTIFIED) for _ in range(3)])
    assert collection.copies(EntryQuery()) == 3
    assert collection.undo_label() == "Keep 3 cards"
    collection.undo()
    assert collection.copies(EntryQuery()) == 0
    assert len(batches.items(batch.id)[0].scan_ids) == 3, "the scans themselves stay"


def test_a_picture_is_recorded_once_whoever_says_twice_that_it_is_done(
    batches: BatchStore, scans: ScanLog
) -> None:
    batch = batches.create(FILES[:1])
    assert batches.claim(batch.id)
    (item,) = batches.next_items(batch.id, 1)
    assert batches.finish_item(item.id, "a.jpg", [recognition()]) is not None
    assert batches.finish_item(item.id, "a.jpg", [recognition()]) is None
    batches.fail_item(item.id, "too late")
    assert len(scans.recent(9)) == 1
    assert batches.items(batch.id)[0].state is ItemState.DONE


def test_nothing_of_a_picture_is_recorded_when_one_of_its_cards_cannot_be(
    batches: BatchStore, scans: ScanLog, collection: Collection
) -> None:
    batch = batches.create(FILES[:1])
    assert batches.claim(batch.id)
    (item,) = batches.next_items(batch.id, 1)
    unstorable = replace(recognition(), reading=None)
    with pytest.raises(AttributeError):
        batches.finish_item(item.id, "a.jpg", [recognition(Status.IDENTIFIED), unstorable])
    assert scans.recent(9) == []
    assert collection.count(EntryQuery()) == 0
    assert batches.items(batch.id)[0].state is ItemState.WAITING


def test_the_same_file_is_read_once(batches: BatchStore) -> None:
    batch = batches.create(FILES)
    assert batches.claim(batch.id)
    first, second, third = batches.next_items(batch.id, 3)
    assert batches.begin_item(first.id, "one")
    assert not batches.begin_item(second.id, "one"), "the first is being read"
    change = batches.finish_item(first.id, "a.jpg", [recognition()])
    assert change is not None
    assert not batches.begin_item(third.id, "one"), "the first is done"
    after = batches.get(batch.id)
    assert after is not None
    assert (after.state, after.done, after.repeated) == (BatchState.DONE, 3, 2)
    assert {item.scan_ids for item in batches.items(batch.id)} == {change.ids}


def test_what_is_the_same_as_a_failed_file_fails_and_is_tried_again(batches: BatchStore) -> None:
    batch = batches.create(FILES[:2])
    assert batches.claim(batch.id)
    first, second = batches.next_items(batch.id, 3)
    batches.begin_item(first.id, "one")
    batches.begin_item(second.id, "one")
    batches.fail_item(first.id, "a.jpg: it is cut short")
    assert [item.error for item in batches.items(batch.id)] == ["a.jpg: it is cut short"] * 2
    assert batches.retry_failed(batch.id) == 2
    assert len(work_off(batches, batch.id)) == 2
    after = batches.get(batch.id)
    assert after is not None
    assert (after.failed, after.done) == (0, 2)


def test_other_batches_read_the_same_file_again_but_for_a_watched_folder(
    batches: BatchStore,
) -> None:
    def begin(options: BatchOptions) -> bool:
        batch = batches.create(FILES[:1], options)
        assert batches.claim(batch.id)
        (item,) = batches.next_items(batch.id, 1)
        new = batches.begin_item(item.id, "one")
        if new:
            batches.finish_item(item.id, "a.jpg", [recognition()])
        return new

    assert begin(BatchOptions())
    assert begin(BatchOptions()), "the user asked for it again"
    assert begin(BatchOptions(watched="/inbox"))
    assert not begin(BatchOptions(watched="/inbox"))
    assert begin(BatchOptions(watched="/outbox"))


def test_pausing_cancelling_and_going_on(batches: BatchStore) -> None:
    batch = batches.create(FILES)
    assert batches.claim(batch.id)
    (first,) = batches.next_items(batch.id, 1)
    batches.set_state(batch.id, BatchState.PAUSED)
    assert batches.next_items(batch.id, 9) == []
    assert batches.finish_item(first.id, "a.jpg", [recognition()]), "what was begun ends"
    assert batches.unfinished() == []
    assert not batches.claim(batch.id)
    batches.set_state(batch.id, BatchState.CANCELLED)
    batches.release(batch.id)
    assert [b.state for b in batches.list()] == [BatchState.CANCELLED]
    batches.set_state(batch.id, BatchState.QUEUED)
    assert [b.id for b in batches.unfinished()] == [batch.id]
    assert len(work_off(batches, batch.id)) == 2
    batches.set_state(batch.id, BatchState.CANCELLED)
    assert batches.list()[0].state is BatchState.DONE, "there was nothing left to cancel"


def test_time_left_follows_the_pace_so_far(batches: BatchStore) -> None:
    batch = batches.create(FILES)
    assert batch.seconds_left is None
    assert batches.claim(batch.id)
    (first,) = batches.next_items(batch.id, 1)
    batches.finish_item(first.id, "a.jpg", [], seconds=2.0)
    after = batches.get(batch.id)
    assert after is not None
    assert after.seconds_left == pytest.approx(4.0)


def test_a_picture_that_ends_the_program_each_time_is_given_up(batches: BatchStore) -> None:
    batch = batches.create(FILES[:1])
    for _ in range(MAX_ATTEMPTS + 1):
        assert batches.claim(batch.id)
        assert len(batches.next_items(batch.id, 1)) == 1
    batches.claim(batch.id)
    assert batches.next_items(batch.id, 1) == []
    (item,) = batches.items(batch.id, ItemState.FAILED)
    assert "ended" in item.error
    assert batches.list()[0].state is BatchState.DONE
    assert batches.retry_failed(batch.id) == 1
    assert batches.list()[0].state is BatchState.QUEUED


def test_pictures_beside_one_that_ends_the_program_are_read(batches: BatchStore) -> None:
    """All that were being read are suspects; each is tried alone, and only the guilty one fails."""
    batch = batches.create(FILES)
    guilty = FILES[1]
    for _ in range(MAX_ATTEMPTS):
        assert batches.claim(batch.id)
        assert len(batches.next_items(batch.id, 9)) == 3
    batches.append(batch.id, [Path("/cards/new.jpg")])

    ends = 0
    while batches.claim(batch.id):
        taken = batches.next_items(batch.id, 9)
        assert len(taken) <= 1
        for item in taken:
            assert batches.next_items(batch.id, 9) == []
            if item.path == guilty:
                ends += 1  # and whoever comes next claims the batch again
            else:
                batches.finish_item(item.id, str(item.path), [])

    assert ends == 1
    assert [i.path for i in batches.items(batch.id, ItemState.FAILED)] == [guilty]
    assert len(batches.items(batch.id, ItemState.DONE)) == 3


def test_what_was_taken_and_put_back_does_not_count_as_tried(batches: BatchStore) -> None:
    batch = batches.create(FILES)
    for _ in range(MAX_ATTEMPTS + 2):
        assert batches.claim(batch.id)
        assert len(batches.next_items(batch.id, 9)) == 3
        batches.release(batch.id)
    assert {item.attempts for item in batches.items(batch.id)} == {0}


def test_names_that_are_no_text_come_back_as_they_were(batches: BatchStore) -> None:
    odd = Path(os.fsdecode(b"/cards/\xff\xfe card.jpg"))
    batch = batches.create([odd])
    assert batches.items(batch.id)[0].path == odd
    assert batches.get(batch.id)


def test_pictures_can_be_added_to_a_batch_that_was_done(batches: BatchStore) -> None:
    batch = batches.create(FILES[:1], BatchOptions(watched="/inbox"))
    work_off(batches, batch.id)
    assert not batches.knows(FILES[1], "12:34")
    assert batches.append(batch.id, [FILES[1]], "12:34").state is BatchState.QUEUED
    assert batches.knows(FILES[1], "12:34")
    assert not batches.knows(FILES[1], "12:35")
    todays = batches.watched("/inbox")
    assert todays is not None
    assert todays.id == batch.id
    assert batches.watched("/outbox") is None
    assert len(work_off(batches, batch.id)) == 1


def test_an_unknown_batch_is_none_or_an_error(batches: BatchStore) -> None:
    assert batches.get(77) is None
    with pytest.raises(StoreError, match="no batch 77"):
        batches.append(77, [])


def test_a_batch_belongs_to_one_living_process(path: Path, kill: Callable[[int], None]) -> None:
    """A killed process leaves its batch to the next; each picture is recorded once."""
    database = Database(path)
    batches, scans = BatchStore(database), ScanLog(database)
    batch = batches.create([Path(f"/cards/{n}.jpg") for n in range(40)])
    child = start("work_off_batch", path, 25)
    told = [read_line(child) for _ in range(3)]
    assert told[0].startswith("done")
    assert not batches.claim(batch.id), "the other process lives"
    assert batches.unfinished() == []
    kill(child.pid)
    child.wait(timeout=60)

    assert [b.id for b in batches.unfinished()] == [batch.id]
    work_off(batches, batch.id)
    sources = [scan.source for scan in scans.recent(99)]
    assert sorted(sources) == sorted(f"/cards/{n}.jpg" for n in range(40))
    assert batches.list()[0].done == 40
    database.close()


@pytest.fixture
def kill() -> Callable[[int], None]:
    """End a process without a chance to tidy up."""
    return lambda pid: os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def test_photos_are_kept_with_the_scans(batches: BatchStore, scans: ScanLog) -> None:
    batch = batches.create(FILES[:1])
    photo = np.full((88, 63, 3), 120, np.uint8)
    (scan_id,) = work_off(batches, batch.id, lambda: replace(recognition(), photo=photo))
    kept = scans.photo(scan_id)
    assert kept is not None
    assert kept.startswith(b"\xff\xd8")
