"""Whatever becomes of Redis, answers go on, no call takes long, and it is counted."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator

import pytest

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.recognition.cache.breaker import Breaker
from cardscanner_gui.recognition.cache.card_memory import CardMemory
from cardscanner_gui.recognition.cache.memory import Outcome, Tier
from cardscanner_gui.recognition.cache.shared import SharedCache
from cardscanner_gui.store.recognitions import CardView
from tests.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.recognition.cache.test_card_memory import LOOK, PLACE, result
from tests.redis_server import RedisServer
from tests.store.cards import SPROUTLE

NEWS = "cardscanner:1:news"
FAULTS = [fault for fault in Fault if fault is not Fault.NONE]


@pytest.fixture
def proxy(redis_server: RedisServer) -> Iterator[FaultProxy]:
    with fault_proxy(redis_server.port) as running:
        yield running


class Desk:
    """A memory whose only slow tier is a Redis, with a clock that the test moves."""

    def __init__(self, url: str) -> None:
        self.now = 0.0
        self.metrics = Metrics()
        self.shared = SharedCache(url, self.metrics, clock=lambda: self.now)
        self.memory = CardMemory(GAMES, None, self.shared)

    def calls(self, outcome: str) -> int:
        return self.metrics.snapshot().count("redis_calls_total", outcome=outcome)

    def hears_again(self) -> bool:
        """Whether Redis is asked again in the end; a busy machine may be slow once or twice."""
        for _ in range(50):
            self.now += 100.0
            if self.asks() is Outcome.MISS:
                return True
        return False

    def asks(self, key: str = "unknown") -> Outcome:
        return self.memory.picture(key).asked[Tier.REDIS]


@pytest.fixture
def desk(proxy: FaultProxy) -> Iterator[Desk]:
    one = Desk(proxy.url)
    assert one.hears_again()
    yield one
    one.memory.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_line_delays_nobody_and_is_counted(
    desk: Desk, proxy: FaultProxy, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    worked = desk.calls("ok")
    proxy.fault = fault
    with caplog.at_level(logging.WARNING):
        for _ in range(300):
            assert desk.asks() is Outcome.ERROR
            assert desk.memory.views(LOOK).near == ()
            desk.memory.keep_picture("mine", result())
        desk.memory.flush()
    assert desk.memory.picture("mine").result is not None
    assert desk.calls("ok") == worked
    spoilt = sum(desk.calls(outcome) for outcome in ("slow", "down", "odd"))
    # After the first failure nothing is asked again until the pause is over.
    assert spoilt <= (2 if fault is not Fault.NUMBERS else 10_000)
    assert spoilt + desk.calls("skipped") >= 300
    assert len({record.getMessage() for record in caplog.records}) <= 2

    proxy.fault = Fault.NONE
    assert desk.hears_again()
    assert desk.calls("ok") > worked


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.DRIP, Fault.ENDLESS])
def test_a_call_is_bounded_as_a_whole(desk: Desk, proxy: FaultProxy, fault: Fault) -> None:
    """However often a byte arrives: the call ends, and doesn't take in what never ends."""
    proxy.fault = fault
    asked = threading.Thread(target=desk.asks)
    asked.start()
    asked.join(3.0)
    assert not asked.is_alive()


def test_a_name_that_is_looked_up_for_long_delays_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up = threading.Event()

    def resolve(*_: object, **__: object) -> list:
        given_up.wait(60)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    desk = Desk("redis://desk.example:6379/0")
    asked = threading.Thread(target=desk.asks)
    asked.start()
    asked.join(3.0)
    assert not asked.is_alive()
    assert desk.calls("slow") == 1
    given_up.set()
    desk.memory.close()


def test_under_load_one_asks_first_and_the_others_do_not_wait(
    desk: Desk, proxy: FaultProxy
) -> None:
    proxy.fault = Fault.SLOW
    outcomes: list[Outcome] = []

    def work() -> None:
        outcomes.extend(desk.asks(f"key {n}") for n in range(100))

    for round_ in range(3):
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # At first all may be under way together; later there is one that tries.
        assert desk.calls("slow") <= 8 + round_
        desk.now += 100.0
    assert set(outcomes) == {Outcome.ERROR}
    assert len(outcomes) == 2400
    assert desk.calls("skipped") > 2000


def test_down_flushed_and_back_again(desk: Desk, redis_server: RedisServer) -> None:
    desk.memory.keep_picture("key", result())
    desk.memory.flush()
    redis_server.stop()
    assert [desk.asks() for _ in range(5)] == [Outcome.ERROR] * 5
    assert desk.calls("down") == 1
    redis_server.start()  # empty
    assert desk.hears_again()
    desk.memory.keep_view(CardView(LOOK, SPROUTLE.id, (PLACE,)))
    desk.memory.flush()
    with redis_server.client() as client:
        assert client.xlen(NEWS) == 1


@pytest.mark.parametrize("kind", ["string", "list", "hash", "set"])
def test_poisoned_by_type(desk: Desk, redis_server: RedisServer, kind: str) -> None:
    with redis_server.client() as client:
        for key in (NEWS, "cardscanner:1:key"):
            match kind:
                case "string":
                    client.set(key, b"no value of ours")
                case "list":
                    client.rpush(key, b"x")
                case "hash":
                    client.hset(key, "x", "y")
                case "set":
                    client.sadd(key, "x")
    for _ in range(20):
        assert desk.asks("key") is Outcome.ERROR
    assert desk.asks("other") is Outcome.MISS
    assert desk.calls("refused") >= 20
    assert desk.calls("skipped") == 0  # it answers: nothing is wrong with the others


@pytest.mark.parametrize("each", [1 << 16, 8 << 20])
def test_poisoned_by_size(desk: Desk, redis_server: RedisServer, each: int) -> None:
    """News that are too large are left out, and what is told after them is heard."""
    with redis_server.client() as client:
        for _ in range(200 if each < 1 << 20 else 2):
            client.xadd(NEWS, {"news": b"x" * each})
        client.set("cardscanner:1:key", b"x" * (64 << 20))
    for _ in range(40):
        desk.now += 100.0
        assert desk.asks("key") is Outcome.ERROR
    other = Desk(redis_server.url)
    other.memory.keep_view(CardView(LOOK, SPROUTLE.id, (PLACE,)))
    other.memory.flush()
    other.memory.close()
    assert desk.hears_again()
    assert [near.view.printing_id for near in desk.memory.views(LOOK).near] == [SPROUTLE.id]


def test_poisoned_by_an_id_of_the_far_future(desk: Desk, redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        client.xadd(NEWS, {"news": "x"}, id=f"{1 << 62}-0")
        desk.memory.views(LOOK)
        client.delete(NEWS)
        other = Desk(redis_server.url)
        other.memory.keep_view(CardView(LOOK, SPROUTLE.id, (PLACE,)))
        other.memory.flush()
        other.memory.close()
    assert [near.view.printing_id for near in desk.memory.views(LOOK).near] == [SPROUTLE.id]


def test_poisoned_by_version(desk: Desk, redis_server: RedisServer) -> None:
    other = Desk(redis_server.url)
    other.memory.keep_picture("key", result())
    other.memory.flush()
    other.memory.close()
    with redis_server.client() as client:
        value = client.get("cardscanner:1:key")
        client.set("cardscanner:1:key", value.replace(b"cs1", b"cs9"))
    assert desk.asks("key") is Outcome.ERROR
    assert desk.asks("key") is Outcome.ERROR


def test_a_flood_of_words_keeps_nobody_waiting(redis_server, store, proxy) -> None:
    """What others say is written when there is time; who looks something up goes on."""
    shared = SharedCache(redis_server.url)
    say = {"fingerprint": f"{LOOK:016x}", "printing": "", "places": [], "confirmed": False}
    for n in range(3000):
        view = say | {"fingerprint": f"{LOOK ^ n:016x}"}
        shared.tell({"kind": "forgotten", "view": view})
    shared.close()
    hold = threading.Event()
    forget = store.forget_views

    def slowly(fingerprint: int) -> None:
        hold.wait(60)
        forget(fingerprint)

    store.forget_views = slowly
    memory = CardMemory(GAMES, store, SharedCache(proxy.url))
    asked = threading.Thread(target=lambda: [memory.picture("key") for _ in range(20)])
    asked.start()
    asked.join(20.0)
    stuck = asked.is_alive()
    hold.set()
    asked.join()
    memory.close()
    assert not stuck


def test_the_breaker_doubles_its_pause_and_lets_one_try() -> None:
    now = [0.0]
    breaker = Breaker(1.0, 4.0, lambda: now[0])
    assert breaker.allows()
    assert breaker.failed()
    assert not breaker.failed()  # another that was under way
    for pause in (1.0, 2.0, 4.0, 4.0):
        now[0] += pause - 0.01
        assert not breaker.allows()
        now[0] += 0.02
        assert breaker.allows()
        assert not breaker.allows()  # while the first tries
        assert not breaker.failed()
    now[0] += 5.0
    assert breaker.allows()
    assert breaker.worked()
    assert breaker.allows()
    assert breaker.allows()
    assert not breaker.worked()
