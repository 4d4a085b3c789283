"""The front of the cluster: the service's app, with its gate, queue and collection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardscanner_gui import environment
from cardscanner_gui.cluster.messages import ReaderReport
from cardscanner_gui.cluster.options import ClusterOptions
from cardscanner_gui.cluster.ray_start import stay_on_loopback

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

    from cardscanner_gui.builder import Builder
    from cardscanner_gui.cluster.board import Board
    from cardscanner_gui.cluster.pool import Pool
    from cardscanner_gui.core.events import RecognitionEvent
    from cardscanner_gui.core.modes import ReadingMode
    from cardscanner_gui.core.types import Frame, ScanResult
    from cardscanner_gui.recognition.picture_memory import PictureMemory
    from cardscanner_gui.service.build import WhoReads

log = logging.getLogger(__name__)


class Front:
    """A Ray Serve deployment of one replica: the collection has one writer.

    Args:
        options: the cluster's.
        readers: a handle of their deployment.
    """

    def __init__(self, options: ClusterOptions, readers: Any) -> None:
        environment.prepare()
        stay_on_loopback()
        from cardscanner_gui.builder import Builder
        from cardscanner_gui.cluster.board import Board
        from cardscanner_gui.cluster.pool import ServeReaders
        from cardscanner_gui.logs import set_up_logging
        from cardscanner_gui.paths import DataPaths
        from cardscanner_gui.service.build import open_service
        from cardscanner_gui.settings import load_settings

        spec = options.spec
        paths = DataPaths(Path(spec.data_dir))
        set_up_logging(paths.logs)
        settings = load_settings(paths.settings)
        settings = replace(settings, reading_mode=spec.mode, patience=spec.patience)
        builder = Builder(paths, settings)
        self._options = options
        self._board = Board(builder.metrics)
        pool = ServeReaders(readers)
        self._stack = ExitStack()
        catalogue = builder.open_catalogue()
        reading = partial(_read_elsewhere, options, pool, self._board)
        self._service = open_service(self._stack, builder, catalogue, options.service, reading)

    def __serve_build_asgi_app__(self) -> FastAPI:
        """Called by Ray Serve on the replica."""
        app = self._service.app
        inner = app.router.lifespan_context

        @asynccontextmanager
        async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
            async with inner(app) as state:
                yield state
            await asyncio.to_thread(self._stack.close)

        app.router.lifespan_context = lifespan
        return app

    def check_health(self) -> None:
        """Called by Ray Serve, which replaces the replica when this raises."""
        if self._service.engine.needs_restart:
            raise RuntimeError(self._service.engine.problem)

    def reader_report(self, report: ReaderReport) -> None:
        """A reader tells of itself."""
        self._board.report(report)

    def reader_refused(self, problem: str) -> None:
        """A reader couldn't start."""
        log.error("a reader can't join: %s", problem)
        self._board.refused(problem)

    def status(self) -> dict[str, Any]:
        """For `cardscanner cluster status`."""
        engine = self._service.engine
        return {
            "waiting": engine.waiting.accepted,
            "queue": self._options.service.queue,
            "ready": engine.ready,
            "problem": engine.problem,
            "refused": self._board.last_refused,
            "least": self._options.least,
            "most": self._options.most,
            "retries": engine.counted().count("reader_retries_total"),
            "readers": self._board.told(),
        }

    async def begin_to_stop(self) -> None:
        """Take nothing more on; what was accepted has the grace to be answered."""
        self._service.engine.waiting.close(self._options.service.grace_seconds)
        self._service.intake.stop()

    async def accepted(self) -> int:
        """How many pictures wait for their answer."""
        return self._service.engine.waiting.accepted


def _read_elsewhere(
    options: ClusterOptions, pool: Pool, board: Board, builder: Builder
) -> WhoReads:
    from cardscanner_gui.cluster.remote_engine import RemoteEngine
    from cardscanner_gui.cluster.remote_recogniser import RemoteRecogniser
    from cardscanner_gui.service.build import WhoReads

    remembered = _FrontMemory(builder)
    engine = RemoteEngine(pool, board, remembered, options.service, builder.metrics)
    make = partial(RemoteRecogniser, pool, builder.metrics)
    return WhoReads(engine, make, options.most, board)


class _FrontMemory:
    """Answers that readers gave: in the front's memory, the collection's file and a shared Redis.

    The keys are the readers': each names the catalogue and networks that its answer is from.
    """

    def __init__(self, builder: Builder) -> None:
        from cardscanner_gui.recognition.asking import Models
        from cardscanner_gui.recognition.decisions import Journal
        from cardscanner_gui.recognition.picture_memory import PictureMemory
        from cardscanner_gui.recognition.routing import Router

        assert builder.memory is not None
        self._memory = builder.memory
        self._mode = builder.settings.reading_mode
        journal = Journal(builder.metrics)
        models = Models((), Router(), journal)
        # Its own identity only says that it remembers: no key is made here.
        self._pictures: PictureMemory = PictureMemory(
            builder.memory, "front", models, journal, builder.games
        )

    def key_of(self, frame: Frame, mode: ReadingMode | None = None) -> str | None:
        """Only readers see pixels."""
        return None

    def recall(
        self, key: str, source: str, request_id: str, mode: ReadingMode | None = None
    ) -> Sequence[RecognitionEvent]:
        """The events of a remembered answer."""
        return self._pictures.recall(key, source, request_id, mode or self._mode)

    def remember(self, key: str, result: ScanResult) -> None:
        """Keep a reader's answer."""
        self._memory.keep_picture(key, result)
