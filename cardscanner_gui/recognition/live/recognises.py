"""What live scanning needs of a recogniser and a finder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.types import Corners, Frame, Match, Pixels, Printing, Reading
from cardscanner_gui.vision.finder import FoundCard


class Recognises(Protocol):
    """Reads the one card of a frame; `Recogniser` does."""

    def recognise(
        self,
        frame: Frame,
        request_id: str,
        token: CancelToken | None = None,
        *,
        outline: FoundCard | None = None,
    ) -> Iterator[RecognitionEvent]:
        """Events of the card that lies at `outline`."""

    def match(self, reading: Reading) -> Match:
        """The printing that a reading means."""

    def expect(self, recent: Sequence[Printing]) -> tuple[str, ...]:
        """Get ready for what probably follows these cards; the ids of the likeliest printings."""


class Follows(Protocol):
    """Follows one card through a video; `CardFinder` does."""

    def follow(self, pixels: Pixels, last: Corners | None = None) -> FoundCard | None:
        """The card, started from where it was in the last frame."""
