"""What every request passes: who may come in, how much, how long; and what is noted about it."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from http import HTTPStatus

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.service.callers import check_caller
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.refusals import Refusal, closing
from cardscanner_gui.service.uploads import Upload, Uploads
from cardscanner_gui.service.waiting import WaitingRoom

log = logging.getLogger(__name__)

PROBES = frozenset({"/healthz", "/readyz"})
"""What is answered also while the service stops."""
_OPEN = PROBES | {"/", "/docs"}
"""What needs no key: a browser can't send one, and nothing of the user's is there."""
_SAFE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer carries unless it says otherwise; no page of anybody can show or use it."""


class Gate:
    """ASGI middleware around the whole app.

    Args:
        waiting: the queue, which knows whether the service takes anything on.
    """

    def __init__(
        self, app: ASGIApp, options: ServiceOptions, metrics: Metrics, waiting: WaitingRoom
    ) -> None:
        self._app = app
        self._options = options
        self._metrics = metrics
        self._waiting = waiting
        self._uploads = Uploads(options, waiting)
        self._key = _digest(f"Bearer {options.api_key}") if options.api_key else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        upload = self._uploads.begin(scope, receive)
        reply = _Reply(self._metrics, scope, upload, send)
        try:
            try:
                self._check(scope)
                upload.check_length()
            except Refusal as refusal:
                self._metrics.count("refused_total", code=refusal.code)
                response = JSONResponse(refusal.body, refusal.status_code, refusal.headers)
                await response(scope, receive, reply.send)
            else:
                await self._app(scope, upload.receive, reply.send)
        finally:
            self._uploads.end(upload)

    def _check(self, scope: Scope) -> None:
        """Raise a `Refusal` for who may not come in."""
        headers, path = Headers(scope=scope), scope["path"]
        check_caller(headers, self._options)
        if self._key is not None and path not in _OPEN:
            given = _digest(headers.get("authorization", ""))
            if not hmac.compare_digest(self._key, given):
                line = "Send the service's key along: Authorization: Bearer KEY."
                refusal = Refusal(HTTPStatus.UNAUTHORIZED, "no_key", line)
                refusal.headers = {"WWW-Authenticate": "Bearer"}
                raise refusal
        if self._waiting.closing and path not in PROBES:
            raise closing(self._options.grace_seconds)


class _Reply:
    """An answer on its way out; noted when it starts."""

    def __init__(self, metrics: Metrics, scope: Scope, upload: Upload, send: Send) -> None:
        self._metrics = metrics
        self._scope = scope
        self._upload = upload
        self._send = send
        self._started = time.perf_counter()

    async def send(self, message: Message) -> None:
        early = self._upload.complete_at is None and self._has_body()
        if message["type"] == "http.response.start":
            self._note(message)
            if early:
                MutableHeaders(scope=message).append("Connection", "close")
        elif early and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._upload.drain()
            message = {"type": "http.response.body"}
        await self._send(message)

    def _has_body(self) -> bool:
        return self._scope["method"] in {"POST", "PUT", "PATCH"}

    def _note(self, message: Message) -> None:
        status = message["status"]
        since = self._upload.complete_at or self._started
        milliseconds = (time.perf_counter() - since) * 1000
        route = getattr(self._scope.get("route"), "path", "other")
        headers = MutableHeaders(scope=message)
        for name, value in _SAFE_HEADERS.items():
            headers.setdefault(name, value)
        # The time from the last byte in to the first byte out; a slow line isn't our doing.
        headers.append("Server-Timing", f"answer;dur={milliseconds:.1f}")
        self._metrics.count("requests_total", route=route, status=str(status))
        self._metrics.observe("request_ms", milliseconds, route=route)
        log.info(
            "request method=%s route=%s status=%d bytes=%d ms=%.1f",
            self._scope["method"],
            route,
            status,
            self._upload.size,
            milliseconds,
        )


def _digest(text: str) -> bytes:
    """Of one length whatever the text, so that comparing takes one time."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
