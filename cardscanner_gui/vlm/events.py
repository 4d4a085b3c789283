"""What the engine reports while it reads one card: tokens and fields, in the end the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TokenRead:
    """One token of the answer; `field` is None for the fixed text between fields."""

    token: int
    text: str
    field: str | None


@dataclass(frozen=True)
class FieldRead:
    """One field is complete.

    Attributes:
        text: empty when the model says that there is nothing.
        confidence: the probability that the model gives to exactly this value, 0 to 1.
        expected: it is what was expected; None when nothing was.
    """

    name: str
    text: str
    confidence: float
    expected: bool | None = None


@dataclass(frozen=True)
class RecordRead:
    """The whole answer.

    Attributes:
        raw: the answer as the model wrote it, for a better parser later.
        timings_ms: `tiles`, `vision`, `answer`.
        forwards: how often the decoder ran.
        reused: how many of the tiles had been seen before.
    """

    fields: Mapping[str, FieldRead]
    raw: str
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    forwards: int = 0
    reused: int = 0


VlmEvent = TokenRead | FieldRead | RecordRead
