"""The hot readers behind the service: threads that read cards, and the way of a picture to them."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from cardscanner_gui.capture.files import frame_from_bytes
from cardscanner_gui.core import events
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import NotAPictureError, PictureError, PictureTooLargeError
from cardscanner_gui.core.metrics import Metrics, Snapshot
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Frame
from cardscanner_gui.recognition.decisions import Journal
from cardscanner_gui.recognition.inference import Report
from cardscanner_gui.recognition.protocols import Recognises
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.service.known import HopelessError, KnownPictures, SentPicture
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.readers import Readers
from cardscanner_gui.service.refusals import Refusal, closing, stuck
from cardscanner_gui.service.waiting import Unanswered, WaitingRoom
from cardscanner_gui.service.watchdog import Watchdog, Watched
from cardscanner_gui.service.worker_threads import StuckError, WorkerThreads

_JOIN_SECONDS = 5.0


@dataclass(frozen=True)
class _Wanted:
    """How a picture is to be read; as in `RecogniseRequest`."""

    mode: ReadingMode
    priority: Priority
    patience: float | None


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
        watchdog: replaces the threads that are stuck.
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
        self._readers = Readers(self._build, options.workers, self._give_up)
        self._decoders = WorkerThreads(options.workers, "decode")
        # Apart: a picture that is known mustn't wait behind those that are being decoded.
        self._lookups = WorkerThreads(1, "look up")
        self.watchdog = Watchdog(options.stuck_seconds, metrics)
        self.watchdog.watch("reader", self._readers)
        self.watchdog.watch("decoder", self._decoders)
        self.watchdog.watch("look-up", self._lookups)
        self._known = KnownPictures()
        self._unanswered = Unanswered()
        # By the request's id; who gave the frame has no file of it.
        self._reading: dict[str, tuple[SentPicture | None, Report]] = {}
        # A decoded picture is a hundred times its file: only so many are there at a time, and the
        # card on somebody's desk never waits behind a batch for its place.
        self._decoded = {
            Priority.QUICK: asyncio.Semaphore(options.workers + 2),
            Priority.BATCH: asyncio.Semaphore(options.workers + 1),
        }

    @property
    def ready(self) -> bool:
        """Whether every reading thread has its recogniser."""
        return self._readers.ready

    @property
    def needs_restart(self) -> bool:
        """Whether so many threads are stuck that only a new process helps."""
        return self.watchdog.gave_up

    def watch(self, name: str, watched: Watched) -> None:
        """Look after these threads too; the name is for the metrics."""
        self.watchdog.watch(name, watched)

    def counted(self) -> Snapshot:
        """Counts and times of this process."""
        return self._metrics.snapshot()

    @property
    def problem(self) -> str | None:
        """One line that says why the readers can't read now; None while they can or are built."""
        if self.watchdog.gave_up:
            return "Pictures made too many threads get stuck; restart the service."
        if self._readers.left_behind and not self.ready:
            return "A reader got stuck in a picture and is being replaced."
        return self._readers.problem

    def start(self) -> None:
        """Begin to build the recognisers."""
        self._readers.start()
        self.watchdog.start()

    def close(self, seconds: float = _JOIN_SECONDS) -> bool:
        """Stop the threads; whoever still waits is sent away.

        Returns:
            False when one of them is still inside a picture after so long.
        """
        self.watchdog.close()
        self._readers.close()
        self._decoders.close()
        self._lookups.close()
        return self._readers.join(seconds) and not (self._decoders.busy or self._lookups.busy)

    async def recognise(
        self,
        picture: SentPicture,
        mode: ReadingMode | None,
        priority: Priority,
        patience: float | None = None,
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
                same = picture.digest, mode, priority, patience
                other = self._unanswered.get(same)
                if other is not None:
                    async with self.waiting.until(deadline):
                        await other.wait()
                    known = await self._look_up(picture, mode)
                if not known:
                    with self._unanswered.begun(same):
                        wanted = _Wanted(mode, priority, patience)
                        reading = self._open_and_read(picture, wanted, deadline)
                        async with aclosing(reading):
                            async for event in reading:
                                yield event
        for event in known:
            yield event

    def key_of(self, picture: SentPicture, mode: ReadingMode | None) -> str | None:
        """What the answer to a file is remembered by; None if the file wasn't opened here."""
        return self._known.key_of(picture, mode or self._options.mode)

    async def _look_up(
        self, picture: SentPicture, mode: ReadingMode
    ) -> Sequence[events.RecognitionEvent]:
        try:
            return await self._lookups.call(partial(self._known.by_file, picture, mode))
        except HopelessError:
            raise stuck(picture.name) from None
        except StuckError:
            return ()  # it is read, then

    async def _open_and_read(
        self, picture: SentPicture, wanted: _Wanted, deadline: float
    ) -> AsyncGenerator[events.RecognitionEvent, None]:
        async with self.waiting.until(deadline):
            await self._decoded[wanted.priority].acquire()
        try:
            async with self.waiting.until(deadline):
                opened = await self._open(picture, wanted.mode)
            for event in opened.known:
                yield event
            if opened.known:
                return
            request = RecogniseRequest(
                opened.frame,
                opened.frame.id,
                wanted.priority,
                wanted.mode,
                patience=wanted.patience,
                photos=False,
            )
            reading = self._read(request, deadline, picture)
            async with aclosing(reading):
                async for event in reading:
                    yield _with_decoding(event, opened.decode_ms)
        except StuckError:
            raise stuck(picture.name) from None
        finally:
            self._decoded[wanted.priority].release()

    async def _open(self, picture: SentPicture, mode: ReadingMode) -> _Opened:
        token = CancelToken()
        decode = partial(self._decode, picture, mode, token)
        try:
            give_up = partial(self._known.give_up, picture)
            opened = await self._decoders.call(decode, give_up)
        except PictureError as error:
            raise _unreadable(error) from error
        finally:
            token.cancel()  # nobody waits any more, be it for want of time or of a client
        Journal(self._metrics).decode(opened.frame.id, opened.decode_ms)
        return opened

    def _decode(self, picture: SentPicture, mode: ReadingMode, token: CancelToken) -> _Opened:
        started = time.perf_counter()
        frame = frame_from_bytes(picture.data, picture.name, token)
        milliseconds = (time.perf_counter() - started) * 1000
        return _Opened(frame, milliseconds, self._known.by_pixels(picture, frame, mode))

    async def read_frame(
        self, request: RecogniseRequest
    ) -> AsyncGenerator[events.RecognitionEvent, None]:
        """As `recognise`, of a decoded picture; it takes no place in the queue and has no limit."""
        try:
            async with aclosing(self._read(request, math.inf)) as reading:
                async for event in reading:
                    yield event
        except StuckError:
            raise stuck(request.frame.source) from None

    async def _read(
        self, request: RecogniseRequest, deadline: float, picture: SentPicture | None = None
    ) -> AsyncGenerator[events.RecognitionEvent, None]:
        frame, request_id = request.frame, request.id
        here = asyncio.get_running_loop()
        inbox: asyncio.Queue[events.RecognitionEvent | None] = asyncio.Queue()

        def put(event: events.RecognitionEvent | None) -> None:
            if event is None or isinstance(event, _ENDS):
                self._reading.pop(request_id, None)
            here.call_soon_threadsafe(inbox.put_nowait, event)

        def stream(recogniser: Recognises, token: CancelToken) -> Iterator[events.RecognitionEvent]:
            return recogniser.recognise(request, token)

        self._reading[request_id] = picture, put
        try:
            dropped = partial(put, None)
            self._readers.submit(request_id, frame.source, stream, request.priority, put, dropped)
            while True:
                async with self.waiting.until(deadline):
                    event = await inbox.get()
                if isinstance(event, _GivenUp):
                    raise StuckError
                if event is None or isinstance(event, events.Cancelled):
                    raise closing(1.0)
                if isinstance(event, events.Failed):
                    raise _failure(event)
                yield event
                if isinstance(event, events.Finished):
                    return
        finally:
            self._readers.cancel(request_id)

    def _build(self) -> Recognises:
        recogniser = self._make_recogniser()
        self._known.ask(recogniser)
        return recogniser

    def _give_up(self, request_id: str) -> None:
        """Remember the picture, and tell whoever waits for it; called by the watchdog."""
        found = self._reading.get(request_id)
        if found is not None:
            picture, put = found
            if picture is not None:
                self._known.give_up(picture)
            put(_GivenUp(request_id, ""))


@dataclass(frozen=True)
class _GivenUp(events.Cancelled):
    """The reader was stuck in it."""


_ENDS = (events.Finished, events.Failed, events.Cancelled)


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
