"""What the tests run in a process of its own: `python -m tests.store.worker ACTION PATH COUNT`."""

from __future__ import annotations

import sys
from pathlib import Path

from cardscanner_gui.core.copies import Copy
from cardscanner_gui.core.types import Status
from cardscanner_gui.store import Collection, Database, ScanLog
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.migrations import MIGRATIONS
from tests.store.cards import SPROUTLE, entry, printing, recognition, record_one
from tests.store.steps import m002_decks


def wait_for_the_others() -> None:
    """Say that everything is loaded, and go on when a line comes."""
    print("ready", flush=True)
    sys.stdin.readline()


def add_same(path: Path, count: int) -> None:
    """Add one copy of the same card again and again."""
    collection = Collection(Database(path))
    wait_for_the_others()
    for _ in range(count):
        collection.add(entry())


def save_and_tell(path: Path, count: int) -> None:
    """Save cards in each way there is, and print what was saved once it is."""
    database = Database(path)
    collection, scans = Collection(database), ScanLog(database)
    for number in range(count):
        (added,) = collection.add(entry(printing("Solo", f"{number:04d}")), b"photo" * 2000).ids
        print("entry", added, 1, flush=True)
        scan = record_one(scans, recognition(Status.IDENTIFIED), photo=b"jpeg" * 5000)
        print("scan", scan.id, "pending", flush=True)
        scans.accept(scan.id, SPROUTLE, Copy(finish="normal"))
        print("scan", scan.id, "accepted", flush=True)
        collection.update([added], quantity=7)
        print("entry", added, 7, flush=True)


def work_off_batch(path: Path, count: int) -> None:
    """Do so many pictures of the oldest batch, and wait with the rest of what was taken."""
    batches = BatchStore(Database(path))
    (batch,) = batches.unfinished()
    assert batches.claim(batch.id)
    done = 0
    while True:
        for item in batches.next_items(batch.id, 4):
            if done == count:
                wait_for_the_others()
            batches.begin_item(item.id, f"content of {item.path}")
            batches.finish_item(item.id, str(item.path), [recognition()])
            print("done", item.id, flush=True)
            done += 1


def open_only(path: Path, count: int) -> None:
    wait_for_the_others()
    Database(path).close()


def open_newer(path: Path, count: int) -> None:
    wait_for_the_others()
    Database(path, (*MIGRATIONS, m002_decks)).close()


if __name__ == "__main__":
    actions = {
        f.__name__: f for f in (add_same, save_and_tell, work_off_batch, open_only, open_newer)
    }
    actions[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
