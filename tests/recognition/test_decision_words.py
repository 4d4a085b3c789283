"""The log of decisions, read back in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardscanner_gui.recognition.decision_words import newest_decisions


def scan(request: str, at: float, *cards: dict[str, object], ms: float = 412.0) -> str:
    line = {"at": at, "what": "scan", "request": request, "status": "finished", "mode": "fast"}
    return json.dumps(line | {"ms": ms, "cards": list(cards), "stages": {}})


def route(request: str, reason: str, index: int = 0) -> str:
    line = {"at": 1.0, "what": "route", "request": request, "choice": "near", "reason": reason}
    return json.dumps(line | {"index": index})


def test_a_number_that_stands_in_the_name_is_not_said_twice(tmp_path: Path) -> None:
    log = tmp_path / "decisions.jsonl"
    log.write_text(scan("a", 1.0, {**CARD, "reason": "number 012/193 and name agree"}))

    (found,) = newest_decisions(log, 10)

    assert found.words == "Sproutle 012/193: read, number and name agree – 412 ms"


CARD = {"by": "ocr", "status": "identified", "name": "Sproutle 012/193", "stages": {}}


def test_a_log_that_is_not_there_yet_has_no_decisions(tmp_path: Path) -> None:
    assert newest_decisions(tmp_path / "decisions.jsonl", 10) == []


def test_each_card_gets_the_reason_of_its_own_route(tmp_path: Path) -> None:
    log = tmp_path / "decisions.jsonl"
    lines = [
        route("a", "not seen before"),
        route("b", "looks like before, and its text agrees", index=1),
        scan("b", 5.0, CARD, {**CARD, "by": "near", "name": "Emberix 4/102"}, ms=12.4),
        scan("a", 6.0, {**CARD, "status": "unsure", "name": ""}, ms=1840.0),
    ]
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")

    found = newest_decisions(log, 10)

    assert [(one.at, one.status, one.words) for one in found] == [
        (6.0, "unsure", "A card: read, not seen before – 1.8 s"),
        (
            5.0,
            "identified",
            "Emberix 4/102: seen before, looks like before, and its text agrees – 12 ms",
        ),
        (5.0, "identified", "Sproutle 012/193: read – 12 ms"),
    ]
    assert newest_decisions(log, 1) == found[:1]


@pytest.mark.parametrize(
    ("status", "words"),
    [("done", "No card found"), ("cancelled", "Stopped before"), ("failed", "Failed")],
)
def test_a_scan_without_cards_says_how_it_ended(tmp_path: Path, status: str, words: str) -> None:
    log = tmp_path / "decisions.jsonl"
    log.write_text(scan("a", 1.0).replace("finished", status))

    (found,) = newest_decisions(log, 10)

    assert found.status == status
    assert found.words.startswith(words)


def test_spoilt_and_half_written_lines_are_left_out(tmp_path: Path) -> None:
    log = tmp_path / "decisions.jsonl"
    spoilt = ["{", "[1, 2]", "null", '"what"', '{"at": 1}', "\x00\x00", '{"what": "else"}']
    log.write_text("\n".join([scan("a", 1.0, CARD), *spoilt, scan("b", 2.0)[:40]]))

    assert [one.at for one in newest_decisions(log, 10)] == [1.0]


def test_a_scan_of_another_version_is_left_out(tmp_path: Path) -> None:
    log = tmp_path / "decisions.jsonl"
    other = '{"what": "scan", "request": "a"}\n{"what": "scan", "at": 1, "ms": 2, "cards": [{}]}\n'
    log.write_text(other + scan("b", 2.0, CARD))

    assert [one.at for one in newest_decisions(log, 10)] == [2.0]


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    log = tmp_path / "decisions.jsonl"
    with log.open("w") as file:
        for number in range(20_000):
            file.write(scan(str(number), float(number), CARD) + "\n")

    found = newest_decisions(log, 200)

    assert [one.at for one in found] == [float(n) for n in range(19_999, 19_799, -1)]
