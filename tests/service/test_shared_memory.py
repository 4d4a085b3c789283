"""Two services that share one Redis know what the other one read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from cardscanner_gui.builder import Builder
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.recognition.cache.card_memory import CardMemory
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.settings import Settings
from tests.redis_server import running_redis
from tests.service.conftest import make_intake
from tests.service.served import Served, form, served


@contextmanager
def service_with(
    redis_url: str, folder: Path, catalogue: Path
) -> Iterator[tuple[Served, CardMemory]]:
    """A service with a data folder of its own, and what it remembers."""
    folder.mkdir()
    (folder / "catalogue").symlink_to(catalogue)
    builder = Builder(DataPaths(folder), Settings(redis_url=redis_url))
    database = builder.open_database()
    memory = builder.open_memory(database)
    builder = replace(builder, memory=memory)
    recogniser = builder.make_recogniser(builder.open_catalogue())
    intake = make_intake(database, folder / "uploads", recogniser)
    with served(recogniser, intake, ServiceOptions(port=0), builder.metrics) as running:
        yield running, memory
    memory.close()
    database.close()


def test_what_one_service_read_the_other_one_knows(tmp_path, shared_catalogue, pictures):
    with (
        running_redis(tmp_path) as redis,
        service_with(redis.url, tmp_path / "one", shared_catalogue) as (one, memory),
        service_with(redis.url, tmp_path / "two", shared_catalogue) as (two, _),
        one.client() as first_client,
        two.client() as second_client,
    ):
        for data in photographs(pictures / "a leafkit.jpg", 20):
            first = first_client.post("/recognize", files=form("a.jpg", data)).json()
            memory.flush()
            second = second_client.post("/recognize", files=form("a.jpg", data)).json()
            assert second["cards"][0]["card"] == first["cards"][0]["card"]
            # A service goes on without a Redis that is slow for a moment, as on a busy machine.
            if two.metrics.snapshot().count(
                "cache_requests_total", tier="redis", kind="exact", outcome="hit"
            ):
                break
    assert second["cards"][0]["cached"]
    assert two.metrics.snapshot().count("cache_requests_total", tier="redis", outcome="hit") == 1


def photographs(file: Path, number: int) -> Iterator[bytes]:
    """Pictures that differ from one another by a hair."""
    pixels = np.asarray(Image.open(file)).copy()
    for shade in range(number):
        pixels[0, 0] = shade
        target = io.BytesIO()
        Image.fromarray(pixels).save(target, "PNG")
        yield target.getvalue()
