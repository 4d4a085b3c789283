"""A real service on loopback: uvicorn in a thread of the tests, on a port of its own."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import httpx
import numpy as np
from PIL import Image

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.service.app import make_app
from cardscanner_gui.service.batch_intake import BatchIntake
from cardscanner_gui.service.engine import ServiceEngine
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.server import Server, address_of, listen
from tests.qt.scripted_recogniser import ScriptedRecogniser

PATIENCE = 120.0
"""Seconds after which a test gives up waiting; far more than anything here takes."""


@dataclass(eq=False)
class Scripted(ScriptedRecogniser):
    """The scripted recogniser as a service sees one; keeps the modes it was asked for."""

    modes: list[ReadingMode | None] = field(default_factory=list)
    patiences: list[float | None] = field(default_factory=list)

    def recognise(
        self, request: RecogniseRequest, token: CancelToken | None = None
    ) -> Iterator[RecognitionEvent]:
        self.modes.append(request.mode)
        self.patiences.append(request.patience)
        return super().recognise(request, token)


class HasUrl(Protocol):
    """A running service, in this process or another."""

    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Served:
    """A running service."""

    url: str
    engine: ServiceEngine
    metrics: Metrics
    server: Server
    thread: threading.Thread

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False, **options)  # type: ignore[arg-type]

    def stop(self) -> None:
        """As a signal would, and wait for the end."""
        self.server.should_exit = True
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


@contextmanager
def served(
    recogniser: object,
    intake: BatchIntake,
    options: ServiceOptions,
    metrics: Metrics | None = None,
    catalogue: bool = True,
    make: Callable[[], object] | None = None,
) -> Iterator[Served]:
    """Serve until the block ends; `make` is called for each reader, if given."""
    metrics = metrics or Metrics()
    engine = ServiceEngine(make or (lambda: recogniser), options, metrics)  # type: ignore[arg-type]
    app = make_app(engine, options, metrics, lambda: catalogue, intake, GAMES)
    server = Server(app, engine, options, metrics)
    listening = listen(options)
    thread = threading.Thread(target=server.run, args=([listening],), name="service")
    thread.start()
    running = Served(address_of(listening), engine, metrics, server, thread)
    try:
        wait_for(lambda: server.started and (engine.ready or engine.problem is not None))
        yield running
    finally:
        if isinstance(recogniser, ScriptedRecogniser):
            recogniser.release_all()
        running.stop()


def connected(service: HasUrl) -> socket.socket:
    """A line to the service on which nothing was said yet."""
    host, port = service.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), PATIENCE)


def wait_for(
    condition: Callable[[], object], every: float = 0.01, patience: float = PATIENCE
) -> None:
    """Until the condition holds, looking every so many seconds; fails after so many."""
    tick = threading.Event()
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        tick.wait(every)


def png(width: int = 40, height: int = 30) -> bytes:
    """A picture file."""
    file = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 200, np.uint8)).save(file, "PNG")
    return file.getvalue()


def form(name: str, data: bytes, kind: str = "image/png") -> dict[str, tuple[str, bytes, str]]:
    """The file part of a request."""
    return {"image": (name, data, kind)}
