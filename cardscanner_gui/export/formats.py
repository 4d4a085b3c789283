"""All formats. A new one is a module of its own and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cardscanner_gui.core.game import Games
from cardscanner_gui.core.values import Quotes, no_quotes
from cardscanner_gui.export import (
    cardmarket,
    collectr,
    deckbox,
    dragon_shield,
    plain,
    pricecharting,
    tcg_collector,
    tcgplayer_app,
    tcgplayer_seller,
)
from cardscanner_gui.export.line import Table
from cardscanner_gui.export.model import ExportFormat


def _tables(day: str) -> tuple[Table, ...]:
    return (
        tcgplayer_app.TABLE,
        tcgplayer_seller.TABLE,
        collectr.table(day),
        dragon_shield.TABLE,
        deckbox.TABLE,
        cardmarket.TABLE,
        pricecharting.TABLE,
        tcg_collector.TABLE,
    )


FORMAT_IDS = (plain.ID, *(table.id for table in _tables("")))


def formats_of(
    games: Games, quotes: Quotes = no_quotes, today: date | None = None
) -> Mapping[str, ExportFormat]:
    """The formats by their ids, for cards of these games.

    Args:
        games: whose words are used.
        quotes: what a copy is worth.
        today: for headings that bear the day.
    """
    day = (today or date.today()).isoformat()
    made = (plain.make_format(games, quotes), *(t.make(games, quotes) for t in _tables(day)))
    return {export_format.id: export_format for export_format in made}
