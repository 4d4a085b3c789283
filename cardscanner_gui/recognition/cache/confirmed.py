"""Answers by the user's word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from cardscanner_gui.core.game import Game
from cardscanner_gui.core.types import (
    BODY,
    Box,
    Candidate,
    Field,
    Match,
    Printing,
    Reading,
    ScanResult,
    Status,
)
from cardscanner_gui.recognition.details import finish_of, language_of

BY_THE_USER = "you confirmed this card before"
_MOST_PLACES = 6


def confirmed_match(match: Match, printing: Printing) -> Match:
    """The user's answer; what else was possible stays behind it."""
    own = next((c for c in match.candidates if c.printing.id == printing.id), None)
    first = own or Candidate(printing, 0.0, 1.0)
    others = [c for c in match.candidates if c.printing.id != printing.id]
    margin = max(0.0, first.points - (others[0].points if others else 0.0))
    return Match(Status.IDENTIFIED, BY_THE_USER, printing, margin, (first, *others)[:8])


def shows(result: ScanResult, fingerprint: int) -> bool:
    """Whether a card of this very fingerprint is in the picture."""
    return any(card.fingerprint == fingerprint for card in result.cards)


def as_confirmed(
    result: ScanResult, fingerprint: int, printing: Printing, game: Game
) -> ScanResult:
    """The result with the card of this fingerprint as the user says it is."""
    cards = tuple(
        replace(
            card,
            match=confirmed_match(card.match, printing),
            language=language_of(card.reading, printing, game),
            finish=finish_of(printing),
        )
        if card.fingerprint == fingerprint
        and (card.match.printing is None or card.match.printing.id != printing.id)
        else card
        for card in result.cards
    )
    return replace(result, cards=cards)


def places_of(reading: Reading, printing: Printing, game: Game) -> tuple[Box, ...]:
    """Where the lines stand that tell which printing it is, those that tell most first."""
    telling = [name for name, kind in game.fields.items() if kind.contradicts]
    kinds = dict.fromkeys(("number", *telling, "set_code", "artist", "year"))
    chosen = [
        *reading.checked_numbers[:1],
        *(_fitting(reading.of(name), game.fields[name].same, printing) for name in kinds),
        *reading.of(BODY)[:2],
    ]
    boxes = [field.box for field in chosen if field is not None and field.box is not None]
    return tuple(dict.fromkeys(boxes))[:_MOST_PLACES]


def _fitting(
    fields: Sequence[Field], same: Callable[[str, Printing], bool | None], printing: Printing
) -> Field | None:
    """The first that fits, or else the first."""
    fit = (field for field in fields if same(field.text, printing))
    return next(fit, fields[0] if fields else None)
