"""Readers in this process: the service's engine as a reader has it, and ways to lose one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator

from cardscanner_gui.cluster.messages import Message, Refused
from cardscanner_gui.cluster.pool import ReaderLostError
from cardscanner_gui.core.events import CardsFound, Finished
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import ScanResult
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.service.known import SentPicture


class Losing:
    """A pool whose readers end in a picture as often as the test says, and then answer.

    Attributes:
        losses: how many readers are lost from now on; each has told of its outlines before.
        answer: what the last one says in place of a result.
        read_times: how often a reader began.
    """

    def __init__(self) -> None:
        self.losses = 0
        self.answer: Message | Exception | None = None
        self.before: tuple[Message, ...] = ()
        self.read_times = 0

    async def read(
        self, picture: SentPicture, mode: ReadingMode, priority: Priority, patience: float | None
    ) -> AsyncGenerator[Message, None]:
        for message in self._said(picture.name):
            yield message

    def read_frame(self, request: RecogniseRequest) -> Iterator[Message]:
        yield from self._said(request.frame.source)

    def _said(self, source: str) -> Iterator[Message]:
        self.read_times += 1
        yield CardsFound("1", 40, 30, ())
        if self.losses:
            self.losses -= 1
            raise ReaderLostError("killed")
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            yield self.answer
        if not isinstance(self.answer, Refused):
            yield Finished("1", ScanResult(source, 40, 30, 5.0, ()))
