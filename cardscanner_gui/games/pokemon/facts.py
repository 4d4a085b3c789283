"""What only Pokémon cards have, as `Printing.facts` and as `MatchRow.facts` hold it.

hp: int · category, stage, suffix, regulation_mark: as the source writes them · types: tuple of
English words · evolves_from: text by language · attacks: names of attacks and abilities by
language, in printed order · dex_ids: tuple of Pokédex numbers. What isn't known is absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cardscanner_gui.core.game import Fold
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Printing

TYPES: Mapping[str, type] = {
    "hp": int,
    "category": str,
    "stage": str,
    "suffix": str,
    "types": tuple,
    "regulation_mark": str,
    "evolves_from": dict,
    "attacks": tuple,
    "dex_ids": tuple,
}

_LEVEL_UP = " LV.X"
# What sources add to the printed name: "Boss's Orders (Ghetsis)", "Unown [M]", "Mewtwo Star".
_ADDITION = re.compile(r"(?:\s*[(（\[].*[)）\]]|\s+Star)$", re.IGNORECASE)
_MOST_RELATED = 6


def known(**facts: Any) -> dict[str, Any]:
    """The facts that say something."""
    return {name: value for name, value in facts.items() if value not in (None, "", (), {})}


def aliases(name: str, _: Printing) -> Iterator[str]:
    """A name, and what it is also listed or read as."""
    yield name
    if name.endswith(_LEVEL_UP):
        yield name.removesuffix(_LEVEL_UP)
    if _ADDITION.search(name):
        yield _ADDITION.sub("", name)


def attacks(printing: Printing) -> Sequence[Mapping[str, str]]:
    """Names of attacks and abilities by language."""
    found: Sequence[Mapping[str, str]] = printing.facts.get("attacks", ())
    return found


def evolves_from(printing: Printing) -> Mapping[str, str]:
    """What it evolves from, by language."""
    found: Mapping[str, str] = printing.facts.get("evolves_from", {})
    return found


def match_facts(printing: Printing, fold: Fold) -> dict[str, Any]:
    """HP, what it evolves from and the regulation mark, ready to compare."""
    origins = dict.fromkeys(fold(name) for name in evolves_from(printing).values())
    return known(
        hp=printing.facts.get("hp"),
        evolves_from=tuple(origin for origin in origins if origin),
        regulation_mark=printing.facts.get("regulation_mark"),
    )


def told_by_picture(printing: Printing) -> bool:
    """Energy cards differ from each other in little but the colour."""
    return printing.facts.get("category") != "Energy"


def evolution_line(printing: Printing, others: Iterable[Printing]) -> list[Printing]:
    """What this card evolves from or into, among others."""
    line = {fold(name) for name in printing.names.values()}
    origin = {fold(name) for name in evolves_from(printing).values()}
    related = [
        other
        for other in others
        if origin & {fold(name) for name in other.names.values()}
        or line & {fold(name) for name in evolves_from(other).values()}
    ]
    return related[:_MOST_RELATED]
