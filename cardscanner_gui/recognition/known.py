"""A picture whose answer is remembered, as the same stream of events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cardscanner_gui.core.events import CardsFound, FieldResult, QuickResult, RecognitionEvent
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.types import Frame, Recognition, ScanResult
from cardscanner_gui.recognition.details import CATALOGUE, detail_fields
from cardscanner_gui.vision.card_image import photo_of


def known_events(request_id: str, result: ScanResult, games: Games) -> Iterator[RecognitionEvent]:
    """The events before the last; the answers come at once, photos only with the last."""
    corners = tuple(card.corners for card in result.cards if card.corners is not None)
    yield CardsFound(request_id, result.width, result.height, corners)
    for index, card in enumerate(result.cards):
        yield QuickResult(request_id, index, card)
    for index, card in enumerate(result.cards):
        yield from details(request_id, index, card, games)


def as_known(result: ScanResult, milliseconds: float) -> ScanResult:
    """The result, marked as remembered."""
    timings = {"cache": round(milliseconds, 1)}
    cards = tuple(replace(card, cached=True, timings_ms=timings) for card in result.cards)
    return replace(result, cards=cards)


def with_photos(frame: Frame, cards: Sequence[Recognition]) -> tuple[Recognition, ...]:
    """The cards with their photos, cut out of the picture as they were the first time."""
    return tuple(
        card if card.corners is None else replace(card, photo=photo_of(frame, card.corners))
        for card in cards
    )


def details(
    request_id: str, index: int, recognition: Recognition, games: Games
) -> Iterator[FieldResult]:
    """What is known beyond the quick result: from the catalogue, or else as it was read."""
    printing = recognition.match.printing
    if printing is not None:
        game = game_of(games, printing.game)
        for name, value in detail_fields(printing, recognition.language, game):
            yield FieldResult(request_id, index, name, value, CATALOGUE)
        return
    for name, value in recognition.reading.best().items():
        yield FieldResult(request_id, index, name, value, recognition.reading.reader)
