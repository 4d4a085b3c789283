"""Runs the app in one process with uvicorn: address, signals, an orderly end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.service.engine import ServiceEngine
from cardscanner_gui.service.options import ServiceOptions, is_loopback

log = logging.getLogger(__name__)

_BACKLOG = 2048
_LAST_WORDS_SECONDS = 5
"""How long answers may take to leave once the last one is made."""
_KEEP_ALIVE_SECONDS = 75
"""Longer than clients keep a line: one closed just as they use it again is a lost request."""
_OPEN_FILES = 8192


class ServiceError(WorldError):
    """The service can't be started as it was asked to."""


class Server(uvicorn.Server):
    """Stops in order: takes nothing on, finishes what it accepted, gives back the rest, closes.

    Who asks meanwhile is told so with 503, which is kinder than a refused connection.
    """

    def __init__(self, app: FastAPI, engine: ServiceEngine, options: ServiceOptions) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                # What we log ourselves says more, and never the headers.
                log_config=None,
                access_log=False,
                server_header=False,
                backlog=_BACKLOG,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=_LAST_WORDS_SECONDS,
                # Only we speak HTTP here, and the fewer optional parts, the same everywhere.
                http="h11",
                ws="none",
                proxy_headers=False,
            )
        )
        self._engine = engine
        self._grace = options.grace_seconds
        self._hurry = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in order; a second Ctrl+C gives up on what is still to be answered.

        uvicorn's own would raise the signal again in the end, before the database is closed.
        """
        self._hurry = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once, when a signal came or `should_exit` was set."""
        self._engine.waiting.close(self._grace)
        log.info("stopping: %d pictures are still to be answered", self._engine.waiting.accepted)
        while self._engine.waiting.accepted and not self._hurry:
            await asyncio.sleep(0.05)
        self._engine.waiting.close(0)
        await super().shutdown(sockets)


def check(options: ServiceOptions) -> None:
    """Refuse what would open the service to strangers. Raises `ServiceError`."""
    if options.api_key is None and not is_loopback(options.host):
        raise ServiceError(
            f"Whoever reaches {options.host} could use the service: give it a key with"
            " --api-key-file, or let it listen on 127.0.0.1."
        )


def listen(options: ServiceOptions) -> socket.socket:
    """A socket that listens on the address. Raises `ServiceError`."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    # Named, because asyncio sends small answers at once only where it knows that this is TCP: else
    # each waits 40 ms for the other side's acknowledgement.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two programs share a port
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((options.host.strip("[]"), options.port))
        opened.listen(_BACKLOG)  # who comes before the first answer waits and isn't turned away
    except OSError as error:
        opened.close()
        reason = error.strerror or error
        raise ServiceError(
            f"The service can't listen on {options.host} port {options.port} ({reason})."
        ) from error
    return opened


def address_of(listening: socket.socket) -> str:
    """Where clients reach it: `http://127.0.0.1:8765`."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    app: FastAPI, engine: ServiceEngine, options: ServiceOptions, say: Callable[[str], None]
) -> None:
    """Serve until a signal comes; returns when everything is stopped. Raises `ServiceError`."""
    check(options)
    _allow_many_connections()
    listening = listen(options)
    say(f"Serving on {address_of(listening)} (Ctrl+C stops)")
    try:
        Server(app, engine, options).run([listening])
    finally:
        listening.close()


def _allow_many_connections() -> None:
    """A connection is an open file, and many systems allow a process only 1,024 or 256 at first."""
    try:
        import resource
    except ImportError:  # Windows knows no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
