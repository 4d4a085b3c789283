"""The readers as the front sees them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol

from cardscanner_gui.cluster.messages import Message
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.service.known import SentPicture


class ReaderLostError(Exception):
    """The reader ended, or can't be reached any more; another may do it."""


class NoRoomError(Exception):
    """The memory through which pictures reach the readers is full."""


class Pool(Protocol):
    """Some readers; each call goes to the one that has least to do."""

    def read(
        self, picture: SentPicture, mode: ReadingMode, priority: Priority, patience: float | None
    ) -> AsyncGenerator[Message, None]:
        """What a reader says of a picture file; closing the generator cancels the work.

        Raises:
            ReaderLostError, NoRoomError: it wasn't read to the end.
        """

    def read_frame(self, request: RecogniseRequest) -> Iterator[Message]:
        """The same of a decoded picture, for threads; closing it cancels too."""


class ServeReaders:
    """The readers of a Ray Serve application.

    Args:
        handle: of their deployment.
    """

    def __init__(self, handle: Any) -> None:
        self._handle = handle.options(stream=True)

    async def read(
        self, picture: SentPicture, mode: ReadingMode, priority: Priority, patience: float | None
    ) -> AsyncGenerator[Message, None]:
        """As `Pool.read`."""
        with _losses():
            async with _cancelled(
                self._handle.read.remote(picture.data, picture.name, mode, priority, patience)
            ) as answers:
                async for message in answers:
                    yield message

    def read_frame(self, request: RecogniseRequest) -> Iterator[Message]:
        """As `Pool.read_frame`."""
        with _losses():
            answers = self._handle.read_frame.remote(request)
            try:
                yield from answers
            finally:
                answers.cancel()


@asynccontextmanager
async def _cancelled(answers: Any) -> AsyncIterator[Any]:
    try:
        yield answers
    finally:
        answers.cancel()  # what has ended ignores it


@contextmanager
def _losses() -> Iterator[None]:
    """Ray's many errors as two."""
    from ray import exceptions as ray
    from ray.serve import exceptions as serve

    try:
        yield
    except (ray.ObjectStoreFullError, ray.OutOfDiskError) as error:
        raise NoRoomError(str(error)) from error
    except (
        ray.RayActorError,
        ray.WorkerCrashedError,
        ray.NodeDiedError,
        ray.ObjectLostError,
        ray.OutOfMemoryError,
        ray.RpcError,
        ray.TaskCancelledError,
        serve.DeploymentUnavailableError,
        serve.ReplicaUnavailableError,
    ) as error:
        raise ReaderLostError(str(error)) from error
