"""A game that this program knows nothing of: cards that a richer one left in the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardscanner_gui.core import card_fields
from cardscanner_gui.core.catalogue import CardSet, Source
from cardscanner_gui.core.game import CardSheet, Game, Games
from cardscanner_gui.core.rule import Rule
from cardscanner_gui.core.types import Box, Printing, Reading, TextLine


def game_of(games: Games, game_id: str) -> Game:
    """The game with this id, or one that has what all games have."""
    return games.get(game_id) or _generic(game_id)


def _generic(game_id: str) -> Game:
    return Game(
        id=game_id,
        title=game_id,
        sheet=CardSheet(63, 88, top=Box(0, 0, 1, 0.15), bottom=Box(0, 0.88, 1, 1)),
        fields={
            "name": card_fields.NAME,
            "set": card_fields.SET,
            "number": card_fields.NUMBER,
            "set_code": card_fields.SET_CODE,
            "rarity": card_fields.RARITY,
            "artist": card_fields.ARTIST,
            "year": card_fields.YEAR,
            "released": card_fields.RELEASED,
            "finishes": card_fields.FINISHES,
        },
        asked=(),
        parse=_no_fields,
        number_forms=_as_printed,
        terms=tuple,
        rule=Rule(()),
        finishes={},
        sources=_no_sources,
    )


def _no_fields(lines: Sequence[TextLine], reader: str) -> Reading:
    return Reading(reader, tuple(lines))


def _as_printed(printing: Printing, _: CardSet) -> tuple[str, ...]:
    return (printing.printed_number.upper(),)


def _no_sources() -> Mapping[str, Source]:
    return {}
