"""Reading a promising frame before its card has settled.

The events are held back. When the card settles as it was seen here, they are handed over, and those
to come too; when it turns out otherwise they are forgotten.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from cardscanner_gui.core import errors
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import (
    Cancelled,
    Failed,
    Finished,
    QuickResult,
    RecognitionEvent,
)
from cardscanner_gui.core.types import Status
from cardscanner_gui.recognition.live.expectation import Expectation
from cardscanner_gui.recognition.live.look import LiveLook, likeness
from cardscanner_gui.recognition.protocols import Recognises
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.vision.fingerprint import distance

_SAME_FINGERPRINT = 8

Hear = Callable[[RecognitionEvent], None]


class Speculation:
    """One frame that is read on suspicion.

    Args:
        sharp: whether the frame is as good as a settled one. It is then read to the end, by a model
            too where the mode wants that, and even an unsure answer may be adopted. Otherwise only
            a quick and certain answer counts.

    Attributes:
        look: the frame and where its card lies.
        began: when it was submitted, in `time.perf_counter` seconds.
    """

    def __init__(self, request_id: str, look: LiveLook, *, sharp: bool) -> None:
        self.request_id = request_id
        self.look = look
        self.sharp = sharp
        self.began = time.perf_counter()
        self._lock = threading.RLock()
        self._held: list[RecognitionEvent] = []
        self._hear: Hear | None = None
        self._lose: Callable[[], None] | None = None
        self._over = False

    def shows(self, look: LiveLook) -> bool:
        """Whether this is the card that settled."""
        return (
            distance(self.look.fingerprint, look.fingerprint) <= _SAME_FINGERPRINT
            or likeness(look.texture, self.look.texture).picture_same
        )

    @property
    def over(self) -> bool:
        """Whether it was dropped, or ended without an answer that can be used."""
        with self._lock:
            return self._over

    def adopt(self, hear: Hear, lose: Callable[[], None]) -> bool:
        """Hand everything over; False when there is nothing to have.

        Args:
            hear: gets the events so far, at once, and those to come.
            lose: called when there won't be any more, because the work was dropped.
        """
        with self._lock:
            if self._over:
                return False
            self._hear, self._lose = hear, lose
            for event in self._held:
                hear(event)
            self._held.clear()
            return True

    def stream(
        self, expectation: Expectation, recogniser: Recognises, token: CancelToken
    ) -> Iterator[RecognitionEvent]:
        """The events; of a frame that isn't sharp only the quick answer, if that is unsure.

        Raises:
            CancelledError: by the token, or because nobody will want the rest.
        """
        expectation.ask(recogniser)
        request = RecogniseRequest(self.look.frame, self.request_id, outline=self.look.found)
        for event in recogniser.recognise(request, token):
            yield event
            if isinstance(event, QuickResult) and self._give_up(event):
                raise errors.CancelledError

    def hear(self, event: RecognitionEvent) -> None:
        """Take an event from the loop."""
        with self._lock:
            if self._hear is not None:
                self._hear(event)
                return
            self._held.append(event)
            # Failed and cancelled work is no use; a settled frame will be tried instead.
            self._over |= not self._useful(event)

    def dropped(self) -> None:
        """The loop will never finish this."""
        with self._lock:
            self._over = True
            lose = self._lose
        if lose is not None:
            lose()

    def _give_up(self, event: QuickResult) -> bool:
        with self._lock:
            sure = event.recognition.match.status is Status.IDENTIFIED
            self._over |= self._hear is None and not self.sharp and not sure
            return self._over

    def _useful(self, event: RecognitionEvent) -> bool:
        if isinstance(event, Finished):
            sure = any(card.match.status is Status.IDENTIFIED for card in event.result.cards)
            return sure or self.sharp
        return not isinstance(event, Failed | Cancelled)
