"""Sessions: what is laid down waits, and reaches the collection together or not at all."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from cardscanner_gui.core.collection import Decision, Entry, EntryQuery, Scan
from cardscanner_gui.core.copies import Copy, CopyDefaults, copy_of, starting_copy
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.sessions import Session, SessionState
from cardscanner_gui.core.types import Printing, Status
from cardscanner_gui.export import export_entries, formats_of
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.store import Collection, Database, ScanLog, Sessions
from cardscanner_gui.store.migrations import MIGRATIONS
from tests.store.cards import EMBERIX, SPROUTLE, recognition, record_one

PLAIN = formats_of(GAMES)["plain"]

BOX = CopyDefaults(condition="LP", finish="reverse", language="de", note="box 3")


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return Sessions(database)


@pytest.fixture
def session(sessions: Sessions) -> Session:
    return sessions.start("Desk camera", BOX, now=1_700_000_000.0)


def lay_down(
    scans: ScanLog, session: Session, printing: Printing | None = SPROUTLE, **values: object
) -> Scan:
    """Record a card as the window does; without a printing it is unsure."""
    status = Status.UNSURE if printing is None else Status.IDENTIFIED
    scan = record_one(scans, recognition(status), "Desk camera", 1.0, b"jpeg", session.id)
    if printing is not None:
        copy = replace(Copy(finish="normal", note="box 3"), **values)
        scans.accept(scan.id, printing, copy)
    return stored(scans, scan)


def stored(scans: ScanLog, scan: Scan) -> Scan:
    found = scans.get(scan.id)
    assert found is not None
    return found


def kept(collection: Collection) -> list[Entry]:
    return list(collection.entries(EntryQuery(descending=False)))


def counts(sessions: Sessions, session: Session) -> tuple[int, int, int, int]:
    found = sessions.get(session.id)
    assert found is not None
    return found.cards, found.identified, found.unsure, found.copies


def test_a_session_comes_back_as_it_was_started(sessions: Sessions, session: Session) -> None:
    assert sessions.get(session.id) == session
    assert (session.source, session.started_at) == ("Desk camera", 1_700_000_000.0)
    assert (session.state, session.ended_at, session.defaults) == (SessionState.OPEN, None, BOX)
    assert counts(sessions, session) == (0, 0, 0, 0)


def test_cards_of_an_open_session_wait_outside_collection_and_review(
    scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    scan = lay_down(scans, session, quantity=2)
    unsure = lay_down(scans, session, None)

    assert kept(collection) == []
    assert scan.decision is Decision.PENDING
    assert scan.planned is not None
    assert (scan.planned.printing, scan.planned.quantity) == (SPROUTLE, 2)
    assert [s.id for s in scans.pending()] == [unsure.id]
    assert scans.pending_count() == 1
    assert counts(sessions, session) == (2, 1, 1, 2)
    assert [s.id for s in sessions.scans(session.id)] == [scan.id, unsure.id]


def test_ending_a_session_keeps_its_cards_in_one_step(
    scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    first = lay_down(scans, session, condition="LP")
    second = lay_down(scans, session, condition="LP")
    lay_down(scans, session, EMBERIX, finish="holo")
    unsure = lay_down(scans, session, None)

    change = sessions.end(session.id)

    names = [(e.printing.name, e.quantity, e.condition, e.note) for e in kept(collection)]
    assert names == [("Sproutle", 2, "LP", "box 3"), ("Emberix", 1, "NM", "box 3")]
    assert collection.photo(kept(collection)[0].id) == b"jpeg"
    assert stored(scans, first).decision is Decision.ACCEPTED
    assert stored(scans, second).planned is None
    assert [s.id for s in scans.pending()] == [unsure.id]
    assert set(change.ids) >= {first.id, second.id}
    ended = sessions.get(session.id)
    assert ended is not None
    assert ended.state is SessionState.ENDED
    assert ended.ended_at is not None
    assert counts(sessions, session) == (4, 3, 1, 3)

    assert collection.undo_label() == "End the session (3 cards)"
    collection.undo()
    assert kept(collection) == []
    assert sessions.unfinished() == replace(ended, state=SessionState.OPEN, ended_at=None)
    collection.redo()
    assert [e.quantity for e in kept(collection)] == [2, 1]
    assert sessions.unfinished() is None


def test_nothing_of_a_discarded_session_is_kept(
    scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    before = record_one(scans, recognition(Status.UNSURE))
    cards = [lay_down(scans, session), lay_down(scans, session, None)]

    sessions.discard(session.id)

    assert kept(collection) == []
    assert [stored(scans, c).decision for c in cards] == [Decision.REJECTED] * 2
    assert scans.photo(cards[0].id) == b"jpeg"
    assert [s.id for s in scans.pending()] == [before.id]
    assert sessions.unfinished() is None

    collection.undo()
    assert counts(sessions, session) == (2, 1, 1, 1)
    sessions.end(session.id)
    assert len(kept(collection)) == 1


def test_a_killed_program_loses_nothing(path: Path) -> None:
    database = Database(path)
    session = Sessions(database).start("Desk camera", BOX)
    lay_down(ScanLog(database), session)
    lay_down(ScanLog(database), session, None)
    # Not closed: this is all that a killed process leaves behind.

    after = Database(path)
    sessions, scans = Sessions(after), ScanLog(after)
    found = sessions.unfinished()
    assert found is not None
    assert (found.id, found.cards, found.identified, found.unsure) == (session.id, 2, 1, 1)
    sessions.resume(found.id)
    lay_down(scans, found, EMBERIX, finish="holo")
    sessions.end(found.id)
    assert [e.printing.name for e in kept(Collection(after))] == ["Sproutle", "Emberix"]
    after.close()
    database.close()


def test_an_unsure_card_that_is_decided_waits_for_the_end_too(
    scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    unsure = lay_down(scans, session, None)
    scans.accept(unsure.id, EMBERIX, starting_copy(EMBERIX, unsure, session.defaults))
    assert (kept(collection), scans.pending_count()) == ([], 0)

    sessions.end(session.id)
    (only,) = kept(collection)
    assert (only.printing, only.provenance["reason"]) == (EMBERIX, "chosen by hand")
    assert only.note == "box 3"  # nobody gave it another


def test_a_card_that_is_matched_again_starts_as_the_others_of_its_session(
    scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    unsure = lay_down(scans, session, None)
    known = replace(recognition(Status.IDENTIFIED), finish=None, language=None)
    scans.rematch({unsure.id: known}, CopyDefaults(condition="PO", note="the program's"))
    planned = stored(scans, unsure).planned
    assert planned is not None
    own = Copy(condition="LP", finish="reverse", language="de", note="box 3")
    assert copy_of(planned) == replace(own, finish_sure=False, language_sure=False)
    collection.undo()
    assert stored(scans, unsure).planned is None


def test_deciding_after_the_end_goes_straight_to_the_collection(
    scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    unsure = lay_down(scans, session, None)
    sessions.end(session.id)
    scans.accept(unsure.id, EMBERIX, Copy(finish="holo"))
    assert [e.printing for e in kept(collection)] == [EMBERIX]
    assert counts(sessions, session) == (1, 1, 0, 1)


def test_taking_a_card_back_and_undoing_that(
    scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    lay_down(scans, session)
    last = lay_down(scans, session, EMBERIX, finish="holo")
    scans.reject(last.id)
    assert counts(sessions, session) == (1, 1, 0, 1)
    collection.undo()
    assert stored(scans, last) == last
    scans.reject(last.id)
    sessions.end(session.id)
    assert [e.printing for e in kept(collection)] == [SPROUTLE]


def test_copies_and_finish_of_a_waiting_card(
    scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    scan = lay_down(scans, session)
    scans.add_copy(scan.id)
    scans.add_copy(scan.id)
    finishes = []
    for _ in range(3):
        scans.next_finish(scan.id, lambda printing: printing.finishes)
        planned = stored(scans, scan).planned
        assert planned is not None
        finishes.append(planned.finish)
    assert finishes == ["reverse", "normal", "reverse"]
    assert collection.undo_label() == "Change the finish of Sproutle"
    collection.undo()
    sessions.end(session.id)
    (only,) = kept(collection)
    assert (only.quantity, only.finish, only.note) == (3, "normal", "box 3")


def test_copies_and_finish_of_a_kept_card(scans: ScanLog, collection: Collection) -> None:
    scan = record_one(scans, recognition(Status.IDENTIFIED))
    with pytest.raises(StoreError, match="Review"):
        scans.add_copy(scan.id)
    scans.accept(scan.id, SPROUTLE, Copy(finish="normal"))
    scans.add_copy(scan.id)
    scans.next_finish(scan.id, lambda printing: printing.finishes)
    (only,) = kept(collection)
    assert (only.quantity, only.finish) == (2, "reverse")


def test_a_sessions_own_export(
    tmp_path: Path, scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    scans.accept(record_one(scans, recognition()).id, SPROUTLE, Copy(finish="normal"))
    lay_down(scans, session)
    lay_down(scans, session, quantity=2)
    lay_down(scans, session, None)
    scans.reject(lay_down(scans, session, EMBERIX, finish="holo").id)

    def exported() -> list[str]:
        report = export_entries(sessions.entries(session.id), PLAIN, tmp_path / "s.csv")
        assert report.skipped == ()
        with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
            return [",".join(cells[:9]) for cells in list(csv.reader(file))[1:]]

    (waiting,) = exported()
    assert waiting == "Sproutle,Verdant Dawn,012/193,3,normal,,NM,en,box 3"
    sessions.end(session.id)
    assert exported() == [waiting]


def test_what_a_card_becomes_later_is_in_its_sessions_export(
    scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    lay_down(scans, session)
    sessions.end(session.id)
    (only,) = kept(collection)
    collection.update([only.id], condition="PO")
    assert [e.condition for e in sessions.entries(session.id)] == ["PO"]
    collection.delete([only.id])
    assert list(sessions.entries(session.id)) == []


def test_pausing_defaults_and_the_list(sessions: Sessions, session: Session) -> None:
    assert sessions.pause(session.id).state is SessionState.PAUSED
    changed = sessions.set_defaults(session.id, CopyDefaults(note="box 4"))
    assert (changed.defaults.note, changed.state) == ("box 4", SessionState.PAUSED)
    newer = sessions.start("cards.mp4", CopyDefaults())
    assert [s.id for s in sessions.recent()] == [newer.id, session.id]
    assert [s.id for s in sessions.recent(1)] == [newer.id]
    assert sessions.unfinished() == newer


def test_an_empty_session_leaves_nothing_behind(
    collection: Collection, sessions: Sessions, session: Session
) -> None:
    sessions.end(session.id)
    assert sessions.get(session.id) is None
    assert collection.undo_label() is None


@pytest.mark.parametrize("finish", ["end", "discard"])
def test_a_finished_session_stays_as_it_is(
    scans: ScanLog, sessions: Sessions, session: Session, finish: str
) -> None:
    lay_down(scans, session)
    getattr(sessions, finish)(session.id)
    for action in (sessions.pause, sessions.resume, sessions.end, sessions.discard):
        with pytest.raises(StoreError, match="already"):
            action(session.id)


def test_an_older_collection_gets_sessions(path: Path) -> None:
    old = Database(path, MIGRATIONS[:1])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO scans (source, scanned_at, status, reason, candidates, reading, reader,"
            " timings_ms) VALUES ('a.jpg', 1, 'unsure', '', '[]', ?, 'ocr', '{}')",
            ['{"reader": "ocr"}'],
        )
    old.close()

    new = Database(path)
    (scan,) = ScanLog(new).pending()
    assert (scan.session_id, scan.planned) == (None, None)
    assert Sessions(new).recent() == []
    new.close()


def test_an_ended_session_is_taken_back_as_one_and_that_undone_as_one(
    scans: ScanLog, collection: Collection, sessions: Sessions, session: Session
) -> None:
    collection.add(Entry(EMBERIX, quantity=2))
    for printing in (SPROUTLE, EMBERIX, None):
        lay_down(scans, session, printing)
    sessions.end(session.id)
    before = kept(collection)
    change = sessions.take_back(session.id)
    assert len(change.ids) == 3
    assert [(entry.printing.id, entry.quantity) for entry in kept(collection)] == [(EMBERIX.id, 2)]
    assert all(scans.get(scan_id).decision is Decision.REJECTED for scan_id in change.ids)
    assert sessions.get(session.id).state is SessionState.DISCARDED
    collection.undo()
    assert kept(collection) == before
    assert sessions.get(session.id).state is SessionState.ENDED


def test_an_unfinished_session_is_discarded_and_not_taken_back(
    sessions: Sessions, session: Session
) -> None:
    with pytest.raises(StoreError, match="ended"):
        sessions.take_back(session.id)
