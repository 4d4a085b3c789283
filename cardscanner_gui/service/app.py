"""Puts the service's routes together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from cardscanner_gui import __version__
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.service.batch_intake import BatchIntake
from cardscanner_gui.service.batches import batch_routes
from cardscanner_gui.service.engine import ServiceEngine
from cardscanner_gui.service.gate import Gate
from cardscanner_gui.service.health import health_routes
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.recognise import recognise_routes
from cardscanner_gui.service.refusals import answer_with_refusals

_DESCRIPTION = """Names the exact printing of trading cards in pictures.

`POST /recognize` answers for one picture; `POST /batches` takes many and works them off when
nobody waits for a quick answer. Where the service was started with a key, every request but the
probes needs `Authorization: Bearer KEY`. Every error has the same body:
`{"error": {"code": …, "message": …}}`."""


def make_app(
    engine: ServiceEngine,
    options: ServiceOptions,
    metrics: Metrics,
    has_catalogue: Callable[[], bool],
    batches: BatchIntake,
    games: Games,
) -> FastAPI:
    """The ASGI app; its lifespan starts and closes the engine and the batches."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        engine.start()
        batches.start()
        yield
        batches.close()
        engine.close()

    app = FastAPI(
        title="Cardscanner",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        # Their pages load scripts from elsewhere; nobody asked for that.
        docs_url=None,
        redoc_url=None,
        # Nothing is told to anyone, whatever the environment says for other programs.
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
    )
    app.include_router(recognise_routes(engine, options, games), tags=["pictures"])
    app.include_router(batch_routes(batches, options), tags=["batches"])
    app.include_router(health_routes(engine, metrics, has_catalogue), tags=["operation"])
    answer_with_refusals(app)
    app.add_middleware(
        Gate,
        options=options,
        metrics=metrics,
        seconds_to_wait=lambda: engine.waiting.seconds_to_wait,
        is_closing=lambda: engine.waiting.closing,
    )
    return app
