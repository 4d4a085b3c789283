"""What cards are worth: quotes of marketplaces, each with its currency, source and day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cardscanner_gui.core.collection import Entry
    from cardscanner_gui.core.types import Printing

CARDMARKET, TCGPLAYER = "cardmarket", "tcgplayer"
SOURCES = (CARDMARKET, TCGPLAYER)
"""The marketplaces whose prices are asked for."""


@dataclass(frozen=True)
class Quote:
    """What one copy of a printing in a finish was sold or offered for.

    Attributes:
        source: the marketplace.
        currency: `EUR` or `USD`.
        day: ISO date of the price, as the marketplace says.
        market: what it is usually sold for; where only offers are known, their middle.
        low, mid: of the offers; None where that isn't told.
    """

    source: str
    currency: str
    day: str
    market: float
    low: float | None = None
    mid: float | None = None


@dataclass(frozen=True)
class PriceServer:
    """Where a game's prices are asked for.

    Attributes:
        address: of the server, `https://…`.
        path: of a printing's prices there.
        read: what it answers as quotes, each with its finish; what makes no sense is left out.
    """

    address: str
    path: Callable[[Printing], str]
    read: Callable[[Mapping[str, Any], Printing], Iterable[tuple[str, Quote]]]


Quotes = Callable[["Entry"], Mapping[str, Quote]]
"""The newest quotes of one copy of an entry, by marketplace; empty where nothing is known."""


def no_quotes(_: Entry) -> Mapping[str, Quote]:
    """Nobody asked for prices."""
    return {}
