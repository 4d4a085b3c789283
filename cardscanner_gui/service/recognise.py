"""`POST /recognize`: one picture in, its cards out, at once or step by step."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from enum import StrEnum
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from cardscanner_gui.capture.files import printable
from cardscanner_gui.core import events
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.patience import LONGEST_PATIENCE_S
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.text import file_name
from cardscanner_gui.recognition.contract import card_object, field_object, scan_object
from cardscanner_gui.service.known import SentPicture
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.protocols import AnswersPictures
from cardscanner_gui.service.refusals import Refusal, too_large
from cardscanner_gui.service.schemas import EXAMPLE_EVENTS, Scan, error_responses

log = logging.getLogger(__name__)

_EVENTS = "text/event-stream"
_CLIENT_GONE = 499


class Urgency(StrEnum):
    """`quick`: somebody waits for it. `batch`: nobody does; what is quick overtakes it."""

    QUICK = "quick"
    BATCH = "batch"

    @property
    def priority(self) -> Priority:
        return Priority.QUICK if self is Urgency.QUICK else Priority.BATCH


def recognise_routes(engine: AnswersPictures, options: ServiceOptions, games: Games) -> APIRouter:
    """The route over an engine."""
    router = APIRouter()

    @router.post(
        "/recognize",
        summary="Name the cards in a picture",
        response_class=JSONResponse,
        responses={
            200: {
                "model": Scan,
                "description": "What was found. With `Accept: text/event-stream` the same comes "
                "step by step, as events: `found` (outlines), `quick` (a card's first answer; may "
                "come again when more was read, and says whether it is `going_on`), `field` (one "
                "detail), and in the end `finished` (all of it) or `failed` (an error's body). A "
                "second `found` means that the picture was overtaken by a more urgent one and "
                "starts over.",
                "content": {_EVENTS: {"example": EXAMPLE_EVENTS}},
            },
            **error_responses(400, 401, 403, 408, 413, 415, 421, 422, 429, 500, 503, 504),
        },
    )
    async def recognise(
        request: Request,
        image: Annotated[
            UploadFile,
            File(description="JPEG, PNG, WebP, HEIC, TIFF, BMP, GIF, or a PDF's first page."),
        ],
        mode: Annotated[
            ReadingMode | None,
            Form(description="How thoroughly to read; without it, as the service was started."),
        ] = None,
        patience: Annotated[
            float | None,
            Form(
                gt=0,
                le=LONGEST_PATIENCE_S,
                description="Seconds that a card may be read before what is known of it is the "
                "answer; without it, as the service was started.",
            ),
        ] = None,
        priority: Annotated[Urgency, Form(description="Who goes first.")] = Urgency.QUICK,
    ) -> Response:
        picture = await _picture(image, options.picture_bytes)
        steps = engine.recognise(picture, mode, priority.priority, patience)
        if _EVENTS in request.headers.get("accept", ""):
            return EventSourceResponse(
                _as_sent(steps, games),
                shutdown_event=anyio.Event(),
                shutdown_grace_period=options.grace_seconds,
            )
        return await _answer(steps, request, games)

    return router


async def _picture(image: UploadFile, limit: int) -> SentPicture:
    name = printable(file_name(image.filename or "")) or "picture"
    if image.size is not None and image.size > limit:
        raise too_large(name, limit)
    return SentPicture(await image.read(), name)


async def _answer(
    steps: AsyncIterator[events.RecognitionEvent], request: Request, games: Games
) -> Response:
    """The last event's result; the work is cancelled when the client leaves."""
    result = asyncio.ensure_future(_result(steps, games))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({result, gone}, return_when=asyncio.FIRST_COMPLETED)
        if result.done():
            return JSONResponse(result.result())
        log.info("a client left before its answer")
        return Response(status_code=_CLIENT_GONE)
    finally:
        gone.cancel()
        result.cancel()


async def _result(steps: Any, games: Games) -> dict[str, Any]:
    async with aclosing(steps):
        async for event in steps:
            if isinstance(event, events.Finished):
                return scan_object(event.result, games)
    raise RuntimeError("a recognition ended without an end")


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _as_sent(steps: Any, games: Games) -> AsyncIterator[ServerSentEvent]:
    try:
        async with aclosing(steps):
            async for event in steps:
                for name, data in _named(event, games):
                    yield _sent(name, data)
    except Refusal as refusal:
        # The status is long sent; the event says the same.
        yield _sent("failed", refusal.body)


def _sent(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)


def _named(event: events.RecognitionEvent, games: Games) -> Iterator[tuple[str, dict[str, Any]]]:
    """The event's name and data, for those that clients are told of."""
    match event:
        case events.CardsFound():
            corners = [[[round(v, 1) for v in p] for p in c.tolist()] for c in event.corners]
            yield "found", {"width": event.width, "height": event.height, "corners": corners}
        case events.QuickResult():
            card = card_object(event.recognition, games)
            yield "quick", {"index": event.index, "card": card, "going_on": event.going_on}
        case events.FieldResult():
            field = {"index": event.index, "name": event.name, "origin": event.origin}
            yield "field", field | field_object(event.field)
        case events.Finished():
            yield "finished", scan_object(event.result, games)
