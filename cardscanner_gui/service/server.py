"""Runs the app in one process with uvicorn: address, signals, an orderly end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

import uvicorn
from fastapi import FastAPI

from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.service.connections import Connections
from cardscanner_gui.service.options import ServiceOptions, is_loopback
from cardscanner_gui.service.protocols import AnswersPictures

log = logging.getLogger(__name__)

_BACKLOG = 2048
_LAST_WORDS_SECONDS = 0.3
"""How long answers may take to leave once the last one is made."""
_LAST_RESORT_SECONDS = 0.8
"""How long after its grace the process may still take to end in order."""
_KEEP_ALIVE_SECONDS = 75
"""Longer than clients keep a line: one closed just as they use it again is a lost request."""
_OTHER_FILES = 200
"""That a service may have open besides its connections: uploads, the database, networks."""


class ServiceError(WorldError):
    """The service can't be started as it was asked to."""


class Server(uvicorn.Server):
    """Stops in order: takes nothing on, finishes what it accepted, gives back the rest, closes.

    Who asks meanwhile is told so with 503, which is kinder than a refused connection.

    Args:
        on_stop: called once, when it begins to stop.
    """

    def __init__(
        self,
        app: FastAPI,
        engine: AnswersPictures,
        options: ServiceOptions,
        metrics: Metrics,
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                # What we log ourselves says more, and never the headers.
                log_config=None,
                access_log=False,
                server_header=False,
                # uvicorn would take uvloop where some other package brought it.
                loop="asyncio",
                backlog=_BACKLOG,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=1,  # more than `_LAST_WORDS_SECONDS`, after which we cut
                # Only we speak HTTP here, and the fewer optional parts, the same everywhere.
                http=Connections(options, metrics).protocol,  # type: ignore[arg-type]
                ws="none",
                proxy_headers=False,
            )
        )
        self._engine = engine
        self._grace = options.grace_seconds
        self._on_stop = on_stop
        self._hurry = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in order; a second Ctrl+C gives up on what is still to be answered.

        uvicorn's own would raise the signal again in the end, before the database is closed.
        """
        self._hurry = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once, when a signal came or `should_exit` was set."""
        self._on_stop()
        waiting = self._engine.waiting
        waiting.close(self._grace)
        log.info("stopping: %d pictures are still to be answered", waiting.accepted)
        while waiting.accepted and not self._hurry:
            await asyncio.sleep(0.05)
        waiting.close(0)
        asyncio.get_running_loop().call_later(_LAST_WORDS_SECONDS, self._cut)
        await super().shutdown(sockets)

    def _cut(self) -> None:
        """Close every line, also those whose clients take nothing."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()


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


class Ending:
    """Sees to it that the process ends soon after it was told to, whatever still runs.

    A decoder that hangs, or a network in the middle of its work, can't be stopped from outside, and
    Python would wait for it. What is written is safe at any moment: files are replaced whole, and
    the database keeps a journal.
    """

    def __init__(self, grace_seconds: float) -> None:
        self._seconds = grace_seconds + _LAST_RESORT_SECONDS
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        """From now on there is the grace and no more."""
        self._timer = threading.Timer(self._seconds, self.end_now)
        self._timer.daemon = True
        self._timer.start()

    def finish(self, *, clean: bool) -> None:
        """All is closed; unless `clean`, threads are left that might never end."""
        if not clean:
            self.end_now()
        if self._timer is not None:
            self._timer.cancel()

    def end_now(self) -> None:
        """End the process, with the status of an orderly end."""
        log.warning("the service ended while something was still running")
        logging.shutdown()
        os._exit(0)


def serve(
    app: FastAPI,
    engine: AnswersPictures,
    options: ServiceOptions,
    metrics: Metrics,
    say: Callable[[str], None],
    on_stop: Callable[[], None],
) -> None:
    """Serve until a signal comes; returns when everything is stopped. Raises `ServiceError`.

    `say` is told where it serves, `on_stop` is called when it begins to stop.
    """
    check(options)
    most = _most_connections(options.connections)
    listening = listen(options)
    say(f"Serving on {address_of(listening)} (Ctrl+C stops)")
    try:
        bounded = replace(options, connections=most)
        Server(app, engine, bounded, metrics, on_stop).run([listening])
    finally:
        listening.close()


def _most_connections(wanted: int) -> int:
    """So many connections, or as many as the system allows.

    Each is an open file, and many systems allow a process only 1,024 or 256 at first.
    """
    try:
        import resource
    except ImportError:  # Windows knows no such limit
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = wanted + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        files = min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max(1, files - _OTHER_FILES)
