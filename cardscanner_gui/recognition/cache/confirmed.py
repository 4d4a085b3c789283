"""Answers by the user's word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from cardscanner_gui.core.text import fold, normalise_number
from cardscanner_gui.core.types import (
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


def as_confirmed(result: ScanResult, fingerprint: int, printing: Printing) -> ScanResult:
    """The result with the card of this fingerprint as the user says it is."""
    cards = tuple(
        replace(
            card,
            match=confirmed_match(card.match, printing),
            language=language_of(card.reading, printing),
            finish=finish_of(printing),
        )
        if card.fingerprint == fingerprint
        and (card.match.printing is None or card.match.printing.id != printing.id)
        else card
        for card in result.cards
    )
    return replace(result, cards=cards)


def places_of(reading: Reading, printing: Printing) -> tuple[Box, ...]:
    """Where the lines stand that tell which printing it is: number, name and HP first."""
    names = {fold(name) for name in printing.names.values()}
    number = normalise_number(printing.number)
    chosen = [
        *reading.checked_numbers[:1],
        _fitting(reading.numbers, lambda text: normalise_number(text.split("/")[0]) == number),
        _fitting(reading.names, lambda text: fold(text) in names),
        _fitting(reading.hps, lambda text: text == str(printing.hp)),
        _fitting(reading.set_codes, lambda text: text == printing.set_code),
        *reading.artists[:1],
        *reading.years[:1],
        *reading.attacks[:2],
    ]
    boxes = [field.box for field in chosen if field is not None and field.box is not None]
    return tuple(dict.fromkeys(boxes))[:_MOST_PLACES]


def _fitting(fields: Sequence[Field], fits: Callable[[str], bool]) -> Field | None:
    """The first that fits, or else the first."""
    return next((field for field in fields if fits(field.text)), fields[0] if fields else None)
