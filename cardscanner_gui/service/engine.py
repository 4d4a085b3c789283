"""The hot readers behind the service: threads that read cards, and the way of a picture to them."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from cardscanner_gui.capture.files import frame_from_bytes
from cardscanner_gui.core import events
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import NotAPictureError, PictureError, PictureTooLargeError
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority, Scheduler
from cardscanner_gui.core.types import Frame
from cardscanner_gui.recognition.decisions import Journal
from cardscanner_gui.recognition.inference import InferenceLoop
from cardscanner_gui.recognition.protocols import Recognises
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.service.known import KnownPictures, SentPicture
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.refusals import Refusal, closing
from cardscanner_gui.service.waiting import Unanswered, WaitingRoom

log = logging.getLogger(__name__)

_JOIN_SECONDS = 5.0


@dataclass(frozen=True)
class _Opened:
    """A decoded picture.

    Attributes:
        known: the events of its answer, if it was remembered; else none.
    """

    frame: Frame
    decode_ms: float
    known: Sequence[events.RecognitionEvent]


class ServiceEngine:
    """Reads pictures on threads of its own; its coroutines belong to one event loop.

    Args:
        make_recogniser: called on each reading thread; may raise `WorldError`.
        options: how many threads, how long a queue, how long a picture may take.
        metrics: where queue and times are noted.

    Attributes:
        waiting: the queue.
    """

    def __init__(
        self,
        make_recogniser: Callable[[], Recognises],
        options: ServiceOptions,
        metrics: Metrics,
    ) -> None:
        self.waiting = WaitingRoom(options, metrics)
        self._make_recogniser = make_recogniser
        self._options = options
        self._metrics = metrics
        self._scheduler = Scheduler()
        self._loop = InferenceLoop(
            self._scheduler, self._build, _unheard, self._one_is_ready, self._one_failed
        )
        self._readers = [
            threading.Thread(target=self._loop.run, name=f"reader {i + 1}", daemon=True)
            for i in range(options.workers)
        ]
        self._decoders = ThreadPoolExecutor(options.workers, thread_name_prefix="decode")
        # Apart: a picture that is known mustn't wait behind those that are being decoded.
        self._lookups = ThreadPoolExecutor(1, thread_name_prefix="look up")
        self._known = KnownPictures()
        self._unanswered = Unanswered()
        self._lock = threading.Lock()
        self._ready = 0
        self._problem: str | None = None
        # A decoded picture is a hundred times its file: only so many are there at a time, and the
        # card on somebody's desk never waits behind a batch for its place.
        self._decoded = {
            Priority.QUICK: asyncio.Semaphore(options.workers + 2),
            Priority.BATCH: asyncio.Semaphore(options.workers + 1),
        }

    @property
    def ready(self) -> bool:
        """Whether every reading thread has its recogniser."""
        return self._ready >= self._options.workers

    @property
    def problem(self) -> str | None:
        """One line that says why no recogniser can be built; None while none failed."""
        return self._problem

    def start(self) -> None:
        """Begin to build the recognisers."""
        for thread in self._readers:
            thread.start()

    def close(self) -> None:
        """Stop the threads; whoever still waits is sent away."""
        self._scheduler.close()
        for pool in (self._decoders, self._lookups):
            pool.shutdown(wait=False, cancel_futures=True)
        for thread in self._readers:
            thread.join(_JOIN_SECONDS)
            if thread.is_alive():
                log.error("%s didn't stop", thread.name)

    async def recognise(
        self, picture: SentPicture, mode: ReadingMode | None, priority: Priority
    ) -> AsyncGenerator[events.RecognitionEvent, None]:
        """Events from `CardsFound` to `Finished`; closing the generator cancels the work.

        A picture that is overtaken by a more urgent one starts over. One whose answer is remembered
        waits for nothing.

        Raises:
            Refusal: the queue is full, the service stops, the picture can't be read, or it took too
                long.
        """
        mode = mode or self._options.mode
        deadline = self.waiting.deadline()
        known = await self._look_up(picture, mode)
        if not known:
            with self.waiting.place():
                same = picture.digest, mode, priority
                other = self._unanswered.get(same)
                if other is not None:
                    async with self.waiting.until(deadline):
                        await other.wait()
                    known = await self._look_up(picture, mode)
                if not known:
                    with self._unanswered.begun(same):
                        reading = self._open_and_read(picture, mode, priority, deadline)
                        async with aclosing(reading):
                            async for event in reading:
                                yield event
        for event in known:
            yield event

    async def _look_up(
        self, picture: SentPicture, mode: ReadingMode
    ) -> Sequence[events.RecognitionEvent]:
        return await asyncio.get_running_loop().run_in_executor(
            self._lookups, self._known.by_file, picture, mode
        )

    async def _open_and_read(
        self, picture: SentPicture, mode: ReadingMode, priority: Priority, deadline: float
    ) -> AsyncGenerator[events.RecognitionEvent, None]:
        async with self.waiting.until(deadline):
            await self._decoded[priority].acquire()
        try:
            async with self.waiting.until(deadline):
                opened = await self._open(picture, mode)
            for event in opened.known:
                yield event
            if opened.known:
                return
            reading = self._read(opened.frame, mode, priority, deadline)
            async with aclosing(reading):
                async for event in reading:
                    yield _with_decoding(event, opened.decode_ms)
        finally:
            self._decoded[priority].release()

    async def _open(self, picture: SentPicture, mode: ReadingMode) -> _Opened:
        decode = partial(self._decode, picture, mode)
        try:
            opened = await asyncio.get_running_loop().run_in_executor(self._decoders, decode)
        except PictureError as error:
            raise _unreadable(error) from error
        Journal(self._metrics).decode(opened.frame.id, opened.decode_ms)
        return opened

    def _decode(self, picture: SentPicture, mode: ReadingMode) -> _Opened:
        started = time.perf_counter()
        frame = frame_from_bytes(picture.data, picture.name)
        milliseconds = (time.perf_counter() - started) * 1000
        return _Opened(frame, milliseconds, self._known.by_pixels(picture, frame, mode))

    async def _read(
        self, frame: Frame, mode: ReadingMode, priority: Priority, deadline: float
    ) -> AsyncGenerator[events.RecognitionEvent, None]:
        request_id = frame.id
        here = asyncio.get_running_loop()
        inbox: asyncio.Queue[events.RecognitionEvent | None] = asyncio.Queue()

        def put(event: events.RecognitionEvent | None) -> None:
            here.call_soon_threadsafe(inbox.put_nowait, event)

        request = RecogniseRequest(frame, request_id, priority, mode, photos=False)

        def stream(recogniser: Recognises, token: CancelToken) -> Iterator[events.RecognitionEvent]:
            return recogniser.recognise(request, token)

        try:
            self._loop.submit(request_id, frame.source, stream, priority, put, partial(put, None))
            while True:
                async with self.waiting.until(deadline):
                    event = await inbox.get()
                if event is None or isinstance(event, events.Cancelled):
                    raise closing(1.0)
                if isinstance(event, events.Failed):
                    raise _failure(event)
                yield event
                if isinstance(event, events.Finished):
                    return
        finally:
            self._scheduler.cancel(request_id)

    def _build(self) -> Recognises:
        recogniser = self._make_recogniser()
        self._known.ask(recogniser)
        return recogniser

    def _one_is_ready(self) -> None:
        with self._lock:
            self._ready += 1

    def _one_failed(self, problem: str) -> None:
        log.error("%s", problem)
        self._problem = problem


def _unheard(event: events.RecognitionEvent) -> None:
    """Every request has a report of its own."""


def _with_decoding(event: events.RecognitionEvent, decode_ms: float) -> events.RecognitionEvent:
    if not isinstance(event, events.Finished):
        return event
    result = replace(event.result, elapsed_ms=event.result.elapsed_ms + decode_ms)
    return replace(event, result=result)


def _unreadable(error: PictureError) -> Refusal:
    line = str(error)
    if isinstance(error, NotAPictureError):
        return Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_a_picture", line)
    if isinstance(error, PictureTooLargeError):
        return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_many_pixels", line)
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "damaged_picture", line)


def _failure(event: events.Failed) -> Refusal:
    if event.bug is not None:
        return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "stumbled", event.message)
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", event.message, retry_after=10)
