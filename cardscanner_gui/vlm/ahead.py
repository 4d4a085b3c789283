"""Looks at cards on a thread of its own until somebody reads one."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, WorldError
from cardscanner_gui.core.types import CardImage

log = logging.getLogger(__name__)

_LONGEST_LIST = 8
"""Features of more cards than that would push the first ones out before they are read."""


class LookAhead:
    """Gives the engine to one at a time: to its own thread while nobody reads, else to the reader.

    Args:
        look: looks at one card; raises `CancelledError` soon after its token was cancelled.
    """

    def __init__(self, look: Callable[[CardImage, CancelToken], object]) -> None:
        self._look = look
        self._engine = threading.RLock()
        self._changed = threading.Lock()
        self._waiting: deque[CardImage] = deque(maxlen=_LONGEST_LIST)
        self._current: tuple[CardImage, CancelToken] | None = None
        self._running = False

    def want(self, card: CardImage) -> None:
        """Look at this card after those that were wanted before, and were not read since."""
        with self._changed:
            current = [self._current[0]] if self._current is not None else []
            if any(card is one for one in (*self._waiting, *current)):
                return
            self._waiting.append(card)
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._work, name="look-ahead", daemon=True).start()

    @contextmanager
    def reading(self, cards: Sequence[CardImage]) -> Iterator[None]:
        """The engine for whoever reads these cards.

        What is being looked at is finished if it is one of them, and stopped otherwise. What was
        wanted beside them is forgotten: the next cards will be wanted anew.
        """
        with self._changed:
            self._waiting.clear()
            current = self._current
            if current is not None and not any(current[0] is card for card in cards):
                current[1].cancel()
        with self._engine:
            yield

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    self._running = False
                    return
                card, token = self._waiting.popleft(), CancelToken()
                self._current = (card, token)
            try:
                with self._engine:
                    self._look(card, token)
            except CancelledError:
                pass
            except WorldError as error:  # whoever reads meets it again, and says so
                log.info("looking ahead: %s", error)
            finally:
                with self._changed:
                    self._current = None
