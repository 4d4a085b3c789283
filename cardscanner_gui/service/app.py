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
from cardscanner_gui.service.gate import Gate
from cardscanner_gui.service.health import health_routes
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.pages import page_routes
from cardscanner_gui.service.protocols import AnswersPictures
from cardscanner_gui.service.recognise import recognise_routes
from cardscanner_gui.service.refusals import answer_with_refusals

_DESCRIPTION = """Names the exact printing of trading cards in pictures.

`POST /recognize` answers for one picture; `POST /batches` takes many and works them off when
nobody waits for a quick answer.

Where the service was started with a key, every request but the probes needs
`Authorization: Bearer KEY`. Web pages of other sites get nothing.

Every error has the same body: `{"error": {"code": …, "message": …}}`."""


def make_app(
    engine: AnswersPictures,
    options: ServiceOptions,
    metrics: Metrics,
    has_catalogue: Callable[[], bool],
    batches: BatchIntake,
    games: Games,
) -> FastAPI:
    """The ASGI app; its lifespan starts and closes the engine and the batches.

    `app.state.stopped` tells after the end whether all threads have ended.
    """
    for name, watched in batches.watched().items():
        engine.watch(name, watched)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine.start()
        batches.start()
        yield
        ended = [batches.close(engine.waiting.seconds_left)]
        ended.append(engine.close(engine.waiting.seconds_left))
        app.state.stopped = all(ended)

    app = FastAPI(
        title="Cardscanner",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        # Their pages load scripts from elsewhere; ours load nothing.
        docs_url=None,
        redoc_url=None,
        # Nothing is told to anyone, whatever the environment says for other programs.
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
    )
    app.state.stopped = True
    app.include_router(recognise_routes(engine, options, games), tags=["pictures"])
    app.include_router(batch_routes(batches, options), tags=["batches"])
    app.include_router(health_routes(engine, has_catalogue), tags=["operation"])
    app.include_router(page_routes(app.openapi, needs_key=options.api_key is not None))
    answer_with_refusals(app)
    app.add_middleware(
        Gate,
        options=options,
        metrics=metrics,
        waiting=engine.waiting,
    )
    return app
