"""Real tiers: a SQLite file, and a Redis on loopback where one is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardscanner_gui.store.database import Database
from cardscanner_gui.store.recognitions import RecognitionStore
from tests.redis_server import RedisServer, running_redis


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "collection.db")
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> RecognitionStore:
    return RecognitionStore(database)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path) as server:
        yield server
