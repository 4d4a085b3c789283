"""Hands files to decoding processes, which are started when needed and kept for the next."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path

from cardscanner_gui.capture.decoder import wire
from cardscanner_gui.capture.decoder.process import (
    DecoderProcess,
    Gone,
    Limits,
    Reply,
    Stopped,
    too_much_memory,
)
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import (
    NotAPictureError,
    PictureError,
    PictureTooLargeError,
)
from cardscanner_gui.core.types import Pixels

log = logging.getLogger(__name__)

_MOST_PROCESSES = 4
_KEPT_LINES = 256
_LOOK_SECONDS = 0.05

Key = tuple[str, int, int, int]
"""A version of a file, and the page; 0 for the document as a whole."""


class Decoders:
    """Opens files in processes of their own; safe to use from any thread.

    Args:
        limits: what one file may cost; may be changed for the files to come.
        most: how many processes work at once; whoever comes then waits.
    """

    def __init__(self, limits: Limits | None = None, most: int | None = None) -> None:
        self.limits = limits or Limits()
        self._most = most or max(2, min(_MOST_PROCESSES, os.cpu_count() or 2))
        self._forget()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)  # its pipes belong to the parent

    def picture(self, path: Path, page: int, token: CancelToken) -> Pixels:
        """Decode a picture file, or a page of a document, counted from 1.

        Returns:
            Read-only `uint8` height x width x 3, RGB.

        Raises:
            PictureError: one line, without the file's name.
            CancelledError: the token was.
        """
        request = wire.Request("picture", os.path.abspath(path), page)  # noqa: PTH100 - keeps links
        return _pixels(self._ask(request, b"", token))

    def picture_from_bytes(self, data: bytes, token: CancelToken) -> Pixels:
        """The same for a file's content."""
        return _pixels(self._ask(wire.Request("picture", size=len(data)), data, token))

    def pages(self, path: Path, token: CancelToken) -> list[int]:
        """The numbers of a document's pages.

        Raises:
            PictureError: it can't be opened; one line, without its name.
            CancelledError: the token was.
        """
        request = wire.Request("pages", os.path.abspath(path), 0)  # noqa: PTH100
        return list(self._ask(request, b"", token).answer.pages)

    def close(self) -> None:
        """End the processes that wait for work."""
        with self._changed:
            while self._idle:
                self._idle.pop().close()

    def _forget(self) -> None:
        self._changed = threading.Condition()
        self._idle: list[DecoderProcess] = []
        self._busy = 0
        self._stopped: OrderedDict[Key, str] = OrderedDict()

    def _ask(self, request: wire.Request, data: bytes, token: CancelToken) -> Reply:
        keys = _keys(request)
        for key in keys:
            # What was stopped once would be again, when it is to be shown, say.
            if key in self._stopped:
                raise Stopped(self._stopped[key])
        self._begin(token)
        try:
            reply = self._served(request, data, token)
        except Stopped as error:
            if keys:
                self._remember(keys[-1], str(error))
            raise
        finally:
            self._end()
        return _checked(reply)

    def _served(self, request: wire.Request, data: bytes, token: CancelToken) -> Reply:
        while True:
            process = self._idle_or_new()
            try:
                reply = process.ask(request, data, token)
            except Gone:
                continue
            if reply.answer.failure == "memory":
                process.close()
                raise too_much_memory(process.limits)
            if reply.answer.failure == "bug" or not process.lean:
                process.close()
            else:
                with self._changed:
                    self._idle.append(process)
            return reply

    def _idle_or_new(self) -> DecoderProcess:
        with self._changed:
            while self._idle:
                process = self._idle.pop()
                if process.alive and process.limits == self.limits:
                    return process
                process.close()
        _at_exit(self)
        return DecoderProcess(self.limits)

    def _begin(self, token: CancelToken) -> None:
        with self._changed:
            while self._busy >= self._most:
                self._changed.wait(_LOOK_SECONDS)
                token.check()
            self._busy += 1

    def _end(self) -> None:
        with self._changed:
            self._busy -= 1
            self._changed.notify()

    def _remember(self, key: Key, line: str) -> None:
        with self._changed:
            self._stopped[key] = line
            while len(self._stopped) > _KEPT_LINES:
                self._stopped.popitem(last=False)


@cache
def decoders() -> Decoders:
    """The processes that all threads of the program share, since they share the machine."""
    return Decoders()


@cache
def _at_exit(pool: Decoders) -> None:
    atexit.register(pool.close)


def _keys(request: wire.Request) -> list[Key]:
    """Under which the file may be remembered: the document, then the page."""
    if request.path is None:
        return []
    try:
        status = Path(request.path).stat()
    except (OSError, ValueError):
        return []
    version = (request.path, status.st_size, status.st_mtime_ns)
    return [(*version, page) for page in dict.fromkeys((0, request.page))]


def _checked(reply: Reply) -> Reply:
    answer = reply.answer
    match answer.failure:
        case "":
            return reply
        case "not a picture":
            raise NotAPictureError(answer.line)
        case "too large":
            raise PictureTooLargeError(answer.line)
        case "bug":
            raise RuntimeError(f"in the decoder:\n{answer.line}")
        case _:
            raise PictureError(answer.line)


def _pixels(reply: Reply) -> Pixels:
    if reply.pixels is None:
        raise PictureError("the file is damaged or cut short")
    return reply.pixels
