"""A reader of the cluster: the service's engine with one thread, in a process of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

from cardscanner_gui.cluster.hot_reader import open_node
from cardscanner_gui.cluster.messages import Kept, Message, ReaderReport, Refused
from cardscanner_gui.cluster.options import APP, FRONT, ClusterOptions
from cardscanner_gui.cluster.ray_start import stay_on_loopback
from cardscanner_gui.core.events import Finished, RecognitionEvent
from cardscanner_gui.core.metrics import Snapshot
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.logs import DECISIONS
from cardscanner_gui.recognition.request import RecogniseRequest

_WARM_SECONDS = 0.05
_REPORT_SECONDS = 1.0
_LATE_SECONDS = 5.0
_KEPT_LINES = 2000
"""Lines of the decision log that may wait for a front that is away."""
_QUEUE = 1000
"""Pictures at a time; how many there are is the front's to say."""
_NO_LIMIT_SECONDS = 1e6


class Reader:
    """A Ray Serve deployment; a replica gets pictures once it is warm."""

    async def __init__(self, options: ClusterOptions) -> None:  # type: ignore[misc]
        stay_on_loopback()
        try:
            await self._open(options)
        except Exception as error:
            await _tell_front("reader_refused", str(error))
            raise
        self._reporting = asyncio.ensure_future(self._report())

    async def _open(self, options: ClusterOptions) -> None:
        node = await asyncio.to_thread(open_node, options.spec)
        from dataclasses import replace

        from cardscanner_gui.recognition.sampler import Sampler
        from cardscanner_gui.service.engine import ServiceEngine

        service = replace(
            options.service, workers=1, queue=_QUEUE, answer_seconds=_NO_LIMIT_SECONDS
        )
        self._node = node
        self._decisions = _DecisionLines(_KEPT_LINES)
        self._decisions.attach()
        self._engine = ServiceEngine(node.make_recogniser, service, node.metrics)
        self._engine.start()
        while not self._engine.ready:
            if self._engine.problem is not None:
                raise RuntimeError(self._engine.problem)
            await asyncio.sleep(_WARM_SECONDS)
        Sampler(node.metrics).start()

    def check_health(self) -> None:
        """Called by Ray Serve, which replaces the replica when this raises."""
        if self._engine.needs_restart:
            raise RuntimeError(self._engine.problem)

    async def read(
        self,
        data: bytes,
        name: str,
        mode: ReadingMode,
        priority: Priority,
        patience: float | None,
    ) -> AsyncGenerator[Message, None]:
        """The events of a picture file, or why there are none."""
        from cardscanner_gui.service.known import SentPicture

        picture = SentPicture(data, name)
        events = self._engine.recognise(picture, mode, priority, patience)
        async with aclosing(_with_refusal(events)) as messages:
            async for message in messages:
                if isinstance(message, Finished):
                    key = self._engine.key_of(picture, mode)
                    if key is not None and self._is_kept(key):
                        yield Kept(key)
                yield message

    async def read_frame(self, request: RecogniseRequest) -> AsyncGenerator[Message, None]:
        """The events of a decoded picture, or why there are none."""
        async with aclosing(_with_refusal(self._engine.read_frame(request))) as messages:
            async for message in messages:
                yield message

    def _is_kept(self, key: str) -> bool:
        """Whether its answer may be remembered; the recogniser has decided that."""
        memory = self._node.builder.memory
        return memory is not None and memory.picture(key).result is not None

    async def _report(self) -> None:
        from ray import serve

        replica = serve.get_replica_context().replica_id.unique_id
        node, pid = platform.node(), os.getpid()
        content = self._node.content.told()
        told = Snapshot()
        while True:
            now, lines = self._node.metrics.snapshot(), self._decisions.lines()
            report = ReaderReport(replica, node, pid, content, now.minus(told), lines)
            if await _tell_front("reader_report", report):
                told = now
                self._decisions.drop(len(lines))
            await asyncio.sleep(_REPORT_SECONDS)


class _DecisionLines(logging.Handler):
    """Keeps the newest lines until the front has them: its log is the cluster's only one."""

    def __init__(self, most: int) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[str] = deque(maxlen=most)

    def attach(self) -> None:
        """Take what goes to the decision log."""
        decisions = logging.getLogger(DECISIONS)
        decisions.setLevel(logging.INFO)
        decisions.propagate = False
        decisions.handlers = [self]

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage())

    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def drop(self, number: int) -> None:
        """Forget the oldest; those that were pushed out meanwhile are gone anyway."""
        for _ in range(min(number, len(self._lines))):
            self._lines.popleft()


async def _with_refusal(
    events: AsyncGenerator[RecognitionEvent, None],
) -> AsyncGenerator[Message, None]:
    from cardscanner_gui.service.refusals import Refusal

    try:
        async with aclosing(events):
            async for event in events:
                yield event
    except Refusal as refusal:
        yield Refused.of(refusal)


async def _tell_front(method: str, argument: Any) -> bool:
    """Whether the front heard it."""
    from ray import serve

    with suppress(Exception):  # it is away, or about to be; what isn't heard is told again
        front = serve.get_deployment_handle(FRONT, APP)
        await asyncio.wait_for(getattr(front, method).remote(argument), _LATE_SECONDS)
        return True
    return False
