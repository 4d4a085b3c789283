"""`POST /batches` and `GET /batches/{id}`: many pictures, worked off when nobody is waiting."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Response, UploadFile
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from cardscanner_gui.service.batch_intake import BatchIntake
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.refusals import Refusal, too_large
from cardscanner_gui.service.schemas import Batch, error_responses


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
            **error_responses(401, 408, 413, 422, 429, 503),
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
            Form(description="Put identified cards into the service's collection at once."),
        ] = True,
    ) -> Response:
        for image in images:
            if image.size is not None and image.size > options.picture_bytes:
                raise too_large(image.filename or "A picture", options.picture_bytes)
        files = [(image.filename or "", image.file) for image in images]
        batch = await run_in_threadpool(intake.accept, files, name, keep)
        location = {"Location": f"/batches/{batch['id']}"}
        return JSONResponse(batch, HTTPStatus.ACCEPTED, location)

    @router.get(
        "/batches/{batch_id}",
        summary="How far is a batch, and what did it give?",
        response_model=Batch,
        responses=error_responses(401, 404),
    )
    async def look(batch_id: Annotated[int, Path(ge=1, lt=1 << 63)]) -> Response:
        batch = await run_in_threadpool(intake.look, batch_id)
        if batch is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "no_such_batch", f"There is no batch {batch_id}.")
        return JSONResponse(batch)

    return router
