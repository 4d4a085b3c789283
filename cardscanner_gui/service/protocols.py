"""What the routes need of whatever reads pictures, here or elsewhere."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol

from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.metrics import Snapshot
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.service.known import SentPicture
from cardscanner_gui.service.waiting import WaitingRoom
from cardscanner_gui.service.watchdog import Watched


class AnswersPictures(Protocol):
    """Names the cards of pictures that clients sent; its coroutines belong to one event loop.

    `ServiceEngine` does it on threads of this process, `cluster.RemoteEngine` on readers elsewhere.
    """

    @property
    def waiting(self) -> WaitingRoom:
        """The queue."""

    @property
    def ready(self) -> bool:
        """Whether pictures are read now."""

    @property
    def problem(self) -> str | None:
        """One line that says why nothing can be read now; None while it can or will be soon."""

    @property
    def needs_restart(self) -> bool:
        """Whether only a new process helps."""

    def watch(self, name: str, watched: Watched) -> None:
        """Look after these threads too; the name is for the metrics."""

    def start(self) -> None:
        """Begin to get ready."""

    def close(self, seconds: float) -> bool:
        """Stop; whoever still waits is sent away. False when something still runs then."""

    def recognise(
        self,
        picture: SentPicture,
        mode: ReadingMode | None,
        priority: Priority,
        patience: float | None = None,
    ) -> AsyncGenerator[RecognitionEvent, None]:
        """Events from `CardsFound` to `Finished`; closing the generator cancels the work.

        A second `CardsFound` means that the picture starts over.

        Raises:
            Refusal: why there is no answer.
        """

    def counted(self) -> Snapshot:
        """Counts and times of all that work on it, those of one elsewhere labelled `replica`."""
