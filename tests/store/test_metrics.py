"""The figures of all time, added up by several processes."""

from __future__ import annotations

import threading

import pytest

from cardscanner_gui.core.metrics import Metrics, Snapshot
from cardscanner_gui.recognition.totals import TotalsKeeper
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.metrics import MetricTotals


def counted(cards: int, *times: float) -> Metrics:
    metrics = Metrics()
    metrics.count("cards_total", cards, status="identified")
    metrics.gauge("memory_bytes", 5.0)
    for one in times:
        metrics.observe("scan_ms", one, mode="fast")
    return metrics


def test_sessions_add_up(database: Database) -> None:
    for metrics in (counted(3, 10, 20), counted(4, 30)):
        keeper = TotalsKeeper(metrics, MetricTotals(database))
        keeper.start()
        keeper.close()
    total = MetricTotals(database).read()
    both = counted(3, 10, 20).snapshot().plus(counted(4, 30).snapshot())
    assert total == Snapshot(both.counts, {}, both.distributions)
    assert total.distribution("scan_ms").largest == 30


def test_what_was_kept_is_not_added_again(database: Database) -> None:
    metrics = counted(3, 10)
    keeper = TotalsKeeper(metrics, MetricTotals(database), seconds=0.01)
    keeper.start()
    metrics.count("cards_total", 2, status="unsure")
    assert keeper.all_time().count("cards_total") == 5
    keeper.close()
    metrics_again = MetricTotals(database).read()
    assert metrics_again.count("cards_total") == 5
    assert metrics_again.distribution("scan_ms").count == 1


def test_the_last_run_is_kept_apart(database: Database) -> None:
    totals = MetricTotals(database)
    assert totals.last_run() == Snapshot()
    totals.add(counted(3, 10).snapshot(), run=100.0)
    totals.add(counted(4, 20).snapshot(), run=200.0)
    totals.add(counted(5, 30).snapshot(), run=200.0)
    totals.add(counted(6, 40).snapshot(), run=100.0)  # a process that began earlier still runs
    totals.add(counted(7, 50).snapshot())
    last = totals.last_run()
    assert last.count("cards_total") == 9
    assert last.distribution("scan_ms").count == 2
    assert totals.read().count("cards_total") == 25


def test_two_processes_lose_nothing(database: Database) -> None:
    other = Database(database.path)
    difference = counted(1, 5.0).snapshot()

    def work(file: Database) -> None:
        for _ in range(20):
            MetricTotals(file).add(difference)

    threads = [threading.Thread(target=work, args=(file,)) for file in (database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    total = MetricTotals(database).read()
    assert total.count("cards_total") == 40
    assert total.distribution("scan_ms").count == 40


@pytest.mark.parametrize("spoilt", ["", "{}", "[]", '{"buckets": 3}', '"x"'])
def test_a_damaged_total_begins_anew(
    database: Database, spoilt: str, caplog: pytest.LogCaptureFixture
) -> None:
    totals = MetricTotals(database)
    totals.add(counted(3, 10).snapshot())
    with database.transaction() as connection:
        connection.execute("UPDATE metric_totals SET value = ? WHERE name = 'scan_ms'", [spoilt])
    assert totals.read().count("cards_total") == 3
    totals.add(counted(1, 20).snapshot())
    assert totals.read().distribution("scan_ms").count == 1
    assert totals.read().count("cards_total") == 4
    assert "1 in metric totals" in caplog.text
