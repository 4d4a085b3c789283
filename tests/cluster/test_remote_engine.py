"""A front on loopback over readers that the test loses; the clients see the service they know."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from cardscanner_gui.cluster.board import Board
from cardscanner_gui.cluster.messages import Kept, ReaderReport, Refused
from cardscanner_gui.cluster.pool import NoRoomError
from cardscanner_gui.cluster.remote_engine import ATTEMPTS, RemoteEngine
from cardscanner_gui.core.events import CardsFound, Finished, RecognitionEvent
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import Frame, ScanResult
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.service.app import make_app
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.server import Server, address_of, listen
from tests.cluster.pools import Losing
from tests.service.conftest import (
    collection,
    database,
    intake,
    intake_of,
    options,
    recogniser,
)
from tests.service.served import Served, form, png, wait_for
from tests.service.test_recognise import events_of

__all__ = ["collection", "database", "intake", "intake_of", "options", "recogniser"]


@dataclass
class Shelf:
    """What the front remembers."""

    kept: dict[str, ScanResult] = field(default_factory=dict)

    def key_of(self, frame: Frame, mode: ReadingMode | None = None) -> str | None:
        return None

    def recall(
        self, key: str, source: str, request_id: str, mode: ReadingMode | None = None
    ) -> Sequence[RecognitionEvent]:
        result = self.kept.get(key)
        if result is None:
            return ()
        return CardsFound(request_id, 40, 30, ()), Finished(request_id, result)

    def remember(self, key: str, result: ScanResult) -> None:
        self.kept[key] = result


@pytest.fixture
def pool() -> Losing:
    return Losing()


@pytest.fixture
def board() -> Board:
    board = Board(Metrics())
    board.report(ReaderReport("one", "here", 1, {}))
    return board


@pytest.fixture
def front(pool: Losing, board: Board, intake, options: ServiceOptions) -> Iterator[Served]:
    metrics = board._metrics
    engine = RemoteEngine(pool, board, Shelf(), options, metrics)
    app = make_app(engine, options, metrics, lambda: True, intake, GAMES)
    server = Server(app, engine, options, metrics)
    listening = listen(options)
    thread = threading.Thread(target=server.run, args=([listening],), name="service")
    thread.start()
    running = Served(address_of(listening), engine, metrics, server, thread)  # type: ignore[arg-type]
    wait_for(lambda: server.started)
    yield running
    running.stop()


def test_a_lost_reader_costs_its_picture_nothing_but_time(front, pool):
    pool.losses = ATTEMPTS - 1
    with front.client() as client:
        answer = client.post("/recognize", files=form("a.png", png()))

    assert answer.status_code == 200
    assert answer.json()["width"] == 40
    assert pool.read_times == ATTEMPTS
    assert front.metrics.snapshot().count("reader_retries_total") == ATTEMPTS - 1


def test_steps_start_over_with_a_second_found_and_one_end(front, pool):
    pool.losses = 1
    with (
        front.client() as client,
        client.stream(
            "POST",
            "/recognize",
            files=form("a.png", png()),
            headers={"Accept": "text/event-stream"},
        ) as response,
    ):
        names = [name for name, _ in events_of(response)]

    assert names == ["found", "found", "finished"]


def test_who_loses_every_reader_is_asked_to_send_the_picture_again(front, pool):
    pool.losses = 2 * ATTEMPTS
    with front.client() as client:
        answer = client.post("/recognize", files=form("a.png", png()))
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "reader_lost"
        assert int(answer.headers["Retry-After"]) > 0

        pool.losses = 0
        assert client.post("/recognize", files=form("a.png", png())).status_code == 200


def test_a_refusal_of_a_reader_is_the_services_own(front, pool):
    headers = {"Retry-After": "7"}
    pool.answer = Refused(415, "not_a_picture", "a.png: this is no picture", headers)
    with front.client() as client:
        answer = client.post("/recognize", files=form("a.png", b"no"))

    assert answer.status_code == 415
    assert answer.json() == {
        "error": {"code": "not_a_picture", "message": "a.png: this is no picture"}
    }
    assert answer.headers["Retry-After"] == "7"
    assert pool.read_times == 1


def test_a_reader_that_stops_in_order_gives_its_picture_to_another(front, pool):
    class Once(Losing):
        def _said(self, source):
            self.answer = Refused(503, "closing", "bye", {}) if not self.read_times else None
            return super()._said(source)

    front.engine._pool = Once()
    with front.client() as client:
        assert client.post("/recognize", files=form("a.png", png())).status_code == 200


def test_a_picture_in_which_a_reader_got_stuck_costs_no_second_reader(front, pool):
    pool.answer = Refused(500, "reader_stuck", "a.png: stuck", {})
    with front.client() as client:
        for _ in range(2):
            answer = client.post("/recognize", files=form("a.png", png()))
            assert (answer.status_code, answer.json()["error"]["code"]) == (500, "reader_stuck")

    assert pool.read_times == 1


def test_what_a_reader_keeps_is_answered_by_the_front_from_then_on(front, pool):
    pool.answer = Kept("key")
    with front.client() as client:
        first = client.post("/recognize", files=form("a.png", png()))
        second = client.post("/recognize", files=form("a.png", png()))

    assert first.status_code == second.status_code == 200
    assert pool.read_times == 1


def test_a_full_object_store_is_a_word_and_not_a_fault(front, pool):
    pool.answer = NoRoomError("full")
    with front.client() as client:
        answer = client.post("/recognize", files=form("a.png", png()))

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "no_room"
    assert "Retry-After" in answer.headers


def test_readers_that_may_not_join_are_told_of(pool, intake, options):
    board = Board(Metrics())
    engine = RemoteEngine(pool, board, Shelf(), options, Metrics())
    assert not engine.ready
    assert engine.problem is None

    board.refused("node-2 has other parts than the cluster")
    assert engine.problem == "node-2 has other parts than the cluster"

    board.report(ReaderReport("two", "node-3", 1, {}))
    assert engine.ready
    assert engine.problem is None
    assert board.last_refused == "node-2 has other parts than the cluster"
