"""Reports of readers become one set of metrics, one log and one list."""

from __future__ import annotations

import json
import logging

import pytest

from cardscanner_gui.cluster.board import ALIVE_SECONDS, Board
from cardscanner_gui.cluster.messages import ReaderReport
from cardscanner_gui.core.metrics import Metrics, Snapshot
from cardscanner_gui.logs import DECISIONS
from cardscanner_gui.service.exposition import exposition


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def board(clock: Clock) -> Board:
    metrics = Metrics()
    metrics.count("requests_total", 7)
    return Board(metrics, clock)


def counted(scans: int) -> Snapshot:
    metrics = Metrics()
    metrics.count("scans_total", scans, status="done")
    metrics.observe("scan_ms", 100.0)
    metrics.gauge("memory_bytes", 300e6)
    return metrics.snapshot()


def report(replica: str, scans: int = 1, decisions: tuple[str, ...] = ()) -> ReaderReport:
    return ReaderReport(replica, "node", 4711, {"catalogue": "x"}, counted(scans), decisions)


def test_each_series_says_whose_it_is_and_the_sums_are_right(board):
    board.report(report("a", 2))
    board.report(report("a", 3))
    board.report(report("b", 10))

    text = exposition(board.by_replica()).decode()
    assert 'cardscanner_scans_total{replica="a",status="done"} 5.0' in text
    assert 'cardscanner_scans_total{replica="b",status="done"} 10.0' in text
    assert 'cardscanner_requests_total{replica="front"} 7.0' in text
    assert 'cardscanner_memory_bytes{replica="b"} 3e+08' in text
    assert board.snapshot().count("scans_total") == 15
    assert board.snapshot().distribution("scan_ms").count == 3


def test_what_an_ended_reader_counted_stays_in_the_sums(board, clock):
    board.report(report("a", 5))
    clock.now += ALIVE_SECONDS + 1
    board.report(report("b", 1))

    assert board.readers == 1
    assert board.snapshot().count("scans_total") == 6
    assert board.snapshot().count("readers_lost_total") == 1
    text = exposition(board.by_replica()).decode()
    assert 'cardscanner_scans_total{replica="gone",status="done"} 5.0' in text
    assert 'cardscanner_memory_bytes{replica="gone"}' not in text


def test_a_reader_that_comes_back_counts_nothing_twice(board, clock):
    board.report(report("a", 5))
    clock.now += ALIVE_SECONDS + 1
    assert board.readers == 0
    board.report(report("a", 1))

    assert board.snapshot().count("scans_total") == 6
    assert [one["pictures"] for one in board.told()] == [1]


def test_a_decision_says_which_reader_made_it(board, caplog):
    log = logging.getLogger(DECISIONS)
    log.propagate = True
    with caplog.at_level(logging.INFO, logger=DECISIONS):
        board.report(report("a", decisions=('{"what": "scan", "ms": 3}',)))
    log.propagate = False

    (line,) = [r.getMessage() for r in caplog.records if r.name == DECISIONS]
    assert json.loads(line) == {"what": "scan", "ms": 3, "replica": "a"}
