"""Prices of Pokémon cards from TCGdex' card API: https://tcgdex.dev/markets-prices."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from cardscanner_gui.core.types import ASIA, Printing, in_language
from cardscanner_gui.core.values import CARDMARKET, TCGPLAYER, PriceServer, Quote
from cardscanner_gui.games.pokemon.finishes import Finish

_SHINING = (Finish.REVERSE, Finish.HOLO, Finish.UNLIMITED_HOLO, Finish.FIRST_EDITION_HOLO)
# TCGdex writes TCGplayer's printings with dashes, and has written them otherwise before.
_PRINTINGS = {
    "normal": Finish.NORMAL,
    "holofoil": Finish.HOLO,
    "holo": Finish.HOLO,
    "reverseholofoil": Finish.REVERSE,
    "reverse": Finish.REVERSE,
    "1stedition": Finish.FIRST_EDITION,
    "1steditionholofoil": Finish.FIRST_EDITION_HOLO,
    "unlimited": Finish.UNLIMITED,
    "unlimitedholofoil": Finish.UNLIMITED_HOLO,
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _path(printing: Printing) -> str:
    language = "en"
    if printing.region == ASIA:
        name = in_language(printing.names)
        language = next((code for code, text in printing.names.items() if text == name), "ja")
    return f"/v2/{language}/cards/{quote(printing.id, safe='')}"


def _read(card: Mapping[str, Any], printing: Printing) -> Iterable[tuple[str, Quote]]:
    prices = card.get("pricing")
    if not isinstance(prices, Mapping):
        return
    yield from _cardmarket(prices.get(CARDMARKET), printing)
    yield from _tcgplayer(prices.get(TCGPLAYER))


def _cardmarket(prices: object, printing: Printing) -> Iterable[tuple[str, Quote]]:
    """One price for the plainest finish, one for the one that shines beside it."""
    if not isinstance(prices, Mapping):
        return
    finishes = printing.finishes or (Finish.NORMAL.value,)
    plainest = next((one for one in finishes if one not in _SHINING), finishes[0])
    beside = next((one for one in finishes if one in _SHINING and one != plainest), None)
    for finish, end in ((plainest, ""), (beside, "-holo")):
        market = _amount(prices.get(f"trend{end}")) or _amount(prices.get(f"avg{end}"))
        if finish is not None and market is not None:
            yield (
                str(finish),
                Quote(
                    CARDMARKET,
                    "EUR",
                    _day(prices),
                    market,
                    _amount(prices.get(f"low{end}")),
                    _amount(prices.get(f"avg{end}")),
                ),
            )


def _tcgplayer(prices: object) -> Iterable[tuple[str, Quote]]:
    if not isinstance(prices, Mapping):
        return
    for name, values in prices.items():
        finish = _PRINTINGS.get(re.sub(r"[^a-z0-9]", "", str(name).lower()))
        if finish is None or not isinstance(values, Mapping):
            continue
        market = _amount(values.get("marketPrice")) or _amount(values.get("midPrice"))
        if market is not None:
            low, mid = _amount(values.get("lowPrice")), _amount(values.get("midPrice"))
            yield finish.value, Quote(TCGPLAYER, "USD", _day(prices), market, low, mid)


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and 0 < value < 1e7 else None


def _day(prices: Mapping[str, Any]) -> str:
    """The day that the marketplace says; empty where it says none."""
    found = _DAY.match(str(prices.get("updated", "")))
    return found[0] if found else ""


PRICES = PriceServer("https://api.tcgdex.net", _path, _read)
