"""A decoding process as the program sees it: asked, watched, and ended when it takes too much."""

from __future__ import annotations

import io
import queue
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, NoReturn, cast

import numpy as np

from cardscanner_gui.capture.decoder import wire
from cardscanner_gui.capture.decoder.start import start
from cardscanner_gui.capture.limits import MAX_PIXELS
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import PictureError
from cardscanner_gui.core.types import Pixels, read_only

_LOOK_SECONDS = 0.02
_START_SECONDS = 60.0
_LEAN_BYTES = 256 * 1024**2
"""A process that holds on to more than this after its work is replaced."""


@dataclass(frozen=True)
class Limits:
    """What one file may cost.

    Attributes:
        seconds: of processor time, so that a busy machine refuses nothing.
        wall_seconds: in all, for a disk or a network that doesn't answer.
        memory: bytes beyond what the process takes anyway.
    """

    seconds: float = 3.5
    wall_seconds: float = 60.0
    memory: int = 768 * 1024**2

    @property
    def memory_in_words(self) -> str:
        return f"{self.memory // 1024**2} MB"


class Stopped(PictureError):  # noqa: N818 - one of the lines about a picture
    """The process was ended over this file, or ended by itself."""


class Gone(Exception):  # noqa: N818 - nothing is wrong: another process is asked
    """The process had ended before it was asked."""


@dataclass(frozen=True, eq=False)
class Reply:
    """An answer, and the pixels that came with it."""

    answer: wire.Answer
    pixels: Pixels | None = None


class DecoderProcess:
    """One process; used by one thread at a time.

    Args:
        limits: what a file may cost.

    Raises:
        PictureError: it doesn't start.
    """

    def __init__(self, limits: Limits) -> None:
        import psutil  # not needed before the first rare file

        self.limits = limits
        try:
            self._process = start(limits.memory)
        except OSError as error:
            reason = error.strerror or error
            raise PictureError(f"the program's decoder doesn't start ({reason})") from error
        self._seen = psutil.Process(self._process.pid)
        self._ready = threading.Event()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def lean(self) -> bool:
        """Whether it is as good as a new one."""
        return self._memory() < _LEAN_BYTES

    def ask(self, request: wire.Request, data: bytes, token: CancelToken) -> Reply:
        """Have a file opened. After any error it is closed.

        Raises:
            Stopped: it took too much, or the process ended over it.
            CancelledError: the token was.
            Gone: it had ended before.
            PictureError: the process doesn't start.
        """
        inbox: queue.SimpleQueue[Reply | None] = queue.SimpleQueue()
        pipe = threading.Thread(
            target=self._exchange, args=(request, data, inbox), name="decoder pipe", daemon=True
        )
        pipe.start()
        try:
            reply = self._watched(inbox, token) or self._ended()
        except BaseException:  # Ctrl+C too
            self._process.kill()
            pipe.join()
            self.close()
            raise
        pipe.join()
        return reply

    def close(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]

    def _watched(self, inbox: queue.SimpleQueue[Reply | None], token: CancelToken) -> Reply | None:
        began, before = time.monotonic(), None
        while True:
            with suppress(queue.Empty):
                return inbox.get(timeout=_LOOK_SECONDS)
            token.check()
            waited = time.monotonic() - began
            if self._ready.is_set():
                before = before or (self._seconds(), self._memory(), waited)
                self._check(self._seconds() - before[0], waited - before[2], before[1])
            elif waited > _START_SECONDS:
                raise PictureError("the program's decoder doesn't start")

    def _check(self, seconds: float, wall_seconds: float, memory_before: int) -> None:
        limits = self.limits
        if seconds > limits.seconds:
            raise Stopped(
                f"it took more than {limits.seconds:g} seconds to open and was stopped; save it"
                " anew, best as JPEG, and try that"
            )
        if wall_seconds > limits.wall_seconds:
            raise PictureError(
                f"it couldn't be read within {limits.wall_seconds:g} seconds; copy it to this"
                " machine's own disk and try that"
            )
        if self._memory() - memory_before > limits.memory:
            raise too_much_memory(limits)

    def _ended(self) -> NoReturn:
        """Say why there was no answer."""
        self._process.kill()  # it may have said nonsense
        if self._process.wait() == wire.ENDED_IDLE:
            raise Gone
        if not self._ready.is_set():
            raise PictureError("the program's decoder doesn't start")
        raise Stopped(
            f"it is damaged, or needs more than {self.limits.memory_in_words} of memory to open;"
            " save it anew, best as JPEG, and try that"
        )

    def _exchange(
        self, request: wire.Request, data: bytes, inbox: queue.SimpleQueue[Reply | None]
    ) -> None:
        try:
            inbox.put(self._talk(request, data))
        except (OSError, ValueError):
            inbox.put(None)

    def _talk(self, request: wire.Request, data: bytes) -> Reply | None:
        questions = cast("BinaryIO", self._process.stdin)
        answers = cast("io.BufferedReader", self._process.stdout)
        if not self._ready.is_set() and answers.readline(len(wire.READY)) != wire.READY:
            return None
        self._ready.set()
        wire.send(questions, request)
        questions.write(data)
        questions.flush()
        answer = wire.receive_answer(answers)
        if answer is None or not answer.width:
            return None if answer is None else Reply(answer)
        if min(answer.width, answer.height) < 0 or answer.width * answer.height > MAX_PIXELS:
            return None
        pixels = np.empty((answer.height, answer.width, 3), np.uint8)
        if answers.readinto(pixels.data.cast("B")) != pixels.nbytes:
            return None
        return Reply(answer, read_only(pixels))

    def _seconds(self) -> float:
        with suppress(Exception):  # it has just ended, which the pipe will tell
            times = self._seen.cpu_times()
            return float(times.user + times.system)
        return 0.0

    def _memory(self) -> int:
        with suppress(Exception):
            return int(self._seen.memory_info().rss)
        return 0


def too_much_memory(limits: Limits) -> Stopped:
    """A file that would have taken more than is given."""
    return Stopped(
        f"it needs more than {limits.memory_in_words} of memory to open and was stopped; save a"
        " smaller copy, best as JPEG, and try that"
    )
