"""What the first version left in Redis and in the store is used or passed over, never an error.

`redis_0_1.json` holds what version 0.1.0 wrote into a Redis: one answer to a picture with two
invented cards, and what it told the other desks.
"""

from __future__ import annotations

import base64
import json
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cardscanner_gui.core import codec
from cardscanner_gui.core.types import ScanResult
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.recognition.cache.card_memory import CardMemory
from cardscanner_gui.recognition.cache.memory import Outcome, Tier
from cardscanner_gui.recognition.cache.shared import SharedCache
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.recognitions import RecognitionStore
from tests.redis_server import RedisServer
from tests.store.cards import SPROUTLE

KEY = "00000000picture of the first version"
DUMP = Path(__file__).parents[2] / "store" / "version_0_1.sql"


@pytest.fixture
def database(tmp_path: Path):
    """A database that version 0.1.0 wrote; it too remembers the picture."""
    path = tmp_path / "collection.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    database = Database(path)
    yield database
    database.close()


@pytest.fixture
def old_redis(redis_server: RedisServer) -> RedisServer:
    left = json.loads((Path(__file__).parent / "redis_0_1.json").read_text(encoding="utf-8"))
    with redis_server.client() as client:
        for key, value in left["values"].items():
            client.set(key, base64.b64decode(value))
        for news in left["news"]:
            client.xadd(left["stream"], {"news": news})
    return redis_server


def assert_right_or_unknown(result: ScanResult | None) -> None:
    if result is not None:
        first, second = result.cards
        assert first.match.printing is not None
        assert first.match.printing.name == SPROUTLE.name
        assert first.match.printing.printed_number == SPROUTLE.printed_number
        assert [c.printing.name for c in second.match.candidates] == ["Sproutle", "Emberix"]
        assert [line.text for line in second.reading.lines] == ["Sproutle", "012/193"]


def test_what_lies_in_redis(old_redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        memory = CardMemory(GAMES, None, SharedCache(old_redis.url))
        memory.warm_up()
        found = memory.picture(KEY)
        seen = memory.views(99)
        memory.close()
    assert_right_or_unknown(found.result)
    assert found.asked[Tier.REDIS] in (Outcome.HIT, Outcome.MISS)
    assert {near.view.printing_id for near in seen.near if near.distance == 0} <= {SPROUTLE.id}
    assert not caplog.records


def test_a_version_that_writes_them_otherwise_reads_the_card_anew(
    store: RecognitionStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(codec, "RECOGNITION_VERSION", codec.RECOGNITION_VERSION + 1)
    with caplog.at_level(logging.WARNING):
        memory = CardMemory(GAMES, store)
        found = memory.picture(KEY)
        memory.close()
    assert found.result is None
    assert found.asked[Tier.SQLITE] is Outcome.MISS
    assert not caplog.records


def test_what_lies_in_the_store(store: RecognitionStore, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        memory = CardMemory(GAMES, store)
        memory.warm_up()
        found = memory.picture(KEY)
        seen = memory.views(99)
        memory.forget(2**64 - 2)  # of a card in the picture: the old value is read to correct it
        memory.close()
    assert_right_or_unknown(found.result)
    assert found.asked[Tier.SQLITE] in (Outcome.HIT, Outcome.MISS)
    assert {near.view.printing_id for near in seen.near if near.distance == 0} <= {SPROUTLE.id}
    assert store.picture(KEY) is None
    assert not caplog.records
