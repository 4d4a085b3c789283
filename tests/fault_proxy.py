"""A line to a server that the test spoils: late, cut, dripping, nonsensical, or without end."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum


class Fault(Enum):
    """What becomes of the server's answers."""

    NONE = "none"
    SLOW = "slow"
    CUT = "cut"
    DRIP = "drip"
    NONSENSE = "nonsense"
    NUMBERS = "numbers"
    ENDLESS = "endless"


_SLOW_SECONDS = 5.0
_DRIP_SECONDS = 0.02


class FaultProxy:
    """Passes everything on to a port of this machine, its answers with the fault of the moment."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.fault = Fault.NONE
        self.connections = 0
        self._closed = threading.Event()
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        for line in (self._listening, *self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                client.close()
                continue
            self.connections += 1
            self._lines += [client, server]
            for source, target, answers in ((client, server, False), (server, client, True)):
                arguments = (source, target, answers)
                threading.Thread(target=self._pump, args=arguments, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if answers:
                    self._answer(data, target)
                else:
                    target.sendall(data)
        for line in (source, target):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _answer(self, data: bytes, client: socket.socket) -> None:
        match self.fault:
            case Fault.NONE:
                client.sendall(data)
            case Fault.SLOW:
                self._closed.wait(_SLOW_SECONDS)
                client.sendall(data)
            case Fault.CUT:
                client.sendall(data[: len(data) // 2])
                raise OSError
            case Fault.DRIP:
                for byte in data:
                    client.sendall(bytes([byte]))
                    self._closed.wait(_DRIP_SECONDS)
            case Fault.NONSENSE:
                client.sendall(b"$abc\r\n\xff\x00*-7\r\n" + data[::-1] + b"\r\n")
            case Fault.NUMBERS:
                client.sendall(b":42\r\n")
            case Fault.ENDLESS:
                client.sendall(b"$4000000000\r\n")
                while not self._closed.is_set():
                    client.sendall(b"x" * 1_000_000)


@contextmanager
def fault_proxy(port: int) -> Iterator[FaultProxy]:
    """A proxy before that port, until the block ends."""
    proxy = FaultProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
