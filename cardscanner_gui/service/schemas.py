"""What the service's answers look like, for its OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

_STATUS = Literal["identified", "unsure", "unreadable"]

EXAMPLE_CARD: dict[str, Any] = {
    "corners": [[412.0, 388.5], [2588.1, 401.2], [2571.9, 3440.7], [398.3, 3429.0]],
    "game": "pokemon",
    "status": "identified",
    "reason": "number 012/193 and name agree",
    "card": {
        "id": "sv90-012",
        "name": "Leafkit",
        "names": {"en": "Leafkit"},
        "set_id": "sv90",
        "set_name": "Meadow Tales",
        "number": "012",
        "printed_total": 193,
        "hp": 60,
        "language": "en",
        "rarity": "Common",
        "finish": None,
        "facts": {"hp": 60, "types": ["Grass"]},
    },
    "certain_name": None,
    "candidates": [
        {
            "id": "sv90-012",
            "name": "Leafkit",
            "number": "012",
            "printed_total": 193,
            "set_name": "Meadow Tales",
            "score": 0.97,
            "evidence": [
                {
                    "kind": "number",
                    "says": "agrees",
                    "points": 12.0,
                    "read": "012/193",
                    "printed": "012/193",
                    "words": "number 012/193",
                }
            ],
        }
    ],
    "reading": {"name": {"text": "Leafkit", "confidence": 0.998, "box": [0.14, 0.03, 0.5, 0.1]}},
    "reader": "ocr",
    "model": None,
    "cached": False,
    "timings_ms": {"find": 41, "rectify": 9, "read": 182, "match": 4},
}
EXAMPLE_SCAN: dict[str, Any] = {
    "file": "card.jpg",
    "width": 3024,
    "height": 4032,
    "elapsed_ms": 318,
    "cards": [EXAMPLE_CARD],
    "error": None,
}
EXAMPLE_EVENTS = (
    'event: found\ndata: {"width": 3024, "height": 4032, "corners": [[[412.0, 388.5], …]]}\n\n'
    'event: quick\ndata: {"index": 0, "card": {"status": "identified", …}}\n\n'
    'event: field\ndata: {"index": 0, "name": "hp", "text": "60", "confidence": 1.0, "box": null, '
    '"origin": "catalogue"}\n\n'
    'event: finished\ndata: {"file": "card.jpg", "cards": […], …}\n\n'
)


class ReadField(BaseModel):
    """One value that was read from a card."""

    text: str
    confidence: float = Field(description="0 to 1")
    box: list[float] | None = Field(
        description="Where it stands, as fractions of the upright card: left, top, right, bottom."
    )


class Printing(BaseModel):
    """A printing of the catalogue."""

    id: str = Field(description="Set id, a dash, the number: `sv90-012`.")
    name: str = Field(description="In the card's language where the catalogue knows it.")
    names: dict[str, str] = Field(description="By language code.")
    set_id: str
    set_name: str
    number: str = Field(description="As printed, without the total.")
    printed_total: int | None
    hp: int | None
    language: str | None = Field(description="Of the card's text, as far as it was read.")
    rarity: str | None
    finish: str | None
    facts: dict[str, Any] = Field(description="What only cards of this game have.")


class Evidence(BaseModel):
    """What one kind of evidence said of a candidate when the card was matched."""

    kind: str = Field(description="Such as `name`, `number`, `hp`.")
    says: str = Field(description="`agrees`, `near`, `says little` or `contradicts`.")
    points: float = Field(description="That it gave; negative ones speak against the candidate.")
    read: str | None = Field(description="What was read.")
    printed: str | None = Field(description="What the catalogue has.")
    words: str = Field(description="The same for people.")


class Candidate(BaseModel):
    """A printing that might be the card."""

    id: str
    name: str
    number: str
    printed_total: int | None
    set_name: str
    score: float = Field(description="0 to 1; for people, no probability.")
    evidence: list[Evidence] = Field(description="What decided, the number first.")


class ModelPart(BaseModel):
    """What a model had to do with the answer; fields by name."""

    reader: str = Field(description="The model's id.")
    agreed: list[str] = Field(description="It reads what the answer says.")
    added: list[str] = Field(description="Nobody had read them before.")
    contradicted: list[str] = Field(description="It reads something else, and is sure of it.")
    refused: list[str] = Field(
        description="It confirmed what was expected, but does so on a blank card too."
    )
    settled: bool = Field(description="The card was unsure without it.")


class RecordedCard(BaseModel):
    """One card of a picture."""

    corners: list[list[float]] | None = Field(
        description="Pixels of the upright picture; the card's own top left first, then clockwise."
    )
    game: str = Field(description="Id of the game that the card belongs to.")
    status: _STATUS = Field(
        description="`identified` only when independent facts on the card agree."
    )
    reason: str = Field(description="Why, in a few words.")
    card: Printing | None = Field(description="Only where the status is `identified`.")
    certain_name: str | None = Field(
        description="What an unsure card is called where only its printing is open."
    )
    candidates: list[Candidate] = Field(description="At most five, the likeliest first.")
    reading: dict[str, ReadField] = Field(description="What was read, by the field's name.")
    reader: str
    model: ModelPart | None = Field(description="Null where no model was asked.")


class Card(RecordedCard):
    """One card of a picture, just read."""

    cached: bool = Field(description="Whether this card was known from before.")
    timings_ms: dict[str, int]


class Scan(BaseModel):
    """What one picture gave: the object that `cardscanner scan --json` prints for it."""

    file: str
    width: int
    height: int
    elapsed_ms: int
    cards: list[Card]
    error: str | None

    model_config = {"json_schema_extra": {"example": EXAMPLE_SCAN}}


class Problem(BaseModel):
    """Why there is no answer."""

    code: str = Field(description="For programs.", examples=["queue_full"])
    message: str = Field(description="One line for people.")


class Error(BaseModel):
    """The body of every error."""

    error: Problem


class BatchItem(BaseModel):
    """One picture of a batch."""

    file: str
    state: Literal["waiting", "done", "failed"]
    error: str | None
    cards: list[RecordedCard]


class Batch(BaseModel):
    """How far a batch is, and what it gave so far."""

    id: int
    name: str
    created_at: float = Field(description="Seconds since 1970.")
    state: Literal["queued", "running", "paused", "done", "cancelled"]
    total: int
    done: int
    failed: int
    seconds_left: float | None = Field(description="At the pace so far; null before any pace.")
    items: list[BatchItem] = Field(description="In the order of the upload.")


class Health(BaseModel):
    """Whether the service is there, or ready."""

    status: Literal["ok", "not ready"]
    reason: str | None = None


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors a route may answer with, as its documentation lists them."""
    return {status: {"model": Error, "description": _MEANINGS[status]} for status in statuses}


_MEANINGS = {
    400: "The body is no form, or no HTTP.",
    401: "The key is missing or wrong.",
    403: "A web page asked, or what was asked for needs the key.",
    404: "There is no such batch.",
    408: "The upload took too long.",
    413: "The file has too many bytes, or the picture too many pixels.",
    415: "The file is no picture; what is in it counts, not what it is called.",
    421: "The service doesn't go by the name in `Host`.",
    422: "The form isn't right, or the picture is damaged or cut short.",
    429: "Enough is waiting already; `Retry-After` says in how many seconds to try again.",
    500: "The picture made the reader stumble, or stuck in it.",
    503: "The service isn't ready or is about to stop; `Retry-After` says when to try again.",
    504: "The picture wasn't read in time.",
    507: "The disk is full.",
}
