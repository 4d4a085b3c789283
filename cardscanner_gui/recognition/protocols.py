"""What everybody who has cards recognised needs of whoever does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import Corners, Frame, Match, Pixels, Printing, Reading
from cardscanner_gui.recognition.request import RecogniseRequest

if TYPE_CHECKING:  # only its name: who asks needs no networks
    from cardscanner_gui.vision.finder import FoundCard


class ReadsPictures(Protocol):
    """All that a batch asks of a recogniser; belongs to the thread that made it."""

    def recognise(
        self, request: RecogniseRequest, token: CancelToken | None = None
    ) -> Iterator[RecognitionEvent]:
        """Events from `CardsFound` to `Finished`.

        Raises:
            Cancelled: by the token, from any step.
            WorldError: what is wrong, in one line for the user.
        """

    def read_together(self, token: CancelToken) -> Iterator[None]:
        """Have a model read the cards that `ModelAwaited` announced, all of them together.

        Gives the word back after each value. Their events then go on with what was read.
        """


class Recognises(ReadsPictures, Protocol):
    """Names the cards of pictures; `Recogniser` does.

    It belongs to the thread that made it, but for `key_of` and `recall`, which any thread may call
    meanwhile.
    """

    def match(self, reading: Reading, look: Look | None = None) -> Match:
        """The printing that a reading means; one joined from several frames, say."""

    def agree(self, one: Reading, other: Reading) -> bool:
        """Whether both tell the same of a card, so that reading it once more won't help."""

    def expect(self, recent: Sequence[Printing]) -> tuple[str, ...]:
        """Get ready for what probably follows these cards; the ids of the likeliest printings."""

    def key_of(self, frame: Frame, mode: ReadingMode | None = None) -> str | None:
        """What `recall` knows the picture by; None if answers aren't remembered."""

    def recall(
        self, key: str, source: str, request_id: str, mode: ReadingMode | None = None
    ) -> Sequence[RecognitionEvent]:
        """The events of a remembered answer, its cards without photos; none if there is none."""


class Follows(Protocol):
    """Follows one card through a video, and searches a frame of it; `CardFinder` does."""

    def follow(self, pixels: Pixels, last: Corners | None = None) -> FoundCard | None:
        """The card, started from where it was in the last frame."""

    def find(self, pixels: Pixels) -> Sequence[FoundCard]:
        """Every card of a picture, searched for at leisure."""

    def fit(self, pixels: Pixels, outline: Corners) -> FoundCard:
        """The card that is known to lie about here."""
