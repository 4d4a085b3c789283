"""Kills import, merge, restore and backup at random points, and looks at what is left.

`python -m tests.importing.killed FOLDER POINTS SEED`, in a process of its own: it forks, so that
each point costs milliseconds, and may have no other thread.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.errors import BackupError
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.importing.importer import Importer
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.backup import read_backup, restore_backup, unpacked, write_backup
from tests.store.cards import entry, printing

_CARDS = 60
State = tuple[tuple[str, int], ...]


def state(database: Database) -> State:
    """What a user would find: each card with its copies, and how many rows wait."""
    cards = [
        (one.printing.name, one.quantity) for one in Collection(database).entries(EntryQuery())
    ]
    waiting = database.value("SELECT count(*) FROM scans WHERE decision = 'pending'")
    return (*sorted(cards), ("waiting", waiting))


class Place:
    """A folder with a collection, and everything that the actions need."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.path = folder / "data" / "collection.db"
        self.backup = folder / "backup.zip"
        self.file = folder / "cards.csv"
        rows = [
            f"{1 + n % 3},0,Stranger {n},Nowhere,,{n},Near Mint,English," for n in range(_CARDS)
        ]
        header = (
            "Count,Tradelist Count,Name,Edition,Edition Code,Card Number,Condition,Language,Foil"
        )
        self.file.write_text("\n".join((header, *rows)))
        with closing(Database(self.path)) as database:
            collection = Collection(database)
            collection.add_all([entry(printing("Old", f"{n:03}")) for n in range(_CARDS)])
            write_backup(self.path, self.backup, "0")
            collection.add_all([entry(printing("New", f"{n:03}")) for n in range(_CARDS)])
            twins = [entry(printing("Twin", f"{n:03}"), condition="EX") for n in range(_CARDS)]
            collection.add_all(twins)
            collection.add_all([entry(one.printing, condition="NM") for one in twins])


def import_file(place: Place) -> None:
    with closing(Database(place.path)) as database:
        importer = Importer({}, GAMES, database)
        importer.run(importer.preview(place.file))


def merge(place: Place) -> None:
    """An edit that makes pairs of lines the same: each pair becomes one line."""
    with closing(Database(place.path)) as database:
        collection = Collection(database)
        collection.update(collection.ids(EntryQuery("twin")), condition="GD")


def restore(place: Place) -> None:
    with closing(Database(place.path)) as database:
        restore_backup(database, place.backup)


def back_up(place: Place) -> None:
    write_backup(place.path, place.backup, "new")


ACTIONS: tuple[Callable[[Place], None], ...] = (import_file, merge, restore, back_up)


def look(place: Place) -> State:
    """The state of the collection, which has to be whole."""
    with closing(Database(place.path)) as database:
        assert database.value("PRAGMA integrity_check") == "ok"
        words = database.value("SELECT count(*) FROM entry_words")
        assert words == database.value("SELECT count(*) FROM entries")
        return state(database)


def look_at_backup(place: Place, folder: Path) -> str:
    """The version in the backup, all of which has to be readable."""
    info = read_backup(place.backup)
    with zipfile.ZipFile(place.backup) as packed:
        assert packed.testzip() is None
    with unpacked(place.backup, folder):
        return info.version


def killed_after(action: Callable[[Place], None], place: Place, seconds: float) -> bool:
    """Run an action in a process of its own and kill it; whether it was still running."""
    child = os.fork()
    if child == 0:
        try:
            action(place)
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(folder: Path, points: int, seed: int) -> None:
    chance = random.Random(seed)
    Place(folder / "start")
    running = 0
    for action in ACTIONS:
        whole = folder / f"whole-{action.__name__}"
        shutil.copytree(folder / "start", whole)
        began = time.monotonic()
        place = _at(whole)
        action(place)
        took = time.monotonic() - began
        before, after = look(_at(_copy(folder, "start"))), look(place)
        for _ in range(points // len(ACTIONS)):
            place = _at(_copy(folder, "start"))
            running += killed_after(action, place, chance.uniform(0, took * 1.1))
            found = look(place)
            assert found in (before, after), f"{action.__name__}: neither old nor new"
            assert look_at_backup(place, place.path.parent) in ("0", "new")
            try:
                action(place)  # what was left behind is in nobody's way
            except BackupError as error:
                raise AssertionError(f"{action.__name__}, again") from error
    print(f"{points} points, {running} of them while it ran")


def _copy(folder: Path, name: str) -> Path:
    target = folder / "killed"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder / name, target)
    return target


def _at(folder: Path) -> Place:
    place = object.__new__(Place)
    place.path = folder / "data" / "collection.db"
    place.backup, place.file = folder / "backup.zip", folder / "cards.csv"
    return place


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
