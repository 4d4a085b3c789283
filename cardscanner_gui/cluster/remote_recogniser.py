"""What reads a front's batches: a recogniser whose work is done elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from cardscanner_gui.cluster.messages import Kept, Refused
from cardscanner_gui.cluster.pool import NoRoomError, Pool, ReaderLostError
from cardscanner_gui.cluster.remote_engine import ATTEMPTS
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.events import Finished, RecognitionEvent
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.recognition.request import RecogniseRequest

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 2.0


class RemoteRecogniser:
    """Satisfies `ReadsPictures`; belongs to one thread.

    Args:
        pool: the readers.
        metrics: counts what was lost on the way.
    """

    def __init__(self, pool: Pool, metrics: Metrics) -> None:
        self._pool = pool
        self._metrics = metrics

    def recognise(
        self, request: RecogniseRequest, token: CancelToken | None = None
    ) -> Iterator[RecognitionEvent]:
        """Events from `CardsFound` to `Finished`; it starts over when its reader ends.

        Raises:
            CancelledError: by the token.
            WorldError: several readers were lost in it, or it can't be read.
        """
        token = token or CancelToken()
        # A draft knows how to decode the rest here only.
        whole = replace(request, frame=request.frame.whole())
        for attempt in range(ATTEMPTS):
            if attempt:
                token.wait(_AGAIN_SECONDS * attempt)  # others start meanwhile
                token.check()
            try:
                yield from self._attempt(whole, token)
            except ReaderLostError as error:
                log.warning("a reader was lost; its picture goes to another (%s)", error)
                self._metrics.count("reader_retries_total")
            except NoRoomError as error:
                log.warning("the cluster's memory for pictures is full (%s)", error)
            else:
                return
        raise WorldError(f"{request.frame.source}: the readers that had this picture ended.")

    def _attempt(self, request: RecogniseRequest, token: CancelToken) -> Iterator[RecognitionEvent]:
        with closing(self._pool.read_frame(request)) as messages:  # type: ignore[type-var]
            for message in messages:
                token.check()
                match message:
                    case Refused():
                        raise WorldError(message.message)
                    case Kept():
                        continue
                yield message
                if isinstance(message, Finished):
                    return
        raise ReaderLostError("it stopped in the middle")

    def read_together(self, token: CancelToken) -> Iterator[None]:
        """Nothing is left to be read here: each reader asks its own model."""
        return iter(())
