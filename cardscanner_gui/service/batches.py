"""`/batches`: many pictures, worked off when nobody is waiting; looked at, and deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import APIRouter, File, Form, Path, Response, UploadFile
from fastapi.responses import JSONResponse

from cardscanner_gui.service.batch_intake import BatchIntake
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.refusals import Refusal, too_large, took_too_long
from cardscanner_gui.service.schemas import Batch, error_responses
from cardscanner_gui.service.worker_threads import StuckError

T = TypeVar("T")
BatchId = Annotated[int, Path(ge=1, lt=1 << 63)]


def batch_routes(intake: BatchIntake, options: ServiceOptions) -> APIRouter:
    """The routes over an intake."""
    router = APIRouter()

    @router.post(
        "/batches",
        summary="Hand in many pictures",
        status_code=HTTPStatus.ACCEPTED,
        response_model=Batch,
        responses={
            202: {"description": "Accepted and stored: a restart of the service loses none."},
            **error_responses(400, 401, 403, 408, 413, 421, 422, 429, 503, 504, 507),
        },
    )
    async def create(
        images: Annotated[
            list[UploadFile],
            File(description="Pictures, at least one; of a PDF or TIFF, each page is one."),
        ],
        name: Annotated[str, Form(max_length=200, description="For people.")] = "",
        keep: Annotated[
            bool,
            Form(
                description="Put identified cards into the service's collection at once. Needs the"
                " service's key, or a service that was started with `--allow-keep`."
            ),
        ] = False,
    ) -> Response:
        if keep and options.api_key is None and not options.keep_without_key:
            raise _keep_needs_key()
        for image in images:
            if image.size is not None and image.size > options.picture_bytes:
                raise too_large(image.filename or "A picture", options.picture_bytes)
        files = [(image.filename or "", image.file) for image in images]
        batch = await _called(intake, options, intake.accept, files, name, keep)
        location = {"Location": f"/batches/{batch['id']}"}
        return JSONResponse(batch, HTTPStatus.ACCEPTED, location)

    @router.get(
        "/batches/{batch_id}",
        summary="How far is a batch, and what did it give?",
        response_model=Batch,
        responses=error_responses(401, 403, 404, 421, 422, 503, 504),
    )
    async def look(batch_id: BatchId) -> Response:
        batch = await _called(intake, options, intake.look, batch_id)
        if batch is None:
            raise _no_such(batch_id)
        return JSONResponse(batch)

    @router.delete(
        "/batches/{batch_id}",
        summary="Stop a batch and forget it",
        status_code=HTTPStatus.NO_CONTENT,
        description="Its pictures and its cards that wait for review are removed; what it put into"
        " the collection stays.",
        responses={
            204: {"description": "It is gone."},
            **error_responses(401, 403, 404, 421, 422, 503, 504),
        },
    )
    async def delete(batch_id: BatchId) -> Response:
        if not await _called(intake, options, intake.delete, batch_id):
            raise _no_such(batch_id)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return router


async def _called(
    intake: BatchIntake, options: ServiceOptions, function: Callable[..., T], *arguments: object
) -> T:
    """What the function gives, within the time that an answer may take."""
    try:
        async with asyncio.timeout(options.answer_seconds):
            return await intake.call(function, *arguments)
    except (TimeoutError, StuckError):
        raise took_too_long(options.answer_seconds) from None


def _no_such(batch_id: int) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, "no_such_batch", f"There is no batch {batch_id}.")


def _keep_needs_key() -> Refusal:
    line = (
        "Without a key nothing is put into the collection: leave `keep` out, or start the service"
        " with a key or with --allow-keep."
    )
    return Refusal(HTTPStatus.FORBIDDEN, "keep_needs_key", line)
