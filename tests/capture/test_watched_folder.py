"""A watched folder: real files, real events, and none."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cardscanner_gui.capture import watched_folder
from cardscanner_gui.capture.watched_folder import WatchedFolder
from cardscanner_gui.core.errors import WorldError


class Listener:
    """What was told, and by which file sizes."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, int]] = []
        self.problems: list[str] = []

    def hear(self, path: Path, version: str) -> None:
        self.arrived.append((path.name, path.stat().st_size))
        assert version.startswith(f"{path.stat().st_size}:")

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.arrived]


@pytest.fixture
def heard() -> Listener:
    return Listener()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def watch(
    folder: Path, heard: Listener, new_threads: Callable[[], set[str]]
) -> Iterator[Callable[..., WatchedFolder]]:
    watched: list[WatchedFolder] = []

    def watch(**options: float) -> WatchedFolder:
        options = {"look_seconds": 0.1, "settled_seconds": 0.2} | options
        found = WatchedFolder(folder, heard.hear, heard.problems.append, **options)
        watched.append(found)
        found.start()
        return found

    yield watch
    for one in watched:
        one.stop()
    assert "watched-folder" not in new_threads()


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


def test_what_is_there_and_what_comes_is_told_once(folder, heard, watch) -> None:
    (folder / "old.jpg").write_bytes(b"old")
    watch()
    until(lambda: heard.names == ["old.jpg"])
    below = folder / "box 2"
    below.mkdir()
    (below / "new.png").write_bytes(b"new")
    (folder / "notes.txt").write_bytes(b"not a picture")
    (folder / ".hidden.jpg").write_bytes(b"hidden")
    (folder / "last.pdf").write_bytes(b"last")
    until(lambda: len(heard.names) == 3)
    assert sorted(heard.names) == ["last.pdf", "new.png", "old.jpg"]


def test_a_file_is_told_when_it_is_written_completely(folder, heard, watch) -> None:
    watch(settled_seconds=3.0)
    path = folder / "slow.jpg"
    with path.open("wb") as file:
        for _ in range(20):
            file.write(b"x" * 1000)
            file.flush()
            os.fsync(file.fileno())
            time.sleep(0.05)  # what a slow copy does
    until(lambda: heard.arrived)
    assert heard.arrived == [("slow.jpg", 20_000)]


def test_an_empty_file_is_waited_for(folder, heard, watch) -> None:
    (folder / "a.jpg").touch()
    (folder / "b.jpg").write_bytes(b"b")
    watch()
    until(lambda: heard.names == ["b.jpg"])
    (folder / "a.jpg").write_bytes(b"now")
    until(lambda: heard.names == ["b.jpg", "a.jpg"])


def test_a_file_that_is_written_anew_is_told_again(folder, heard, watch) -> None:
    path = folder / "scan.jpg"
    path.write_bytes(b"one")
    watch()
    until(lambda: heard.arrived == [("scan.jpg", 3)])
    path.write_bytes(b"another card")
    until(lambda: heard.arrived == [("scan.jpg", 3), ("scan.jpg", 12)])


def test_events_make_it_quick(folder, heard, watch) -> None:
    """The next look would come in an hour."""
    watch(look_seconds=3600.0)
    (folder / "a.jpg").write_bytes(b"a")
    until(lambda: heard.names == ["a.jpg"])


def test_without_events_it_is_noticed_too(folder, heard, watch, monkeypatch) -> None:
    def no_events() -> None:
        raise OSError("this drive sends none")

    monkeypatch.setattr(watched_folder, "Observer", no_events)
    watch()
    (folder / "a.jpg").write_bytes(b"a")
    until(lambda: heard.names == ["a.jpg"])


def test_a_folder_that_goes_and_comes_back(folder, heard, watch) -> None:
    (folder / "a.jpg").write_bytes(b"a")
    watch()
    until(lambda: heard.names == ["a.jpg"])
    away = folder.rename(folder.with_name("away"))
    until(lambda: len(heard.problems) == 1)
    assert "inbox" in heard.problems[0]
    (away / "b.jpg").write_bytes(b"b")
    away.rename(folder)
    until(lambda: heard.names == ["a.jpg", "b.jpg"])
    assert heard.problems[1:] == [""]
    (folder / "c.jpg").write_bytes(b"c")
    until(lambda: heard.names == ["a.jpg", "b.jpg", "c.jpg"])


def test_a_folder_that_is_not_there_yet(folder, heard, watch) -> None:
    folder.rmdir()
    watch()
    until(lambda: heard.problems)
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"a")
    until(lambda: heard.names == ["a.jpg"])


def test_what_could_not_be_taken_is_told_again(folder, heard, watch) -> None:
    tries = []

    def full_at_first(path: Path, version: str) -> None:
        tries.append(path.name)
        if len(tries) < 3:
            raise WorldError("The disk is full.")
        heard.hear(path, version)

    (folder / "a.jpg").write_bytes(b"a")
    watched = WatchedFolder(
        folder, full_at_first, heard.problems.append, look_seconds=0.1, settled_seconds=0.1
    )
    watched.start()
    until(lambda: heard.names == ["a.jpg"])
    until(lambda: len(heard.problems) == 2)
    watched.stop()
    assert heard.problems == ["The disk is full.", ""], "said once, and that it is over"
