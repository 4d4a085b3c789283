"""The engine of a front: its queue is here, its readers are elsewhere."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from http import HTTPStatus
from typing import Protocol

from cardscanner_gui.cluster.board import Board
from cardscanner_gui.cluster.messages import Kept, Refused
from cardscanner_gui.cluster.pool import NoRoomError, Pool, ReaderLostError
from cardscanner_gui.core.events import Finished, RecognitionEvent
from cardscanner_gui.core.metrics import Metrics, Snapshot
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import ScanResult
from cardscanner_gui.service.known import HopelessError, KnownPictures, Recalls, SentPicture
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.refusals import Refusal, stuck
from cardscanner_gui.service.waiting import Unanswered, WaitingRoom
from cardscanner_gui.service.watchdog import Watchdog, Watched
from cardscanner_gui.service.worker_threads import StuckError, WorkerThreads

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""How many readers a picture may lose before its client is asked to send it again."""
_PASSING = frozenset({"closing", "not_ready"})
"""What one reader says of itself and not of the picture."""
_RETRY_SECONDS = 5.0


class Remembers(Recalls, Protocol):
    """Where the front looks answers up before it asks a reader."""

    def remember(self, key: str, result: ScanResult) -> None:
        """Keep an answer that a reader kept too."""


class RemoteEngine:
    """Satisfies `AnswersPictures`.

    Args:
        pool: the readers.
        board: their reports.
        remembered: what the front itself knows.
    """

    def __init__(
        self,
        pool: Pool,
        board: Board,
        remembered: Remembers,
        options: ServiceOptions,
        metrics: Metrics,
    ) -> None:
        self.waiting = WaitingRoom(options, metrics)
        self._pool = pool
        self._board = board
        self._options = options
        self._metrics = metrics
        self._remembered = remembered
        self._known = KnownPictures()
        self._known.ask(remembered)
        self._unanswered = Unanswered()
        self._lookups = WorkerThreads(1, "look up")
        self._watchdog = Watchdog(options.stuck_seconds, metrics)
        self._watchdog.watch("look-up", self._lookups)

    @property
    def ready(self) -> bool:
        """Whether there is a reader."""
        return self._board.readers > 0

    @property
    def problem(self) -> str | None:
        """Why there is no reader, where one said so."""
        if self.needs_restart:
            return "Too many threads of the front got stuck; restart it."
        return self._board.problem

    @property
    def needs_restart(self) -> bool:
        """Whether too many threads of the front are stuck."""
        return self._watchdog.gave_up

    def watch(self, name: str, watched: Watched) -> None:
        """Look after these threads too."""
        self._watchdog.watch(name, watched)

    def start(self) -> None:
        """Begin; the readers start by themselves."""
        self._watchdog.start()

    def close(self, seconds: float) -> bool:
        """Stop; False when a look-up still runs."""
        self._watchdog.close()
        self._lookups.close()
        return not self._lookups.busy

    def counted(self) -> Snapshot:
        """Counts and times of front and readers, labelled."""
        return self._board.by_replica()

    async def recognise(
        self,
        picture: SentPicture,
        mode: ReadingMode | None,
        priority: Priority,
        patience: float | None = None,
    ) -> AsyncGenerator[RecognitionEvent, None]:
        """As `AnswersPictures.recognise`; a picture whose reader ends starts over on another."""
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
                        reading = self._read(picture, mode, priority, patience, deadline)
                        async with aclosing(reading):
                            async for event in reading:
                                yield event
        for event in known:
            yield event

    async def _look_up(self, picture: SentPicture, mode: ReadingMode) -> Sequence[RecognitionEvent]:
        try:
            return await self._lookups.call(partial(self._known.by_file, picture, mode))
        except HopelessError:
            raise stuck(picture.name) from None
        except StuckError:
            return ()  # it is read, then

    async def _read(
        self,
        picture: SentPicture,
        mode: ReadingMode,
        priority: Priority,
        patience: float | None,
        deadline: float,
    ) -> AsyncGenerator[RecognitionEvent, None]:
        for _ in range(ATTEMPTS):
            if (problem := self.problem) is not None:
                line = HTTPStatus.SERVICE_UNAVAILABLE
                raise Refusal(line, "not_ready", problem, retry_after=10)
            attempt = self._attempt(picture, mode, priority, patience, deadline)
            try:
                async with aclosing(attempt):
                    async for event in attempt:
                        yield event
                        if isinstance(event, Finished):
                            return
            except ReaderLostError as error:
                log.warning("a reader was lost; its picture goes to another (%s)", error)
                self._metrics.count("reader_retries_total")
            except NoRoomError as error:
                log.warning("the cluster's memory for pictures is full (%s)", error)
                raise _no_room() from None
        raise _readers_lost()

    async def _attempt(
        self,
        picture: SentPicture,
        mode: ReadingMode,
        priority: Priority,
        patience: float | None,
        deadline: float,
    ) -> AsyncGenerator[RecognitionEvent, None]:
        """One reader's events. Raises `ReaderLostError` also when it ended in order."""
        key: str | None = None
        async with aclosing(self._pool.read(picture, mode, priority, patience)) as messages:
            while True:
                async with self.waiting.until(deadline):
                    message = await anext(messages, None)
                match message:
                    case None:
                        raise ReaderLostError("it stopped in the middle")
                    case Refused(code=code) if code in _PASSING:
                        raise ReaderLostError(message.message)
                    case Refused():
                        if message.code == "reader_stuck":
                            self._known.give_up(picture)
                        raise message.raised()
                    case Kept():
                        key = message.key
                    case _:
                        if isinstance(message, Finished) and key is not None:
                            self._known.learn(picture, mode, key)
                            self._remembered.remember(key, message.result)
                        yield message


def _readers_lost() -> Refusal:
    line = "The readers that had this picture ended, one after the other; send it again."
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return Refusal(status, "reader_lost", line, retry_after=_RETRY_SECONDS)


def _no_room() -> Refusal:
    line = "The cluster has no room for the picture now; send it again a little later."
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return Refusal(status, "no_room", line, retry_after=_RETRY_SECONDS)
