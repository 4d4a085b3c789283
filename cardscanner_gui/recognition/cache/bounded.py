"""Connections to Redis on which a whole call is bounded, in seconds and in bytes.

The library's own timeout starts anew with every byte, knows no bound on what arrives, and doesn't
cover looking a name up. So a server that drips, swells or hangs could keep a caller for ever.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError

_CONNECT_SECONDS = 0.1
"""What a call that must connect first may take longer; one needs that seldom."""
_MUCH_BYTES = 1 << 18


class TooMuchError(ConnectionError):
    """An answer has more bytes than a call may take, or than its time is enough for."""


class Budget(threading.local):
    """What the call that a thread is making may still take."""

    def __init__(self) -> None:
        self._deadline = math.inf
        self._bytes = 0
        self._received = 0

    @contextmanager
    def of(self, seconds: float, size: int) -> Iterator[None]:
        """So much for the calls of this thread inside the block."""
        self._deadline, self._bytes = time.monotonic() + seconds, size
        self._received = 0
        try:
            yield
        finally:
            self._deadline = math.inf

    def seconds(self) -> float | None:
        """What is left; None outside of a call. Raises `TimeoutError` or `TooMuchError`."""
        if math.isinf(self._deadline):
            return None
        left = self._deadline - time.monotonic()
        if left <= 0 and self._received > _MUCH_BYTES:
            raise TooMuchError("the answer is too large for the time")
        if left <= 0:
            raise TimeoutError("the time of the call is over")
        return left

    def prolong(self, seconds: float) -> None:
        """Give the call so much more."""
        self._deadline += seconds

    def received(self, size: int) -> None:
        """So many bytes came. Raises `TooMuchError`."""
        self._received += size
        if self._received > self._bytes and not math.isinf(self._deadline):
            raise TooMuchError("the answer is too large")


class _BoundedSocket:
    """A socket of the library's whose reads and writes keep to the budget."""

    def __init__(self, opened: socket.socket, budget: Budget) -> None:
        self._socket = opened
        self._budget = budget

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def recv(self, size: int) -> bytes:
        self._limit()
        data = self._socket.recv(size)
        self._budget.received(len(data))
        return data

    def recv_into(self, *buffer: Any) -> int:
        self._limit()
        size = self._socket.recv_into(*buffer)
        self._budget.received(size)
        return size

    def sendall(self, data: bytes) -> None:
        self._limit()
        self._socket.sendall(data)  # its timeout is that of all of it

    def _limit(self) -> None:
        if self._socket.gettimeout() != 0:  # who only looks whether something is there waits not
            seconds = self._budget.seconds()
            if seconds is not None:
                self._socket.settimeout(seconds)


def bounded(kind: type[AbstractConnection], budget: Budget) -> type[AbstractConnection]:
    """The same kind of connection, kept to a budget."""

    class Bounded(kind):  # type: ignore[misc, valid-type]
        def _connect(self) -> Any:
            budget.prolong(_CONNECT_SECONDS)
            opened = _in_time(super()._connect, budget.seconds())
            return _BoundedSocket(opened, budget)

    return Bounded


def _in_time(connect: Callable[[], socket.socket], seconds: float | None) -> socket.socket:
    """What `connect` gives, on a thread of its own: looking a name up can't be stopped."""
    lock = threading.Lock()
    ended = threading.Event()
    opened: list[socket.socket] = []
    failed: list[BaseException] = []
    late = False

    def run() -> None:
        try:
            found = connect()
            with lock:
                if late:
                    found.close()
                else:
                    opened.append(found)
        except BaseException as error:
            failed.append(error)
        ended.set()

    threading.Thread(target=run, name="connect to redis", daemon=True).start()
    ended.wait(seconds)
    with lock:
        late = True
    if opened:
        return opened[0]
    if failed:
        raise failed[0]
    raise TimeoutError("the connection takes too long")
