"""What recognisers that tests put in place of the real one have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import Frame, Match, Printing, Reading, Status


class StandIn:
    """All that `Recognises` asks beside `recognise`, of somebody who remembers nothing."""

    def match(self, reading: Reading, look: Look | None = None) -> Match:
        return Match(Status.UNSURE, "two printings fit")

    def agree(self, one: Reading, other: Reading) -> bool:
        def told(reading: Reading) -> list[str]:
            return [field.text for kind in ("name", "number") for field in reading.of(kind)[:1]]

        return told(one) == told(other)

    def expect(self, recent: Sequence[Printing]) -> tuple[str, ...]:
        return ()

    def key_of(self, frame: Frame, mode: ReadingMode | None = None) -> str | None:
        return None

    def recall(
        self, key: str, source: str, request_id: str, mode: ReadingMode | None = None
    ) -> Sequence[RecognitionEvent]:
        return ()

    def read_together(self, token: CancelToken) -> Iterator[None]:
        yield from ()
