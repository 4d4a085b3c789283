"""The wheel's card records as sets and printings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from cardscanner_gui.core.catalogue import CardSet
from cardscanner_gui.core.types import Printing, Variant
from cardscanner_gui.games.pokemon.facts import known
from cardscanner_gui.games.pokemon.finishes import Finish
from cardscanner_gui.games.pokemon.numbers import printed_number, printed_totals
from cardscanner_gui.games.pokemon.sources.wheel_ids import (
    asset_path,
    printing_id,
    set_code,
    set_id,
)
from cardscanner_gui.games.pokemon.sources.wheel_pickle import Record

_STAGES = {
    "Basic": "Basic",
    "Stage 1": "Stage1",
    "Stage 2": "Stage2",
    "Level-Up": "LEVEL-UP",
    "Restored": "RESTORED",
    **{name: name for name in ("VMAX", "VSTAR", "V-UNION", "MEGA", "BREAK", "Baby")},
}
_SUFFIXES = {"LEGEND": "Legend", **{name: name for name in ("EX", "ex", "GX", "V", "SP", "Prime")}}
_PRICED_FINISHES = {
    "normal": Finish.NORMAL,
    "holofoil": Finish.HOLO,
    "reverseHolofoil": Finish.REVERSE,
    "firstEditionNormal": Finish.FIRST_EDITION,
    "firstEditionHolofoil": Finish.FIRST_EDITION_HOLO,
}
_WITHOUT_TOTAL = re.compile(r"\bpromos?\b|\benergies$", re.IGNORECASE)


def card_set(record: Record) -> CardSet:
    """A set from its record."""
    name = str(record.get("name") or "")
    released = str(record.get("releaseDate") or "").replace("/", "-")
    own_id = set_id(str(record.get("id")))
    code = set_code(own_id, record.get("ptcgoCode"))
    return CardSet(
        id=own_id,
        names={"en": name},
        series=record.get("series"),
        codes=(code,) if code else (),
        printed_total=record.get("printedTotal") or None,
        released=released or None,
        years=(int(released[:4]),) if released[:4].isdigit() else (),
        promo=bool(_WITHOUT_TOTAL.search(name)),
        asset_path=asset_path(own_id),
    )


def printings(owner: CardSet, cards: Sequence[Record]) -> Iterator[Printing]:
    """The printings of one set from their records."""
    totals = printed_totals([str(card.get("number")) for card in cards], owner)
    for card in cards:
        number = str(card.get("number"))
        subtypes = [str(kind) for kind in card.get("subtypes") or ()]
        hp = str(card.get("hp") or "")
        yield Printing(
            id=printing_id(str(card.get("id")), number, owner.id),
            names={"en": str(card.get("name"))},
            set_id=owner.id,
            set_names=owner.names,
            number=printed_number(number, owner),
            printed_total=totals[number],
            set_code=owner.codes[0] if owner.codes else None,
            series=owner.series,
            facts=known(
                hp=int(hp) if hp.isdigit() else None,
                category="Pokemon" if card.get("supertype") == "Pokémon" else card.get("supertype"),
                stage=_last(_STAGES, subtypes),
                suffix="TAG TEAM-GX" if "TAG TEAM" in subtypes else _last(_SUFFIXES, subtypes),
                types=tuple(card.get("types") or ()),
                regulation_mark=card.get("regulationMark"),
                evolves_from=_english(card.get("evolvesFrom")),
                attacks=tuple(
                    {"en": str(part.get("name"))}
                    for part in (*(card.get("abilities") or ()), *(card.get("attacks") or ()))
                ),
                dex_ids=tuple(card.get("nationalPokedexNumbers") or ()),
            ),
            rarity=card.get("rarity"),
            illustrator=card.get("artist"),
            released=owner.released,
            variants=tuple(_variants(card.get("tcgplayer"))),
        )


def _variants(shop: Any) -> Iterator[Variant]:
    """The finishes for which a shop had a price: those are the ones that exist."""
    prices = shop.get("prices") if isinstance(shop, Record) else None
    if isinstance(prices, Record):
        for price, finish in _PRICED_FINISHES.items():
            if prices.get(price) is not None:
                yield Variant(finish)


def _last(words: dict[str, str], subtypes: Sequence[str]) -> str | None:
    """The most telling of the subtypes: a VMAX is listed as `Basic, V, VMAX` or `VMAX`."""
    found = [words[kind] for kind in subtypes if kind in words]
    return found[-1] if found else None


def _english(text: Any) -> dict[str, str]:
    return {"en": str(text)} if text else {}
