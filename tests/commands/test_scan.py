"""`cardscanner scan` from the outside."""

from __future__ import annotations

import csv
import json

import pytest

from cardscanner_gui.export.plain import read_plain
from cardscanner_gui.games import ALL as GAMES


def test_json_is_one_object_a_line_in_input_order(run, pictures):
    done = run("scan", "--json", pictures)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"].rsplit("/", 1)[-1][0] for line in lines] == list("abcde")
    assert [line["error"] is None for line in lines] == [True, True, True, False, False]
    leafkit, twinfin, stranger, empty, cut = lines
    assert leafkit["cards"][0]["card"]["id"] == "sv90-012"
    assert twinfin["cards"][0]["card"]["id"] == "sv90-150"
    assert all(card["card"] is None for card in stranger["cards"])
    assert "d empty.png" in empty["error"]
    assert "ユニコード" in cut["error"]
    assert empty["cards"] == cut["cards"] == []
    assert done.returncode == 1


def test_status_is_0_when_every_file_was_read(run, pictures):
    done = run("scan", pictures / "c stranger.jpg")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_text_for_people(run, pictures):
    done = run("scan", pictures / "a leafkit.jpg", pictures / "d empty.png")
    first, second = done.stdout.splitlines()
    assert first.startswith("✓")
    assert "Leafkit 012/193 · Meadow Tales" in first
    assert second.startswith("✕")
    assert "empty" in second


def test_patterns_and_tables(run, pictures, tmp_path):
    table = tmp_path / "out.csv"
    done = run("scan", pictures / "[ab]*.jpg", "--csv", table)
    assert done.returncode == 0, done.stderr
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["name"], row["number"], row["status"]) for row in rows] == [
        ("Leafkit", "012/193", "identified"),
        ("Twinfin", "150/193", "identified"),
    ]


def test_add_keeps_identified_cards_and_export_writes_them(run, pictures, tmp_path):
    added = run("scan", "--add", pictures / "a leafkit.jpg", pictures / "c stranger.jpg")
    assert added.returncode == 0, added.stderr
    assert "1 kept" in added.stderr
    for counted in ((), ("--again",)):
        again = run("scan", "--add", *counted, pictures / "a leafkit.jpg")
        assert again.returncode == 0, again.stderr
    out = tmp_path / "collection.csv"
    exported = run("export", "-o", out)
    assert exported.returncode == 0, exported.stderr
    (entry,) = read_plain(out, GAMES)
    assert (entry.printing.id, entry.quantity) == ("sv90-012", 2)
    app = run("export", "--format", "tcgplayer-app", "-o", "-")
    assert app.stdout.splitlines()[0].lstrip("\ufeff").startswith("Quantity,Name,Simple Name,Set")
    assert "Leafkit" in app.stdout


def test_offline_without_a_catalogue_reads_fields(run, pictures, tmp_path):
    done = run(
        "--data-dir", tmp_path / "empty", "scan", "--offline", "--json", pictures / "a leafkit.jpg"
    )
    (line,) = map(json.loads, done.stdout.splitlines())
    assert line["cards"][0]["status"] == "unsure"
    assert line["cards"][0]["reading"]["name"]["text"] == "Leafkit"
    assert "catalogue" in done.stderr


def test_debug_pictures_show_what_was_found(run, pictures, tmp_path):
    done = run("scan", "--debug-dir", tmp_path / "steps", pictures / "a leafkit.jpg")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "steps").rglob("*.jpg")) or list((tmp_path / "steps").rglob("*.png"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scan", "no-such-folder/*.jpg"], "no such file"),
        (["catalogue", "search", "Nobody Atall"], "Nothing fits"),
        (["scan"], "Missing argument"),
        (["export", "--format", "nonsense", "-o", "x.csv"], "nonsense"),
    ],
)
def test_mistakes_get_one_clear_line(run, arguments, words):
    done = run(*arguments)
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_can_not_be_made(run, pictures, tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    done = run(
        "--data-dir", blocked / "data", "scan", "--offline", "--add", pictures / "a leafkit.jpg"
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "data folder" in done.stderr


def test_a_damaged_catalogue_is_said_and_scanning_goes_on(run, data_dir, pictures):
    for file in (data_dir / "catalogue").glob("*.sqlite3"):
        file.write_bytes(file.read_bytes()[:4096])
    done = run("scan", "--offline", "--json", pictures / "a leafkit.jpg")
    (line,) = map(json.loads, done.stdout.splitlines())
    assert line["cards"][0]["status"] == "unsure"
    assert "catalogue" in done.stderr


def test_version(run):
    assert "0.1.0" in run("--version").stdout
