"""Two reports of answers, compared card by card: whether a rebuilding changed any answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.compare_reports import main
from benchmarks.matching import answer_of
from cardscanner_gui.core.types import (
    Candidate,
    Match,
    Printing,
    Reading,
    Recognition,
    ScanResult,
    Status,
)
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.recognition.contract import scan_object

LEAFCAT = Printing("sv90-012", {"en": "Leafcat"}, "sv90", {"en": "Meadow"}, "012", 193)
TWINFIN = Printing("sv90-050", {"en": "Twinfin"}, "sv90", {"en": "Meadow"}, "050", 193)
READ = Reading("ocr")
FOUND = Match(
    Status.IDENTIFIED, "number 012/193 and name agree", LEAFCAT, 9.0,
    (Candidate(LEAFCAT, 21.0, 0.84), Candidate(TWINFIN, 4.0, 0.3)),
)  # fmt: skip
UNSURE = Match(
    Status.UNSURE, "only name could be read", None, 0.0,
    (Candidate(TWINFIN, 9.0, 0.5), Candidate(LEAFCAT, 9.0, 0.5)),
)  # fmt: skip


def scans(path: Path, *pictures: tuple[str, float, tuple[Match, ...]]) -> Path:
    """Lines as `cardscanner scan --json` writes them."""
    objects = [
        scan_object(
            ScanResult(name, 600, 800, ms, tuple(Recognition(m, READ) for m in cards)), GAMES
        )
        for name, ms, cards in pictures
    ]
    return write(path, objects)


def write(path: Path, objects: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(o) + "\n" for o in objects), encoding="utf-8")
    return path


def compared(capsys: pytest.CaptureFixture[str], before: Path, after: Path) -> tuple[int, str]:
    status = main([str(before), str(after)])
    return status, capsys.readouterr().out


def test_the_same_answers_in_another_time_are_the_same(tmp_path, capsys):
    before = scans(tmp_path / "a", ("1.jpg", 700.0, (FOUND, UNSURE)), ("2.jpg", 9.0, ()))
    after = scans(tmp_path / "b", ("2.jpg", 12.0, ()), ("1.jpg", 120.0, (FOUND, UNSURE)))
    status, told = compared(capsys, before, after)
    assert (status, told) == (0, "4 answers before, 4 after, 0 differences\n")


def test_each_difference_is_told_with_its_card(tmp_path, capsys):
    before = scans(tmp_path / "a", ("1.jpg", 1.0, (FOUND, UNSURE)), ("2.jpg", 1.0, (FOUND,)))
    after = scans(tmp_path / "b", ("1.jpg", 1.0, (FOUND, FOUND)), ("3.jpg", 1.0, (FOUND,)))
    status, told = compared(capsys, before, after)
    assert status == 1
    assert "1.jpg, card 2: status was 'unsure', is 'identified'" in told
    assert "1.jpg, card 2: answer was None, is 'sv90-012'" in told
    assert "1.jpg, card 2: candidates was ['sv90-050', 'sv90-012'], is ['sv90-012'" in told
    assert "1.jpg, card 2: reason was 'only name could be read'" in told
    assert "2.jpg, card 1: only before" in told
    assert "3.jpg, card 1: only after" in told
    assert "card 1: status" not in told


def test_matching_reports_are_compared_reading_by_reading(tmp_path, capsys):
    found, unsure = answer_of(LEAFCAT, FOUND), answer_of(LEAFCAT, UNSURE)
    before = write(tmp_path / "a", [found, found])
    status, _ = compared(capsys, before, write(tmp_path / "b", [found, found]))
    assert status == 0
    status, told = compared(capsys, before, write(tmp_path / "c", [found, unsure]))
    assert status == 1
    assert "2: sv90-012: points was 21.0, is 9.0" in told
    assert "1: sv90-012" not in told


@pytest.mark.parametrize("text", ["no JSON\n", "[]\n", '{"file": "1.jpg"}\n'])
def test_what_is_no_report_is_no_comparison(tmp_path, capsys, text):
    (tmp_path / "a").write_text(text)
    before = scans(tmp_path / "b", ("1.jpg", 1.0, (FOUND,)))
    assert main([str(before), str(tmp_path / "a")]) == 2
    assert "line 1: not a line of a report" in capsys.readouterr().err
    assert main([str(before), str(tmp_path / "missing")]) == 2
