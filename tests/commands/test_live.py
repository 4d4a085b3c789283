"""`cardscanner live` in a process of its own, with a folder of pictures for a camera."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.store.collection import Collection
from cardscanner_gui.store.database import Database


def test_one_line_a_card_in_the_order_they_were_laid_down(run, pictures):
    result = run("live", "--camera", pictures, "--offline", "--json")
    cards = [json.loads(line)["cards"] for line in result.stdout.splitlines()]
    names = [found[0]["card"] and found[0]["card"]["name"] for found in cards]
    assert names == ["Leafkit", "Twinfin", None], result.stderr
    assert result.returncode == 0


def test_what_is_printed_for_people_and_kept_when_asked(run, pictures, data_dir):
    result = run("live", "--camera", pictures / "a leafkit.jpg", "--offline", "--add")
    assert "Leafkit 012/193 · Meadow Tales" in result.stdout, result.stderr
    assert "1 kept, 0 to review" in result.stderr
    database = Database(data_dir / "collection.db")
    try:
        (entry,) = Collection(database).entries(EntryQuery())
    finally:
        database.close()
    assert entry.printing.name == "Leafkit"


def test_a_camera_that_is_not_there_is_one_line_and_status_1(run):
    result = run("live", "--camera", "no such camera 4711", "--offline")
    assert result.returncode == 1
    assert "camera" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("named", ["missing.mp4", "no such folder/", "~/nothing/here.avi"])
def test_a_file_that_is_not_there_is_said_before_anything_is_fetched(run, tmp_path, named):
    result = run("live", "--camera", named)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: There is no file")
    assert len(result.stderr.splitlines()) == 1


def test_listing_the_cameras_needs_no_catalogue(run, tmp_path):
    result = run("live", "--list")
    assert result.returncode == 0, result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one child")
def test_ctrl_c_ends_it(data_dir, pictures, tmp_path):
    many = tmp_path / "many"
    many.mkdir()
    for number in range(40):
        (many / f"{number}.jpg").symlink_to(pictures / "a leafkit.jpg")
    process = subprocess.Popen(
        [sys.executable, "-m", "cardscanner_gui.cli", "live", "--camera", many, "--offline"],
        env=os.environ | {"CARDSCANNER_DATA_DIR": str(data_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "Leafkit" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
