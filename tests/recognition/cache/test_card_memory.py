"""What one desk learns, it and the others know: in memory, in Redis, in the database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from cardscanner_gui.core.types import Box, Recognition, ScanResult, Status
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.recognition.cache.card_memory import L1_SIZE, CardMemory
from cardscanner_gui.recognition.cache.memory import Outcome, Tier
from cardscanner_gui.recognition.cache.shared import SharedCache
from cardscanner_gui.recognition.cache.values import pack
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.recognitions import CardView, RecognitionStore
from tests.redis_server import RedisServer
from tests.store.cards import EMBERIX, SPROUTLE, recognition

LOOK = 0xF0F0_1234_5678_9ABC
PLACE = Box(0.1, 0.9, 0.3, 0.95)


def result(status: Status = Status.IDENTIFIED, fingerprint: int = LOOK) -> ScanResult:
    card = replace(
        recognition(status), fingerprint=fingerprint, photo=np.zeros((8, 6, 3), np.uint8)
    )
    return ScanResult("a.jpg", 640, 480, 12.0, (card,))


@contextmanager
def memory(store: RecognitionStore | None = None, url: str = "") -> Iterator[CardMemory]:
    """A process's memory; afterwards everything is written."""
    one = CardMemory(GAMES, store, SharedCache(url) if url else None)
    try:
        yield one
    finally:
        one.close()


def only_card(found: ScanResult | None) -> Recognition:
    assert found is not None
    (card,) = found.cards
    return card


def asked_of(asked: dict[Tier, Outcome]) -> dict[str, str]:
    return {str(tier): str(outcome) for tier, outcome in asked.items()}


def test_an_answer_comes_back_from_each_tier_without_its_photo(store: RecognitionStore) -> None:
    with memory(store) as first:
        assert first.picture("key").result is None
        first.keep_picture("key", result())
        found = first.picture("key")
        assert asked_of(found.asked) == {"l1": "hit"}
    with memory(store) as second:
        again = second.picture("key")
        assert asked_of(again.asked) == {"l1": "miss", "sqlite": "hit"}
        assert asked_of(second.picture("key").asked) == {"l1": "hit"}
    for lookup in (found, again):
        card = only_card(lookup.result)
        assert card.photo is None
        assert card.match == result().cards[0].match
        assert card.reading == result().cards[0].reading
        assert card.fingerprint == LOOK


def test_memory_holds_a_thousand_pictures_and_forgets_the_one_unused_the_longest() -> None:
    with memory() as one:
        for n in range(L1_SIZE):
            one.keep_picture(str(n), result())
        assert one.picture("0").result is not None
        one.keep_picture("one more", result())
        assert one.picture("1").result is None
        assert one.picture("0").result is not None


def test_the_nearest_looks_come_first_and_others_not_at_all(store: RecognitionStore) -> None:
    with memory(store) as first:
        first.keep_view(CardView(LOOK ^ 0b111, "near", (PLACE,)))
        first.keep_view(CardView(LOOK ^ 0b1, "nearest", (PLACE,)))
        first.keep_view(CardView(~LOOK & (1 << 512) - 1, "other", (PLACE,)))
        first.flush()
    with memory(store) as second:
        lookup = second.views(LOOK)
        assert [(n.view.printing_id, n.distance) for n in lookup.near] == [
            ("nearest", 1),
            ("near", 3),
        ]
        assert lookup.near[0].view.places == (PLACE,)
        assert asked_of(lookup.answered_by(Tier.SQLITE)) == {"l1": "miss", "sqlite": "hit"}
        assert asked_of(lookup.answered_by(None)) == {"l1": "miss", "sqlite": "miss"}


def test_what_another_process_adds_to_the_file_is_seen(store: RecognitionStore) -> None:
    with memory(store) as one, memory(store) as other:
        assert one.views(LOOK).near == ()
        other.keep_view(CardView(LOOK, "new", (PLACE,)))
        other.flush()
        assert [n.view.printing_id for n in one.views(LOOK).near] == ["new"]


def test_a_correction_reaches_pictures_and_looks_in_every_tier(store: RecognitionStore) -> None:
    with memory(store) as one:
        one.keep_picture("key", result())
        one.keep_view(CardView(LOOK, SPROUTLE.id, (PLACE,)))
        one.confirm(CardView(LOOK, EMBERIX.id, (PLACE,)), EMBERIX)
        answers = [one.picture("key")]
        looks = [one.views(LOOK)]
    with memory(store) as fresh:
        answers.append(fresh.picture("key"))
        looks.append(fresh.views(LOOK))
    for answer in answers:
        card = only_card(answer.result)
        assert card.match.printing == EMBERIX
        assert card.match.status is Status.IDENTIFIED
        assert "you confirmed" in card.match.reason
        assert [c.printing.id for c in card.match.candidates] == [EMBERIX.id, SPROUTLE.id]
    for look in looks:
        assert {(n.view.printing_id, n.view.confirmed) for n in look.near} == {(EMBERIX.id, True)}


def test_a_rejected_scan_is_forgotten_in_every_tier(store: RecognitionStore) -> None:
    with memory(store) as one:
        one.keep_picture("key", result())
        one.keep_view(CardView(LOOK, SPROUTLE.id, (PLACE,)))
        one.forget(LOOK)
        assert one.picture("key").result is None
        one.flush()
        assert one.picture("key").result is None
        assert one.views(LOOK).near == ()
    with memory(store) as fresh:
        assert fresh.picture("key").result is None
        assert fresh.views(LOOK).near == ()


def test_a_confirmed_look_stays_confirmed_when_it_is_seen_again(store: RecognitionStore) -> None:
    with memory(store) as one:
        one.confirm(CardView(LOOK, SPROUTLE.id, (PLACE,)), SPROUTLE)
        one.keep_view(CardView(LOOK, SPROUTLE.id, ()))
        one.flush()
        assert [n.view for n in one.views(LOOK).near] == [
            CardView(LOOK, SPROUTLE.id, (PLACE,), confirmed=True)
        ]
    assert store.views([number for number, _ in store.fingerprints_after(0)]).popitem()[1] == (
        CardView(LOOK, SPROUTLE.id, (PLACE,), confirmed=True)
    )


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda value: value[: len(value) // 2],
    "nothing": lambda value: b"",
    "not ours": lambda value: b"<html>",
    "another version": lambda value: b"cs9" + value[3:],
    "garbage inside": lambda value: value[:3] + b"garbage",
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_corrupt_row_is_read_anew_and_said_once(
    store: RecognitionStore, spoil: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    value = pack("key", result())
    store.keep_pictures([("key", spoil(value), [LOOK])])
    store.keep_pictures([("key2", spoil(value), [LOOK])])
    with memory(store) as one, caplog.at_level(logging.WARNING):
        lookup = one.picture("key")
        assert lookup.result is None
        assert lookup.asked[Tier.SQLITE] is Outcome.ERROR
        one.picture("key")
        one.confirm(CardView(LOOK, EMBERIX.id), EMBERIX)  # finds the spoilt rows, too
        one.keep_picture("key", result())
    assert len(caplog.records) == 1
    with memory(store) as fresh:
        assert only_card(fresh.picture("key").result).match.printing == SPROUTLE


def test_a_damaged_look_is_ignored(store: RecognitionStore, database: Database) -> None:
    store.keep_views([CardView(LOOK, "good", (PLACE,)), CardView(LOOK, "bad", (PLACE,))])
    with database.transaction() as connection:
        connection.execute("UPDATE card_views SET places = '[[1]]' WHERE printing_id = 'bad'")
    with memory(store) as one:
        assert [n.view.printing_id for n in one.views(LOOK).near] == ["good"]


def test_a_closed_database_ends_nothing(
    store: RecognitionStore, new_threads: Callable[[], set[str]]
) -> None:
    """The window may close while something is being remembered."""
    with memory(store) as one:
        one.keep_picture("key", result())
        one.flush()
    assert "memory" not in new_threads()


# --- Redis ----------------------------------------------------------------------------------------


def test_what_one_desk_reads_the_other_knows(redis_server: RedisServer) -> None:
    with memory(url=redis_server.url) as one, memory(url=redis_server.url) as other:
        one.keep_picture("key", result())
        one.keep_view(CardView(LOOK, SPROUTLE.id, (PLACE,)))
        one.flush()
        lookup = other.picture("key")
        assert asked_of(lookup.asked) == {"l1": "miss", "redis": "hit"}
        assert only_card(lookup.result).match.printing == SPROUTLE
        near = other.views(LOOK ^ 1)
        assert [(n.view.printing_id, n.tier) for n in near.near] == [(SPROUTLE.id, Tier.REDIS)]


def test_a_correction_at_one_desk_corrects_the_other(
    redis_server: RedisServer, store: RecognitionStore, tmp_path
) -> None:
    database = Database(tmp_path / "other.db")
    elsewhere = RecognitionStore(database)
    with (
        memory(store, redis_server.url) as one,
        memory(elsewhere, redis_server.url) as other,
    ):
        one.keep_picture("key", result())
        one.flush()
        assert only_card(other.picture("key").result).match.printing == SPROUTLE
        other.keep_picture("key", result())  # so that its own database knows it, too
        other.flush()
        one.confirm(CardView(LOOK, EMBERIX.id, (PLACE,)), EMBERIX)
        one.flush()
        assert only_card(other.picture("key").result).match.printing == EMBERIX
        assert {n.view.printing_id for n in other.views(LOOK).near} == {EMBERIX.id}
        other.flush()
        one.forget(LOOK)
        one.flush()
        assert other.picture("key").result is None
        assert other.views(LOOK).near == ()
    with memory(elsewhere) as later:
        assert later.picture("key").result is None
    database.close()


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_poisoned_values_in_redis_are_ignored(
    redis_server: RedisServer, spoil: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    with memory(url=redis_server.url) as one:
        one.keep_picture("key", result())
    with redis_server.client() as client:
        (name,) = client.keys("*key")
        client.set(name, spoil(client.get(name)))
    with memory(url=redis_server.url) as fresh, caplog.at_level(logging.WARNING):
        assert fresh.picture("key").result is None
        fresh.picture("key")
    assert len(caplog.records) <= 1


def test_a_value_of_another_type_too_large_or_under_a_wrong_key_is_ignored(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    with memory(url=redis_server.url) as one:
        one.keep_picture("key", result())
    with redis_server.client() as client:
        (name,) = client.keys("*key")
        prefix = name[: -len(b"key")]
        client.set(prefix + b"swapped", client.get(name))
        client.rpush(prefix + b"list", "a")
        client.set(prefix + b"huge", b"cs1" + b"x" * (5 << 20))
        client.rpush(prefix + b"news-list", "a")
        client.delete(prefix + b"news")
        client.set(prefix + b"news", "not a stream")
    with memory(url=redis_server.url) as fresh, caplog.at_level(logging.WARNING):
        for key in ("swapped", "list", "huge"):
            lookup = fresh.picture(key)
            assert lookup.result is None
            assert lookup.asked[Tier.REDIS] is Outcome.ERROR
        assert only_card(fresh.picture("key").result).match.printing == SPROUTLE


def test_nonsense_in_the_news_changes_nothing(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    with memory(url=redis_server.url) as one:
        one.keep_picture("key", result())
        one.keep_view(CardView(LOOK, SPROUTLE.id, (PLACE,)))
    with redis_server.client() as client:
        (stream,) = client.keys("*news")
        nonsense = [
            "x", "[]", "{}", '{"sender": "a", "kind": "confirmed", "view": 3}',
            '{"sender": "a", "kind": "confirmed", "view": {"fingerprint": "zz"}}',
            '{"sender": "a", "kind": "seen", "view": {"fingerprint": "0", "printing": 5,'
            ' "places": [], "confirmed": false}}',
            '{"sender": "a", "kind": "confirmed", "printing": {"id": "other", "names": {},'
            ' "set_id": "", "set_names": {}, "number": ""}, "view": {"fingerprint":'
            f' "{LOOK:016x}", "printing": "one", "places": [], "confirmed": true}}}}',
            "[" * 100_000, "y" * 100_000,
        ]  # fmt: skip
        for text in nonsense:
            client.xadd(stream, {"news": text})
        client.xadd(stream, {"other": "field"})
    with memory(url=redis_server.url) as fresh, caplog.at_level(logging.WARNING):
        fresh.warm_up()
        assert only_card(fresh.picture("key").result).match.printing == SPROUTLE
        assert [n.view.printing_id for n in fresh.views(LOOK).near] == [SPROUTLE.id]
        said = len(caplog.records)
        fresh.views(LOOK)
        assert len(caplog.records) == said


def test_without_redis_the_scan_goes_on_and_it_is_said_once(
    redis_server: RedisServer, store: RecognitionStore, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    shared = SharedCache(redis_server.url, clock=lambda: now[0])
    one = CardMemory(GAMES, store, shared)
    with caplog.at_level(logging.INFO):
        one.keep_picture("key", result())
        one.flush()
        redis_server.stop()
        for second in range(5):
            now[0] = second * 0.1
            lookup = one.picture("unknown")
            assert lookup.asked[Tier.REDIS] is Outcome.ERROR
            assert lookup.asked[Tier.SQLITE] is Outcome.MISS
        assert only_card(one.picture("key").result).match.printing == SPROUTLE
        warnings = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
        assert len(warnings) == 1
        assert "goes on without it" in warnings[0]

        redis_server.start()
        assert one.picture("unknown").asked[Tier.REDIS] is Outcome.ERROR  # not asked again yet
        now[0] = 100.0
        assert one.picture("unknown").asked[Tier.REDIS] is Outcome.MISS
        assert any("answers again" in record.getMessage() for record in caplog.records)
    one.close()


def test_a_flushed_redis_only_makes_misses(redis_server: RedisServer) -> None:
    with memory(url=redis_server.url) as one, memory(url=redis_server.url) as other:
        one.keep_picture("key", result())
        one.flush()
        other.warm_up()
        with redis_server.client() as client:
            client.flushall()
        assert asked_of(other.picture("key").asked) == {"l1": "miss", "redis": "miss"}
        one.keep_view(CardView(LOOK, SPROUTLE.id, (PLACE,)))
        one.flush()
        assert [n.view.printing_id for n in other.views(LOOK).near] == [SPROUTLE.id]


def test_a_redis_that_hangs_delays_nothing_for_long(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    with memory(url=redis_server.url) as one:
        assert one.picture("key").asked[Tier.REDIS] is Outcome.MISS
        with redis_server.client() as client:
            client.execute_command("CLIENT", "PAUSE", "20000", "ALL")
        lookups = [one.picture("key") for _ in range(200)]
        assert {lookup.asked[Tier.REDIS] for lookup in lookups} == {Outcome.ERROR}
    assert sum("too slow" in record.getMessage() for record in caplog.records) == 1


def test_what_is_handed_in_twice_by_many_threads_is_kept_once(store: RecognitionStore) -> None:
    with memory(store) as one:

        def work() -> None:
            for n in range(50):
                one.keep_picture(f"key{n}", result())
                one.keep_view(CardView(LOOK ^ n, SPROUTLE.id, (PLACE,)))
                one.picture(f"key{n}")
                one.views(LOOK)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with memory(store) as fresh:
        assert all(fresh.picture(f"key{n}").result for n in range(50))
