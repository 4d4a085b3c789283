"""What a running recognition reports, in this order; each event carries its request's id.

`Started` from whoever takes the request up, before its picture is even decoded; then `CardsFound`,
for each card `QuickResult` and any number of `FieldResult`, and in the end exactly one of
`Finished`, `Failed`, `Cancelled`. `Finished` holds the final truth: an outline that turned out to
be no card is missing there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardscanner_gui.core.types import Corners, Field, Recognition, ScanResult


@dataclass(frozen=True)
class RecognitionEvent:
    request_id: str


@dataclass(frozen=True)
class Started(RecognitionEvent):
    source: str


@dataclass(frozen=True, eq=False)
class CardsFound(RecognitionEvent):
    """Outlines in reading order; the cards' indices in later events refer to this order."""

    width: int
    height: int
    corners: tuple[Corners, ...]


@dataclass(frozen=True, eq=False)
class QuickResult(RecognitionEvent):
    """The first answer for one card; may come again for the same index when more was read.

    Attributes:
        going_on: the card is still being read: this is what is known so far.
    """

    index: int
    recognition: Recognition
    going_on: bool = False


@dataclass(frozen=True)
class FieldResult(RecognitionEvent):
    """One detail of one card; `origin` says who knows it: `catalogue` or a reader's id."""

    index: int
    name: str
    field: Field
    origin: str


@dataclass(frozen=True)
class ModelAwaited(RecognitionEvent):
    """A model reads this card next. Only where the request gathers cards: whoever holds the events
    may go on with other pictures first, and have the model read the cards of all of them together.
    """

    index: int


@dataclass(frozen=True, eq=False)
class Finished(RecognitionEvent):
    result: ScanResult
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Failed(RecognitionEvent):
    """`message` is one line for the user; `bug` holds a traceback when it is our fault."""

    source: str
    message: str
    bug: str | None = None


@dataclass(frozen=True)
class Cancelled(RecognitionEvent):
    source: str
