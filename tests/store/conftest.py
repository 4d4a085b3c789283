"""A real database in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardscanner_gui.store import Collection, Database, ScanLog


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "collection.sqlite3"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path)
    yield database
    database.close()


@pytest.fixture
def collection(database: Database) -> Collection:
    return Collection(database)


@pytest.fixture
def scans(database: Database) -> ScanLog:
    return ScanLog(database)
