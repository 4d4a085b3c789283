"""The ledger of a batch that a cluster reads: each picture once, whatever the readers say twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from cardscanner_gui.core.batches import BatchOptions, BatchState, ItemState
from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.types import Status
from cardscanner_gui.store import Collection, Database, ScanLog
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.cluster_batches import ClusterBatches, ReadPicture
from cardscanner_gui.store.scanned_picture import ScannedPicture
from tests.store.cards import recognition

FILES = [Path("/cards/a.jpg"), Path("/cards/b.jpg"), Path("/cards/c.jpg")]
ANSWERS_ONLY = BatchOptions(record=False)


@pytest.fixture
def ledger(database: Database) -> ClusterBatches:
    return ClusterBatches(database)


@pytest.fixture
def batches(database: Database) -> BatchStore:
    return BatchStore(database)


def read_of(item_id: int, content: str | None = None, error: str | None = None) -> ReadPicture:
    cards = [recognition(Status.IDENTIFIED)]
    picture = ScannedPicture.of(cards, f"{item_id}.jpg", 1_700_000_000.0, content=content)
    answer = {"file": f"{item_id}.jpg", "cards": [] if error else [{"é": 1}], "error": error}
    return ReadPicture(item_id, answer, None if error else picture, content)


def begin(ledger: ClusterBatches, batches: BatchStore, options: BatchOptions) -> list[int]:
    batch, new = ledger.open("/cards", lambda: FILES, options, "cards")
    assert new
    assert batches.claim(batch.id)
    return [item.id for item in batches.items(batch.id)]


def test_a_picture_that_is_told_of_twice_is_recorded_once(
    ledger: ClusterBatches, batches: BatchStore, scans: ScanLog, collection: Collection
) -> None:
    a, b, c = begin(ledger, batches, BatchOptions())
    assert ledger.record([read_of(a), read_of(b)], seconds=1.0) == 2
    assert ledger.record([read_of(b), read_of(c, error="c.jpg can't be opened")]) == 1
    assert ledger.record([read_of(a), read_of(999)]) == 0
    assert len(scans.recent(10)) == 2
    assert collection.copies(EntryQuery()) == 2
    (batch,) = batches.list()
    assert (batch.state, batch.done, batch.failed) == (BatchState.DONE, 2, 1)
    assert batch.worked_seconds == pytest.approx(1.0)
    answers = list(ledger.answers(batch.id))
    assert [path for path, _ in answers] == FILES
    assert [answer["error"] for _, answer in answers if answer] == [
        None, None, "c.jpg can't be opened",
    ]  # fmt: skip
    collection.undo()
    assert collection.copies(EntryQuery()) == 0, "what was kept together is taken back together"


def test_answers_alone_leave_the_collection_as_it_is(
    ledger: ClusterBatches, batches: BatchStore, scans: ScanLog
) -> None:
    items = begin(ledger, batches, ANSWERS_ONLY)
    same = [ReadPicture(i, read_of(i).answer, None, "same") for i in items]
    assert ledger.record(same) == 3
    assert scans.recent(10) == []
    assert [a for _, a in ledger.answers(1)] == [one.answer for one in same]


def test_the_same_file_counts_once_and_answers_each_time(
    ledger: ClusterBatches, batches: BatchStore, scans: ScanLog
) -> None:
    a, b, c = begin(ledger, batches, BatchOptions())
    ledger.record([read_of(a, "same"), read_of(b, "same")])
    ledger.record([read_of(c, "same")])
    assert len(scans.recent(10)) == 1
    items = batches.items(1)
    assert [item.same_as for item in items] == [None, a, a]
    assert {item.state for item in items} == {ItemState.DONE}
    assert len([1 for _, answer in ledger.answers(1) if answer]) == 3


def test_all_or_none_of_what_is_recorded_together(
    ledger: ClusterBatches, batches: BatchStore, scans: ScanLog
) -> None:
    a, b, _ = begin(ledger, batches, BatchOptions())
    unstorable = read_of(b).picture
    assert unstorable is not None
    broken = ReadPicture(b, {"file": "\ud800"}, unstorable)
    with pytest.raises(UnicodeEncodeError):
        ledger.record([read_of(a), broken])
    assert scans.recent(10) == []
    assert list(ledger.answers(1)) == []
    assert ledger.record([read_of(a)]) == 1


def test_two_that_begin_at_once_are_given_one_batch_and_one_of_them_works(path: Path) -> None:
    with closing(Database(path)) as first:

        def ask(_: int) -> tuple[int, bool]:
            batch, new = ClusterBatches(first).open("/cards", lambda: FILES, ANSWERS_ONLY, "cards")
            return batch.id, new

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(ask, range(4)))
        assert {number for number, _ in found} == {1}
        assert sorted(new for _, new in found) == [False, False, False, True]
        assert BatchStore(first).get(1).total == 3


def test_this_program_does_not_work_off_what_a_cluster_reads(
    ledger: ClusterBatches, batches: BatchStore
) -> None:
    begin(ledger, batches, ANSWERS_ONLY)
    batches.release(1)
    assert batches.unfinished() == []
    found = ledger.unfinished("/cards")
    assert found is not None
    assert (found.source, found.options) == ("/cards", ANSWERS_ONLY)
    assert ledger.unfinished("/other") is None
    batches.set_state(1, BatchState.CANCELLED)
    assert ledger.unfinished("/cards") is None, "the next time is another batch"


def test_a_picture_that_failed_is_tried_again_and_answered_anew(
    ledger: ClusterBatches, batches: BatchStore
) -> None:
    items = begin(ledger, batches, ANSWERS_ONLY)
    ledger.record([read_of(item, error="it can't be opened") for item in items])
    assert ledger.unfinished("/cards") is None
    assert batches.retry_failed(1) == 3
    found = ledger.unfinished("/cards")
    assert found is not None
    assert batches.claim(1)
    assert ledger.record([read_of(item) for item in items]) == 3
    assert not any(answer["error"] for _, answer in ledger.answers(1) if answer)


def test_who_was_relieved_releases_nothing(
    ledger: ClusterBatches, batches: BatchStore, database: Database
) -> None:
    begin(ledger, batches, ANSWERS_ONLY)
    with database.transaction() as connection:
        connection.execute("UPDATE batches SET worker = '1:2.00'")
    batches.release(1)
    found = batches.get(1)
    assert found is not None
    assert found.state is BatchState.RUNNING


def test_a_damaged_answer_is_set_aside_and_the_others_are_there(
    ledger: ClusterBatches, batches: BatchStore, database: Database
) -> None:
    a, b, c = begin(ledger, batches, ANSWERS_ONLY)
    ledger.record([read_of(a), read_of(b), read_of(c)])
    with database.transaction() as connection:
        connection.execute("UPDATE batch_answers SET answer = x'00' WHERE item_id = ?", [b])
    assert [answer is None for _, answer in ledger.answers(1)] == [False, True, False]


def test_a_batch_that_is_deleted_takes_its_answers_along(
    ledger: ClusterBatches, batches: BatchStore, database: Database
) -> None:
    a, *_ = begin(ledger, batches, ANSWERS_ONLY)
    ledger.record([read_of(a)])
    assert batches.delete(1)
    assert database.value("SELECT count(*) FROM batch_answers") == 0
    with pytest.raises(StoreError):
        batches.append(1, [])
