"""What was scanned since this morning, whatever came before."""

from __future__ import annotations

from cardscanner_gui.core.types import Status
from cardscanner_gui.store import Database, ScanLog
from cardscanner_gui.store.day import Day, day_since
from tests.store.cards import recognition, record_one

MORNING = 1_700_000_000.0


def record(scans: ScanLog, at: float, status: Status = Status.UNSURE) -> int:
    return record_one(scans, recognition(status), "card.jpg", at, None).id


def test_only_what_came_since_is_counted_by_what_became_of_it(
    database: Database, scans: ScanLog
) -> None:
    for number in range(700):
        record(scans, MORNING - 700 + number)
    ids = [record(scans, MORNING + number) for number in range(3)]
    record(scans, MORNING - 5)  # begun before midnight, recorded after it
    record(scans, MORNING + 9, Status.IDENTIFIED)
    scans.reject(ids[0])

    assert day_since(database, MORNING) == Day(cards=4, asked=3, kept=0, waiting=3)
    assert day_since(database, MORNING + 100) == Day()


def test_a_damaged_time_costs_no_more_than_its_row(database: Database, scans: ScanLog) -> None:
    spoilt = [record(scans, MORNING + number) for number in range(5)][2]
    with database.transaction() as connection:
        connection.execute("UPDATE scans SET scanned_at = 'soon' WHERE id = ?", [spoilt])

    assert day_since(database, MORNING).cards >= 4


def test_nothing_was_scanned_ever(database: Database) -> None:
    assert day_since(database, MORNING) == Day()
