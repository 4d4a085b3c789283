"""Why a request gets no answer: one status, one code for programs, one line for people."""

from __future__ import annotations

import logging
import math
import random
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from cardscanner_gui.core.errors import WorldError

log = logging.getLogger(__name__)

_RETRY_SECONDS = "10"


class Refusal(HTTPException):
    """A request that is answered with an error.

    Args:
        status: of HTTP.
        code: for programs, such as `queue_full`.
        message: one line for people.
        retry_after: seconds after which it may go better; None when trying again is no use.
    """

    def __init__(
        self, status: HTTPStatus, code: str, message: str, retry_after: float | None = None
    ) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
        super().__init__(status, message, headers)
        self.code = code

    @property
    def body(self) -> dict[str, Any]:
        """What the client reads."""
        return error_body(self.code, self.detail)


def queue_full(seconds: float) -> Refusal:
    """More is waiting than the service takes on; `seconds` until what waits is done."""
    # Those who were refused together shouldn't come back together.
    after = max(1.0, seconds) * random.uniform(1.0, 2.0)
    line = "The service has as much to do as it takes on; try again a little later."
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, "queue_full", line, after)


def closing(seconds: float) -> Refusal:
    """The service is about to stop; `seconds` until another may be there."""
    line = "The service is about to stop and takes nothing more on; send the picture again."
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "closing", line, max(1.0, seconds))


def took_too_long(seconds: float) -> Refusal:
    line = f"The picture wasn't read within {seconds:g} seconds; it was given up."
    return Refusal(HTTPStatus.GATEWAY_TIMEOUT, "took_too_long", line)


def stuck(name: str) -> Refusal:
    """A reader came to no step in the picture of this name."""
    line = f"{name}: the reader got stuck in this picture and gave it up; save it anew elsewhere."
    return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "reader_stuck", line)


def too_large(what: str, limit: int) -> Refusal:
    """`what` has more than `limit` bytes."""
    line = f"{what} has more than {limit / 1e6:g} MB, which is the limit."
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", line)


def too_slow(seconds: float) -> Refusal:
    line = f"The upload wasn't complete after {seconds:g} seconds."
    return Refusal(HTTPStatus.REQUEST_TIMEOUT, "upload_too_slow", line)


def error_body(code: str, message: str) -> dict[str, Any]:
    """The object that every error has as its body."""
    return {"error": {"code": code, "message": message}}


def answer_with_refusals(app: FastAPI) -> None:
    """Give every error of the app the same shape."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(WorldError, _world_error)
    app.add_exception_handler(OSError, _disk_error)
    app.add_exception_handler(Exception, _bug)


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error, Refusal):
        return JSONResponse(error.body, error.status_code, error.headers)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_")
    return JSONResponse(error_body(code, f"{phrase}."), error.status_code, error.headers)


async def _validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    wrong = [f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors()]
    line = f"The request isn't complete or not right: {'; '.join(wrong)}."
    return JSONResponse(error_body("invalid_request", line), HTTPStatus.UNPROCESSABLE_ENTITY)


async def _world_error(_: Request, error: Exception) -> JSONResponse:
    log.error("%s", error)
    status, headers = HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": _RETRY_SECONDS}
    return JSONResponse(error_body("not_now", str(error)), status, headers)


async def _disk_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OSError)
    log.exception("an upload can't be written", exc_info=error)
    line = f"The service can't write what was sent ({error.strerror or type(error).__name__})."
    return JSONResponse(error_body("no_room", line), HTTPStatus.INSUFFICIENT_STORAGE)


async def _bug(_: Request, error: Exception) -> JSONResponse:
    line = "This request made the service stumble; its log has the details."
    return JSONResponse(error_body("stumbled", line), HTTPStatus.INTERNAL_SERVER_ERROR)
