"""`cardscanner scan --batch`, `batch` and `watch` from the outside."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from cardscanner_gui.export.plain import read_plain
from cardscanner_gui.games import ALL as GAMES


def test_a_batch_is_kept_and_listed_and_its_failures_tried_again(run, pictures, tmp_path):
    folder = tmp_path / "shoebox"
    shutil.copytree(pictures, folder)
    shutil.copy(folder / "a leafkit.jpg", folder / "f the same.jpg")
    done = run("scan", "--batch", folder)
    assert done.returncode == 1, done.stderr
    assert "4 of 6 done, 2 failed, 1 the same as another" in done.stderr
    assert "✕ d empty.png" in done.stderr
    assert done.stdout == ""

    listed = run("batch", "list")
    assert listed.returncode == 0
    (line,) = listed.stdout.splitlines()
    assert line.split()[:2] == ["1", "done"]
    assert "shoebox: 4 of 6 done" in line

    shutil.copy(pictures / "b twinfin.jpg", folder / "d empty.png")
    (folder / "e ユニコード.jpg").write_bytes((folder / "c stranger.jpg").read_bytes())
    again = run("batch", "retry", 1)
    assert again.returncode == 0, again.stderr
    assert "6 of 6 done" in again.stderr

    out = tmp_path / "collection.csv"
    assert run("export", "-o", out).returncode == 0
    assert {(e.printing.id, e.quantity) for e in read_plain(out, GAMES)} == {
        ("sv90-012", 1),
        ("sv90-150", 1),
    }
    assert run("batch", "retry", 1).stderr == "No picture of it has failed.\n"


def test_a_killed_batch_goes_on_where_it_was(run, pictures, tmp_path, data_dir, started):
    folder = tmp_path / "many"
    folder.mkdir()
    good = sorted(pictures.glob("[abc] *.jpg"))
    for number in range(16):  # another place in each: saved anew they would be the same picture
        with Image.open(good[number % 3]) as picture:
            room = (24 * number, 12 * (16 - number), 12, 12)
            ImageOps.expand(picture, room, (90, 80, 70)).save(folder / f"{number}.jpg")
    child = started("scan", "--batch", folder)
    until(lambda: recorded(data_dir) >= 3)
    child.kill()
    child.wait(timeout=60)
    before = recorded(data_dir)
    assert before < 16
    assert run("batch", "list").stdout.split()[1] == "running"

    resumed = run("batch", "resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "16 of 16 done" in resumed.stderr
    with contextlib.closing(sqlite3.connect(data_dir / "collection.db")) as connection:
        sources = [row[0] for row in connection.execute("SELECT source FROM scans")]
    assert sorted(sources) == sorted(str(path) for path in folder.iterdir())
    assert run("batch", "resume").stderr == "Every batch is done.\n"


def test_pausing_and_cancelling_from_beside(run, pictures, tmp_path, data_dir, started):
    folder = tmp_path / "many"
    folder.mkdir()
    good = (pictures / "a leafkit.jpg").read_bytes()
    for number in range(200):  # more than can be done while the next command starts
        (folder / f"{number}.jpg").write_bytes(good + bytes([number]))
    child = started("scan", "--batch", folder)
    until(lambda: recorded(data_dir) >= 1)
    paused = run("batch", "pause", 1)
    assert " paused " in paused.stdout, paused.stderr
    assert child.wait(timeout=120) == 0, "it ends, since nothing is left to do"
    assert recorded(data_dir) < 200
    cancelled = run("batch", "cancel", 1)
    assert " cancelled " in cancelled.stdout
    assert run("batch", "resume").stderr == "Every batch is done.\n"


def test_the_pages_of_a_document_are_scanned(run, pictures, tmp_path):
    path = tmp_path / "album.pdf"
    pages = [Image.open(pictures / name) for name in ("a leafkit.jpg", "b twinfin.jpg")]
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=300)
    done = run("scan", path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"✓ {path}#1: Leafkit 012/193")
    assert lines[1].startswith(f"✓ {path}#2: Twinfin 150/193")


def test_what_cannot_be(run, pictures):
    both = run("scan", "--batch", "--json", pictures)
    assert both.returncode == 2
    assert "leave the other options out" in both.stderr
    unknown = run("batch", "cancel", 99)
    assert unknown.returncode == 1
    assert "There is no batch 99" in unknown.stderr
    assert "There are no batches yet" in run("batch", "list").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="sends an interrupt as a Unix shell does")
def test_a_watched_folder_is_scanned_as_pictures_arrive(run, pictures, tmp_path, data_dir, started):
    folder = tmp_path / "inbox"
    folder.mkdir()
    shutil.copy(pictures / "a leafkit.jpg", folder)
    child = started("watch", folder)
    until(lambda: recorded(data_dir) == 1)
    shutil.copy(pictures / "b twinfin.jpg", folder)
    shutil.copy(pictures / "a leafkit.jpg", folder / "again.jpg")
    until(lambda: "3 of 3 done, 1 the same" in run("batch", "list").stdout)
    child.send_signal(signal.SIGINT)
    output, errors = child.communicate(timeout=120)
    assert child.returncode == 130, errors
    assert output.count("✓") == 2
    assert "Leafkit 012/193" in output
    assert "Traceback" not in errors

    shutil.copy(pictures / "c stranger.jpg", folder)
    child = started("watch", folder)
    until(lambda: recorded(data_dir) == 3)
    child.send_signal(signal.SIGINT)
    output, errors = child.communicate(timeout=120)
    assert "c stranger.jpg" in output, "what was done before the restart isn't done again"
    assert "leafkit" not in output


def recorded(data_dir: Path) -> int:
    """How many scans are in the database."""
    try:
        with contextlib.closing(sqlite3.connect(data_dir / "collection.db")) as connection:
            return int(connection.execute("SELECT count(*) FROM scans").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


@pytest.fixture
def started(data_dir):
    """Starts a command and doesn't wait for it."""
    children = []

    def started(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "cardscanner_gui.cli", "--data-dir", str(data_dir)]
        child = subprocess.Popen(
            [*command, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONUTF8": "1"},
        )
        children.append(child)
        return child

    yield started
    for child in children:
        if child.poll() is None:
            child.kill()
        child.communicate(timeout=60)
