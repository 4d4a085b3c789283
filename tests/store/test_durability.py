"""Several processes at once, sudden death, a full disk: what was saved stays, and stays right."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from cardscanner_gui.core.collection import Decision, EntryQuery
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.store import Collection, Database, ScanLog
from tests.store.cards import entry, printing
from tests.store.processes import read_line, run_together, start


def test_no_copy_is_lost_when_two_processes_write_at_once(path: Path) -> None:
    assert run_together([start("add_same", path, 60) for _ in range(2)]) == [(0, "")] * 2

    database = Database(path)
    (only,) = Collection(database).page(EntryQuery(), 0, 10)
    assert only.quantity == 120
    assert database.value("PRAGMA integrity_check") == "ok"
    database.close()


def test_threads_of_one_process_write_side_by_side(collection: Collection) -> None:
    threads = [
        threading.Thread(target=lambda: [collection.add(entry()) for _ in range(20)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert collection.copies(EntryQuery()) == 80


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 on Windows")
@pytest.mark.parametrize("lines", [1, 6, 23])
def test_what_was_told_as_saved_survives_kill_9(path: Path, lines: int) -> None:
    child = start("save_and_tell", path, 1000)
    told = [read_line(child) for _ in range(lines)]
    child.kill()
    rest, _ = child.communicate(timeout=60)
    told += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    assert child.returncode == -signal.SIGKILL

    # The last word about each thing is what has to be there, or the step after it.
    last = {tuple(line.split()[:2]): line.split()[2] for line in told}
    database = Database(path)
    collection, scans = Collection(database), ScanLog(database)
    for (kind, number), saved in last.items():
        if kind == "entry":
            kept = collection.get(int(number))
            assert kept is not None
            assert kept.quantity == int(saved) or (saved == "1" and kept.quantity == 7)
            assert collection.photo(kept.id) == b"photo" * 2000
        else:
            scan = scans.get(int(number))
            assert scan is not None
            assert scan.decision == saved or saved == Decision.PENDING
            assert scans.photo(scan.id) == b"jpeg" * 5000
            if scan.decision is Decision.ACCEPTED:
                assert scan.entry_id is not None
                assert collection.get(scan.entry_id) is not None
    assert database.value("PRAGMA integrity_check") == "ok"
    database.close()


def test_a_full_disk_is_one_line_and_loses_nothing(
    database: Database, collection: Collection
) -> None:
    collection.add(entry(note="before"))
    pages = database.value("PRAGMA page_count")
    database.connection().execute(f"PRAGMA max_page_count = {pages + 5}")

    with pytest.raises(StoreError, match="disk is full") as caught:
        collection.add(entry(printing("Huge")), b"x" * 1_000_000)
    assert "\n" not in str(caught.value)
    assert collection.undo_label() == "Add Sproutle"
    assert [kept.note for kept in collection.entries(EntryQuery())] == ["before"]

    database.connection().execute("PRAGMA max_page_count = 1000000")
    collection.add(entry(printing("Huge")), b"x" * 1_000_000)
    assert collection.count(EntryQuery()) == 2


def test_a_busy_database_is_waited_for(path: Path, collection: Collection) -> None:
    other = Database(path)
    holding, release = threading.Event(), threading.Event()

    def hold() -> None:
        with other.transaction():
            holding.set()
            release.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(60)
    threading.Timer(0.3, release.set).start()
    collection.add(entry())
    thread.join()
    other.close()
    assert collection.count(EntryQuery()) == 1
