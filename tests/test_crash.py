"""The report of an error names no folder and nobody."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from cardscanner_gui.crash import crash_report


def raised(path: str) -> BaseException:
    try:
        Path(path).read_bytes()
    except OSError as error:
        return error
    raise AssertionError


def test_folders_users_and_passwords_are_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, data = tmp_path / "home" / "magnolia", tmp_path / "home" / "magnolia" / "cards"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(getpass, "getuser", lambda: "magnolia")

    own = crash_report(raised(str(data / "collection.db")), {"data": data})
    elsewhere = crash_report(raised("/media/magnolia/disk/my cards/leaf kit.jpg"))
    camera = crash_report(ValueError("rtsp://magnolia:secret@10.0.0.7/stream broke"))

    assert "<data>/collection.db" in own
    assert "FileNotFoundError" in own
    for report in (own, elsewhere, camera):
        assert "magnolia" not in report
        assert str(tmp_path) not in report
        assert str(Path(__file__).resolve().parents[1]) not in report
        assert "secret" not in report
        assert "test_crash.py" in report or report is camera
    assert report.startswith("Cardscanner ")
