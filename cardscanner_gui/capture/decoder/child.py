"""The decoding process: opens one file after the other until nobody asks any more.

It imports what decodes and nothing else of the program. It ends when the program does, whatever it
is busy with: a thread waits for the pipe's end, and a timer ends what takes absurdly long.
"""

from __future__ import annotations

import faulthandler
import io
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cardscanner_gui.capture.decoder import wire
from cardscanner_gui.capture.decoder.opening import open_pages, open_picture
from cardscanner_gui.capture.limits import MAX_FILE_BYTES
from cardscanner_gui.core.errors import NotAPictureError, PictureError, PictureTooLargeError
from cardscanner_gui.core.types import Pixels

IDLE_SECONDS = 60.0
"""So long it waits for another file: a start takes a quarter of a second."""
_MOST_SECONDS = 120
"""The program stops it much earlier; this is for a program that has gone."""

Job = tuple[wire.Request, BinaryIO | None]


def main(memory: int) -> None:
    """Answer what comes on standard input, on standard output.

    Args:
        memory: how many bytes decoding may take.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program, which ends this
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # so that nothing that a library prints is taken for an answer
    _limit(memory)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, jobs), daemon=True).start()
    answers.write(wire.READY)
    answers.flush()
    while True:
        try:
            request, data = jobs.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            os._exit(wire.ENDED_IDLE)
        faulthandler.dump_traceback_later(_MOST_SECONDS, exit=True)
        for part in _answered(request, data):
            answers.write(part)
        answers.flush()
        faulthandler.cancel_dump_traceback_later()


def _limit(memory: int) -> None:
    """By the system, where it does that; elsewhere the program looks how much is taken."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            most = pages * resource.getpagesize() + memory
            resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _receive(stream: BinaryIO, jobs: queue.SimpleQueue[Job]) -> None:
    while (request := wire.receive_request(stream)) is not None:
        data = None
        if request.path is None:
            data = io.BytesIO(stream.read(min(request.size, MAX_FILE_BYTES)))
        jobs.put((request, data))
    os._exit(0)


def _answered(request: wire.Request, data: BinaryIO | None) -> Iterator[bytes | memoryview]:
    """The answer in parts; what fails before the first of them is an answer too."""
    try:
        if request.what == "pages":
            yield from _line(wire.Answer(pages=tuple(open_pages(Path(request.path or "")))))
            return
        with open_picture(request, data) as (width, height, bands):
            yield from _line(wire.Answer(width=width, height=height))
            yield from map(_bytes, bands)
    except NotAPictureError as error:
        yield from _line(wire.Answer("not a picture", str(error)))
    except PictureTooLargeError as error:
        yield from _line(wire.Answer("too large", str(error)))
    except PictureError as error:
        yield from _line(wire.Answer("picture", str(error)))
    except MemoryError:
        yield from _line(wire.Answer("memory"))
    except Exception:
        yield from _line(wire.Answer("bug", traceback.format_exc()[-wire.MAX_LINE // 8 :]))


def _line(answer: wire.Answer) -> Iterator[bytes]:
    line = io.BytesIO()
    wire.send(line, answer)
    yield line.getvalue()


def _bytes(band: Pixels) -> memoryview:
    return np.ascontiguousarray(band).data.cast("B")
