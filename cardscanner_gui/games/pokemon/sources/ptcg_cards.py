"""PTCG-database's files, one JSON object a card, as printings.

The Japanese ones were taken from the maker's Japanese card search, the Traditional Chinese ones
from its Taiwanese. Both name cards as they are printed, and number them so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cardscanner_gui.core.types import ASIA, Printing
from cardscanner_gui.games.pokemon.facts import known

JAPANESE, CHINESE = "ja", "zh-tw"

_PLAIN_NUMBER = re.compile(r"\d{1,3}[a-zA-Z]?|[A-Z]{3}|DPBP#\d{3}")
"""Three letters stand for the number of a basic energy, as TCGdex has it too: GRA, FIR."""
_PROMO_TOTAL = re.compile(r"[A-Za-z]+-P|PPP")
_SPACE = re.compile(r"\s+")
_CATEGORIES = (("Energy", "エネルギー"), ("Energy", "能量"), ("Pokemon", "Pok"))
_STAGES = {
    "たね": "Basic",
    "基礎": "Basic",
    "1進化": "Stage1",
    "1階進化": "Stage1",
    "2進化": "Stage2",
    "2階進化": "Stage2",
    "M進化": "MEGA",
    "BREAK進化": "BREAK",
    "レベルアップ": "LEVEL-UP",
    "復元": "RESTORED",
    "V-UNION": "Basic",
}
_BASIC_ENERGY = re.compile(r"基本(草|炎|水|雷|超|闘|悪|鋼|フェアリー)エネルギー")
_ENERGY_NUMBERS = {
    "草": "GRA",
    "炎": "FIR",
    "水": "WAT",
    "雷": "LIG",
    "超": "PSY",
    "闘": "FIG",
    "悪": "DAR",
    "鋼": "MET",
    "フェアリー": "FAI",
}
_LATER_STAGES = ("VMAX", "VSTAR")  # both are one word in the lists
_TYPES = {"Dark": "Darkness", "Electric": "Lightning", "Steel": "Metal"}
_RARITIES = {
    "c": "Common",
    "u": "Uncommon",
    "r": "Rare",
    "rr": "Double rare",
    "sr": "Ultra Rare",
    "ar": "Illustration rare",
    "sar": "Special illustration rare",
    "chr": "Character Rare",
    "csr": "Character Super Rare",
    "tr": "Rare Holo",
}


@dataclass(frozen=True)
class ListedCard:
    """One card as its list has it.

    Attributes:
        source_id: of the card in its list; stays the same for good.
        code: of its set as the file gives it; empty where it gives none.
        number: as printed; empty where none is.
        total: what stands after the slash, as a text: `066`, `BW-P`; empty where nothing does.
        products: what the card came in, or the set's name.
        printing: the card, of a set that is still to be found.
    """

    source_id: str
    language: str
    code: str
    number: str
    total: str
    products: tuple[str, ...]
    printing: Printing = field(repr=False)


def listed_card(data: Mapping[str, Any], source_id: str, language: str) -> ListedCard:
    """One card from its parsed file.

    Raises:
        ValueError, TypeError, AttributeError: it isn't what a card looks like.
    """
    name = _name(data.get("name"))
    if not name:
        raise ValueError("the card has no name")
    number, total = str(data.get("number") or ""), str(data.get("set_total") or "")
    if _PLAIN_NUMBER.fullmatch(number) is None:
        energy = _BASIC_ENERGY.fullmatch(name)
        number = _ENERGY_NUMBERS[energy.group(1)] if energy else ""
    counted = total.isdigit() or _PROMO_TOTAL.fullmatch(total) is not None
    sources = [data.get("set_full_name")]
    sources += [one.get("name") for one in data.get("sources") or ()]
    authors = data.get("author") or ()
    return ListedCard(
        source_id,
        language,
        str(data.get("set_name") or "").strip(),
        number,
        total if counted else "",
        tuple(_SPACE.sub(" ", source).strip() for source in sources if source),
        Printing(
            id="",
            names={language: name},
            set_id="",
            set_names={},
            number=number,
            region=ASIA,
            rarity=_RARITIES.get(_rarity(data.get("rarity"))),
            illustrator=" / ".join(str(author) for author in authors) or None,
            facts=_facts(data, name, language),
        ),
    )


def _facts(data: Mapping[str, Any], name: str, language: str) -> dict[str, Any]:
    hp, mark = data.get("hp"), str(data.get("regulation") or "").upper()
    kind = str(data.get("card_type") or "")
    origin = data.get("evolve_from")
    origin = origin[0] if isinstance(origin, list) and origin else origin
    tags = data.get("tags") or ()
    dex = re.sub(r"\D", "", str(data.get("pokedex_number") or ""))
    return known(
        hp=int(hp) if hp else None,
        category=next((ours for ours, theirs in _CATEGORIES if theirs in kind), "Trainer"),
        stage=_stage(str(data.get("stage") or ""), name),
        suffix=str(tags[0]) if tags else None,
        types=tuple(_TYPES.get(one, one) for one in data.get("types") or ()),
        regulation_mark=mark if len(mark) == 1 else None,
        evolves_from={language: _name(origin)} if _name(origin) else {},
        attacks=tuple({language: text} for text in _attacks(data)),
        dex_ids=(int(dex),) if dex else (),
    )


def _attacks(data: Mapping[str, Any]) -> Iterable[str]:
    """Names of abilities, powers and attacks, in printed order."""
    powers = [data[key] for key in ("poke_power", "poke_body") if data.get(key)]
    last = [data["vstar_power"]] if data.get("vstar_power") else []
    for one in (*(data.get("abilities") or ()), *powers, *(data.get("attacks") or ()), *last):
        # The Taiwanese list puts what kind of attack it is before the name: [VSTAR力量]雷霆星星.
        name = re.sub(r"^\[[^\]]*\]", "", _name(one.get("name")))
        if name:
            yield name


def _stage(stage: str, name: str) -> str | None:
    later = next((one for one in _LATER_STAGES if name.endswith(one)), None)
    return later or _STAGES.get(stage.replace(" ", ""))


def _rarity(rarity: object) -> str:
    return str(rarity or "").removeprefix("rare_").removesuffix("_c")


def _name(text: object) -> str:
    """A name as it is printed; the list writes one sign as a word."""
    if not isinstance(text, str):
        return ""
    return _SPACE.sub(" ", text.replace("prismstar", "◇").replace("\u200c", "")).strip()
