"""Bounds each connection: how long it may be silent, how long take nothing, and how many there are.

uvicorn's own limits leave gaps: a connection that never asks, a request whose headers never end,
and an answer that nobody takes may all stay for ever.
"""

from __future__ import annotations

import asyncio
import json
import time
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.refusals import Refusal, queue_full

_STALLED_SECONDS = 1.0
"""An upload of which nothing came for so long gives way in a crowd."""


class Connections:
    """All open connections of a server; belongs to one event loop.

    Args:
        options: the bounds.
        metrics: counts by reason what is closed before its time.
    """

    def __init__(self, options: ServiceOptions, metrics: Metrics) -> None:
        self.options = options
        self._metrics = metrics
        self._open: set[_Connection] = set()
        self._idle: dict[_Connection, None] = {}  # the one that is idle the longest first
        self._sending: dict[_Connection, float] = {}  # when each last sent of its upload

    def protocol(self, **arguments: Any) -> asyncio.Protocol:
        """What serves one connection, as uvicorn makes it."""
        return _Connection(self, **arguments)

    def opened(self, connection: _Connection) -> None:
        """Make room for a new one, or turn it away where all others are busy."""
        self._open.add(connection)
        if len(self._open) > self.options.connections:
            longest = next(iter(self._idle), None)
            stalled, heard_at = next(iter(self._sending.items()), (connection, time.monotonic()))
            if longest is not None:
                longest.end("idle")
            elif time.monotonic() - heard_at >= _STALLED_SECONDS:
                stalled.turn_away("stalled", queue_full(1.0))
            else:
                connection.turn_away("crowded", queue_full(1.0))
        if connection in self._open:
            self._idle[connection] = None

    def heard(self, connection: _Connection, *, sending: bool) -> None:
        """Note that it sent something, and whether an upload isn't complete yet."""
        self._sending.pop(connection, None)
        if sending and connection in self._open:
            self._sending[connection] = time.monotonic()

    def rests(self, connection: _Connection, *, idle: bool) -> None:
        """Note whether a connection has no request that is to be answered."""
        self._idle.pop(connection, None)
        if idle and connection in self._open:
            self._idle[connection] = None

    def gone(self, connection: _Connection, why: str = "") -> None:
        """It is closed, or about to be; `why` where that is our doing."""
        if why and connection in self._open:
            self._metrics.count("connections_cut_total", reason=why)
        self._open.discard(connection)
        self._idle.pop(connection, None)
        self._sending.pop(connection, None)


class _Connection(H11Protocol):
    """One connection, with a time limit on all that it may wait for."""

    def __init__(self, all_of_them: Connections, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._all = all_of_them
        self._until_asked: asyncio.TimerHandle | None = None
        self._until_taken: asyncio.TimerHandle | None = None
        self._spoke = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # So that every byte that waits for the client is noticed.
        transport.set_write_buffer_limits(high=0)
        self._expect_request()
        self._all.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._forget_limits()
        self._all.gone(self)

    def data_received(self, data: bytes) -> None:
        self._spoke = True
        super().data_received(data)
        self._all.heard(self, sending=self._answering() and self.cycle.more_body)
        if self._answering():
            self._stop_expecting()
        else:
            self._expect_request()

    def on_response_complete(self) -> None:
        self._stop_expecting()
        self._all.heard(self, sending=False)
        self._spoke = False
        super().on_response_complete()
        if not self._answering():
            self._all.rests(self, idle=True)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._until_taken is None:
            seconds = self._all.options.unread_seconds
            self._until_taken = self.loop.call_later(seconds, self._not_taken)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._until_taken is not None:
            self._until_taken.cancel()
            self._until_taken = None

    def turn_away(self, why: str, refusal: Refusal) -> None:
        """Close it with an answer that nothing of the app has a part in."""
        body = json.dumps(refusal.body).encode()
        status = HTTPStatus(refusal.status_code)
        head = [f"HTTP/1.1 {status.value} {status.phrase}", "Connection: close"]
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in (refusal.headers or {}).items()]
        self.transport.write("\r\n".join([*head, "", ""]).encode() + body)
        self.end(why)

    def end(self, why: str) -> None:
        """Close it."""
        self._stop_expecting()
        self._all.gone(self, why)
        self.transport.close()

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect_request(self) -> None:
        """From now on a request's whole head must come in time; a trickle changes nothing."""
        if self._until_asked is None and not self.transport.is_closing():
            seconds = self._all.options.header_seconds
            self._until_asked = self.loop.call_later(seconds, self._not_asked)

    def _stop_expecting(self) -> None:
        self._all.rests(self, idle=False)
        if self._until_asked is not None:
            self._until_asked.cancel()
            self._until_asked = None

    def _not_asked(self) -> None:
        if self._spoke and not self.transport.is_closing():
            seconds = self._all.options.header_seconds
            line = f"The request's headers weren't complete after {seconds:g} seconds."
            late = Refusal(HTTPStatus.REQUEST_TIMEOUT, "headers_too_slow", line)
            self.turn_away("half asked", late)
        else:
            self.end("silent")

    def _not_taken(self) -> None:
        self._all.gone(self, "unread")
        self.transport.abort()

    def _forget_limits(self) -> None:
        self._stop_expecting()
        if self._until_taken is not None:
            self._until_taken.cancel()
            self._until_taken = None
