"""What every request passes: who may come in, how much, how long; and what is noted about it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Callable
from http import HTTPStatus

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.service.options import ServiceOptions, is_loopback
from cardscanner_gui.service.refusals import Refusal, closing, queue_full, too_large, too_slow

log = logging.getLogger(__name__)

PROBES = frozenset({"/healthz", "/readyz"})
"""What is answered to everyone, also while the service stops."""
_FORM_BYTES = 100_000
"""What a form adds to the files in it."""
_DRAINED_BYTES = 100_000_000
_DRAINED_SECONDS = 3.0


class Gate:
    """ASGI middleware around the whole app.

    Args:
        seconds_to_wait: until what waits is done, for those who are sent away.
        is_closing: whether the service takes nothing more on.
    """

    def __init__(
        self,
        app: ASGIApp,
        options: ServiceOptions,
        metrics: Metrics,
        seconds_to_wait: Callable[[], float],
        is_closing: Callable[[], bool],
    ) -> None:
        self._app = app
        self._options = options
        self._metrics = metrics
        self._seconds_to_wait = seconds_to_wait
        self._is_closing = is_closing
        self._held = 0
        self._key = _digest(f"Bearer {options.api_key}") if options.api_key else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        upload = _Upload(self, scope, receive)
        reply = _Reply(self._metrics, scope, upload, send)
        try:
            try:
                self._check(scope)
                upload.check_length()
            except Refusal as refusal:
                response = JSONResponse(refusal.body, refusal.status_code, refusal.headers)
                await response(scope, receive, reply.send)
            else:
                await self._app(scope, upload.receive, reply.send)
        finally:
            self._held -= upload.counted

    def _check(self, scope: Scope) -> None:
        """Raise a `Refusal` for who may not come in."""
        if scope["path"] in PROBES:
            return
        headers = Headers(scope=scope)
        if self._key is not None:
            if not hmac.compare_digest(self._key, _digest(headers.get("authorization", ""))):
                line = "Send the service's key along: Authorization: Bearer KEY."
                refusal = Refusal(HTTPStatus.UNAUTHORIZED, "no_key", line)
                refusal.headers = {"WWW-Authenticate": "Bearer"}
                raise refusal
        elif not self._is_own_name(headers.get("host", "")):
            # A page from elsewhere can make a browser on this machine ask under a name of its own.
            line = "Without a key the service answers only under this machine's own name."
            raise Refusal(HTTPStatus.MISDIRECTED_REQUEST, "not_our_name", line)
        if self._is_closing():
            raise closing(self._options.grace_seconds)

    def _is_own_name(self, host: str) -> bool:
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        return is_loopback(name) or name == self._options.host

    def hold(self, upload: _Upload, size: int) -> None:
        """Count bytes of an upload; raises a `Refusal` when it, or all together, are too many."""
        options = self._options
        if upload.size + size > upload.limit:
            raise too_large("The upload", upload.limit - _FORM_BYTES)
        upload.size += size
        if self._held + size > options.held_bytes:
            raise queue_full(self._seconds_to_wait())
        self._held += size
        upload.counted += size

    def limit_of(self, path: str) -> int:
        """The largest body of a request to this path."""
        options = self._options
        files = options.batch_bytes if path.startswith("/batches") else options.picture_bytes
        return files + _FORM_BYTES

    @property
    def upload_seconds(self) -> float:
        return self._options.upload_seconds


class _Upload:
    """A request's body on its way in.

    Attributes:
        size: bytes that arrived.
        counted: bytes that count as held.
        complete_at: when the last of it arrived, by `time.perf_counter`; None before.
    """

    def __init__(self, gate: Gate, scope: Scope, receive: Receive) -> None:
        self._gate = gate
        self._receive = receive
        self._declared = Headers(scope=scope).get("content-length", "")
        self.limit = gate.limit_of(scope["path"])
        self.size = 0
        self.counted = 0
        self.complete_at: float | None = None
        self._deadline = asyncio.get_running_loop().time() + gate.upload_seconds

    def check_length(self) -> None:
        """Refuse at once what says itself that it is too large."""
        if self._declared.isdigit() and int(self._declared) > self.limit:
            raise too_large("The upload", self.limit - _FORM_BYTES)

    async def receive(self) -> Message:
        """The next part of the body, or that the client left. Raises a `Refusal`."""
        if self.complete_at is not None:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._next()
        except TimeoutError:
            raise too_slow(self._gate.upload_seconds) from None
        self._gate.hold(self, len(message.get("body", b"")))
        return message

    async def drain(self) -> None:
        """Let the rest go by: who still sends doesn't hear an answer that cuts the line."""
        seen = 0
        try:
            async with asyncio.timeout(_DRAINED_SECONDS):
                while self.complete_at is None and seen < _DRAINED_BYTES:
                    seen += len((await self._next()).get("body", b""))
        except TimeoutError:
            log.debug("a client went on sending after it had its answer")

    async def _next(self) -> Message:
        message = await self._receive()
        if not message.get("more_body", False):
            self.complete_at = time.perf_counter()
        return message


class _Reply:
    """An answer on its way out; noted when it starts."""

    def __init__(self, metrics: Metrics, scope: Scope, upload: _Upload, send: Send) -> None:
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
        # The time from the last byte in to the first byte out; a slow line isn't our doing.
        timing = f"answer;dur={milliseconds:.1f}"
        MutableHeaders(scope=message).append("Server-Timing", timing)
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
