"""Requests' bodies on their way in: how large, how long, and how much of them there is at a time.

What is complete and waits has a budget in bytes, and what is still being received one of its own:
who sends half a picture and falls silent takes no place from those whose pictures are here. When
the second is used up, the upload that has been silent the longest gives way.
"""

from __future__ import annotations

import asyncio
import logging
import time

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.refusals import Refusal, queue_full, too_large, too_slow
from cardscanner_gui.service.waiting import WaitingRoom

log = logging.getLogger(__name__)

_FORM_BYTES = 100_000
"""What a form adds to the files in it."""
_DRAINED_BYTES = 100_000_000
_DRAINED_SECONDS = 3.0


class Uploads:
    """All bodies that are being received or wait; belongs to one event loop."""

    def __init__(self, options: ServiceOptions, waiting: WaitingRoom) -> None:
        self.options = options
        self.waiting = waiting
        self._held = 0
        self._receiving: dict[Upload, None] = {}  # the one that was silent the longest first
        self._received = 0

    def begin(self, scope: Scope, receive: Receive) -> Upload:
        """The body of a request."""
        return Upload(self, scope, receive)

    def limit_of(self, path: str) -> int:
        """The largest body of a request to this path."""
        files = self.options.picture_bytes
        if path.startswith("/batches"):
            files = self.options.batch_bytes
        return files + _FORM_BYTES

    def note(self, upload: Upload, size: int) -> None:
        """So many bytes more arrived; others may have to give way for them."""
        self._receiving.pop(upload, None)
        self._receiving[upload] = None
        upload.size += size
        self._received += size
        while self._received > self.options.held_bytes:
            silent = next(iter(self._receiving))
            self.forget(silent)
            silent.give_way()

    def keep(self, upload: Upload) -> None:
        """All of it is here. Raises a `Refusal` when too much waits already."""
        self.forget(upload)
        if self._held + upload.size > self.options.held_bytes:
            raise queue_full(self.waiting.seconds_to_wait)
        self._held += upload.size
        upload.held = True

    def forget(self, upload: Upload) -> None:
        """It is no longer received."""
        if upload in self._receiving:
            del self._receiving[upload]
            self._received -= upload.size

    def end(self, upload: Upload) -> None:
        """The request is answered."""
        self.forget(upload)
        if upload.held:
            self._held -= upload.size


class Upload:
    """A request's body on its way in.

    Attributes:
        size: bytes that arrived.
        held: whether all of it is here and counts as waiting.
        complete_at: when the last of it arrived, by `time.perf_counter`; None before.
    """

    def __init__(self, uploads: Uploads, scope: Scope, receive: Receive) -> None:
        self._uploads = uploads
        self._receive = receive
        self._declared = Headers(scope=scope).get("content-length", "")
        self._limit = uploads.limit_of(scope["path"])
        self.size = 0
        self.held = False
        self.complete_at: float | None = None
        self._seconds = uploads.options.upload_seconds
        self._deadline = asyncio.get_running_loop().time() + self._seconds
        self._late = too_slow(self._seconds)
        self._pause: asyncio.Timeout | None = None

    def check_length(self) -> None:
        """Refuse at once what says itself that it is too large."""
        if self._declared.isdigit() and int(self._declared) > self._limit:
            raise self._too_large()

    async def receive(self) -> Message:
        """The next part of the body, or that the client left. Raises a `Refusal`."""
        if self.complete_at is not None:
            return await self._receive()
        until = self._uploads.waiting.until(self._deadline, lambda: self._late)
        async with until as self._pause:
            message = await self._next()
        self._pause = None
        size = len(message.get("body", b""))
        if self.size + size > self._limit:
            raise self._too_large()
        self._uploads.note(self, size)
        if not message.get("more_body", False):
            self._uploads.keep(self)
        return message

    def give_way(self) -> None:
        """Stop receiving it."""
        self._late = queue_full(self._uploads.waiting.seconds_to_wait)
        self._deadline = 0.0
        if self._pause is not None:
            self._pause.reschedule(0.0)

    async def drain(self) -> None:
        """Let the rest go by: who still sends doesn't hear an answer that cuts the line."""
        self._uploads.forget(self)
        seen = 0
        try:
            async with asyncio.timeout(_DRAINED_SECONDS):
                while self.complete_at is None and seen < _DRAINED_BYTES:
                    seen += len((await self._next()).get("body", b""))
        except TimeoutError:
            log.debug("a client went on sending after it had its answer")

    def _too_large(self) -> Refusal:
        return too_large("The upload", self._limit - _FORM_BYTES)

    async def _next(self) -> Message:
        message = await self._receive()
        if not message.get("more_body", False):
            self.complete_at = time.perf_counter()
        return message
