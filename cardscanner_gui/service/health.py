"""`/healthz`, `/readyz` and `/metrics`: what probes and monitoring ask for."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from cardscanner_gui.service.exposition import exposition
from cardscanner_gui.service.protocols import AnswersPictures
from cardscanner_gui.service.schemas import Health, error_responses


def health_routes(engine: AnswersPictures, has_catalogue: Callable[[], bool]) -> APIRouter:
    """The routes over an engine; `has_catalogue` tells whether printings can be named."""
    router = APIRouter()

    @router.get(
        "/healthz",
        summary="Is the process alive, or does it need a restart?",
        response_model=Health,
        responses={
            503: {"model": Health, "description": "Only a restart helps; says why."},
            **error_responses(403, 421),
        },
    )
    async def healthz() -> Response:
        if engine.needs_restart:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return JSONResponse({"status": "not ready", "reason": engine.problem}, status)
        return JSONResponse({"status": "ok", "reason": None})

    @router.get(
        "/readyz",
        summary="Are the readers warm and the catalogue there?",
        response_model=Health,
        responses={
            503: {"model": Health, "description": "Not yet, or not any more; says why."},
            **error_responses(403, 421),
        },
    )
    async def readyz() -> Response:
        reason = _why_not_ready(engine, has_catalogue)
        if reason is None:
            return JSONResponse({"status": "ok", "reason": None})
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({"status": "not ready", "reason": reason}, status)

    @router.get(
        "/metrics",
        summary="Counts and times, for Prometheus",
        response_class=PlainTextResponse,
        responses=error_responses(401, 403, 421, 503),
    )
    async def prometheus() -> Response:
        return Response(exposition(engine.counted()), media_type=CONTENT_TYPE_LATEST)

    return router


def _why_not_ready(engine: AnswersPictures, has_catalogue: Callable[[], bool]) -> str | None:
    if engine.waiting.closing:
        return "The service is about to stop."
    if engine.problem is not None:
        return engine.problem
    if not engine.ready:
        return "The readers are being loaded."
    if not has_catalogue():
        return "There is no card catalogue: cards are read but not named."
    return None
