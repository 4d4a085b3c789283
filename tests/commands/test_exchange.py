"""`import`, `export`, `backup`, `restore` and `values`, as a user types them."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import Run

FILE = (
    "Quantity,Name,Set,Card Number,Printing,Condition,Language\n"
    "3,Leafkit,Meadow Tales,012/193,Reverse Holofoil,Near Mint,German\n"
    "1,Nobody,Nowhere,7,Normal,Near Mint,English\n"
)


def test_in_out_and_back(run: Run, tmp_path: Path) -> None:
    cards = tmp_path / "cards.csv"
    cards.write_text(FILE)
    looked = run("import", cards, "--preview")
    assert looked.returncode == 0, looked.stderr
    assert "Line 3: Nobody · Nowhere · 7: no card" in looked.stderr
    assert "Imported 3 cards in 1 rows; 1 wait in Review" in run("import", cards).stdout
    again = run("import", cards)
    assert again.returncode == 1
    assert "--again" in again.stderr

    backup = tmp_path / "mine.zip"
    assert "Wrote 3 cards in 1 lines, 1 scans" in run("backup", "-o", backup).stdout
    assert run("import", cards, "--again").returncode == 0
    restored = run("restore", backup, "--yes")
    assert restored.returncode == 0, restored.stderr
    assert "The collection now holds 6 cards" in restored.stdout

    preview = run("export", "--format", "collectr", "--preview").stdout
    assert "Leafkit,012/193" in preview
    assert ",Reverse Holofoil,Ungraded,Near Mint,0,3," in preview

    refused = run("values", "--update")
    assert refused.returncode == 1
    assert "values are switched off" in refused.stderr


def test_what_is_no_file_of_ours_is_one_line(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(b"PK\x03\x04 and no more")
    for command in ("import", "restore"):
        ended = run(command, other)
        assert ended.returncode == 1
        assert ended.stderr.startswith("Error: “other.zip” ")
        assert len(ended.stderr.strip().splitlines()) == 1
