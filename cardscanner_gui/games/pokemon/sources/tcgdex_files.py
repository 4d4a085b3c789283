"""TCGdex' TypeScript files as sets and printings.

A card, a set and a serie is one file each: imports, then one object literal. Nothing is executed;
the literal is read by chompjs, which leaves identifiers such as `set: Set` as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import chompjs

from cardscanner_gui.core.catalogue import CardSet
from cardscanner_gui.core.types import ASIA, Printing, Variant
from cardscanner_gui.games.pokemon.facts import known
from cardscanner_gui.games.pokemon.finishes import Finish
from cardscanner_gui.games.pokemon.numbers import printed_number

_LITERAL = re.compile(r"const \w+\s*(?::\s*\w+)?\s*=\s*(?=\{)")
_BOOLEAN_FINISHES = {
    "normal": Finish.NORMAL,
    "reverse": Finish.REVERSE,
    "holo": Finish.HOLO,
    "firstEdition": Finish.FIRST_EDITION,
}
# Sets whose cards print a code and a number, but no total.
_WITHOUT_TOTAL = re.compile(r"\bpromos?\b|\benergy$", re.IGNORECASE)


def parse_literal(text: str) -> dict[str, Any]:
    """The object literal of one file.

    Raises:
        ValueError: there is none, or it doesn't parse.
    """
    head = _LITERAL.search(text)
    if head is None:
        raise ValueError("no object literal")
    parsed: object = chompjs.parse_js_object(text[head.end() :])
    if not isinstance(parsed, dict):
        raise ValueError("not an object")  # noqa: TRY004 - the file's fault, not the caller's
    return parsed


def card_set(
    data: Mapping[str, Any], set_id: str, region: str, series: str, asset_path: str | None = None
) -> CardSet:
    """One set from its parsed file, under an id that is unique; the file's own isn't always."""
    names = _texts(data.get("name"))
    dates = sorted(_texts(data.get("releaseDate")).values())
    total = data.get("cardCount", {}).get("official") or None
    english = names.get("en", "")
    promo = (
        total is None
        or set_id.upper().endswith("-P")
        or bool(_WITHOUT_TOTAL.search(english) and english != "W Promotional")
    )
    return CardSet(
        id=set_id,
        names=names,
        region=region,
        series=series,
        codes=(set_id.removeprefix("asia-").upper(),) if region == ASIA else _codes(data),
        printed_total=total,
        released=dates[0] if dates else None,
        years=tuple(sorted({int(date[:4]) for date in dates if date[:4].isdigit()})),
        promo=promo,
        asset_path=asset_path,
    )


def printing(
    data: Mapping[str, Any], number: str, printed_total: int | None, owner: CardSet
) -> Printing:
    """One printing from its parsed file; `number` is the file's name.

    Raises:
        ValueError, TypeError, AttributeError: it isn't what a card looks like.
    """
    names = _texts(data.get("name"))
    if not names:
        raise ValueError("the card has no name")
    attacks = [*(data.get("abilities") or ()), *(data.get("attacks") or ())]
    hp = data.get("hp")
    mark = str(data.get("regulationMark") or "").upper()
    rarity = data.get("rarity")
    return Printing(
        id=f"{owner.id}-{number}",
        names=_as_printed(names, data.get("stage")),
        set_id=owner.id,
        set_names=owner.names,
        number=printed_number(number, owner),
        printed_total=printed_total,
        set_code=owner.codes[0] if owner.codes else None,
        series=owner.series,
        region=owner.region,
        facts=known(
            hp=int(hp) if isinstance(hp, (int, float)) else None,
            category=data.get("category"),
            stage=data.get("stage"),
            suffix=data.get("suffix"),
            types=tuple(data.get("types") or ()),
            regulation_mark=mark if len(mark) == 1 else None,
            evolves_from=_texts(data.get("evolveFrom")),
            attacks=tuple(texts for a in attacks if (texts := _texts(a.get("name")))),
            dex_ids=tuple(int(i) for i in data.get("dexId") or () if int(i) == i),
        ),
        rarity=None if rarity == "None" else rarity,
        illustrator=data.get("illustrator"),
        released=owner.released,
        variants=tuple(_variants(data.get("variants"), _market_ids(data.get("thirdParty")))),
    )


def _variants(variants: object, own_ids: Mapping[str, int]) -> Iterable[Variant]:
    """Both shapes in which variants occur: a list of objects, an object of booleans.

    `own_ids` are the card's own marketplace ids; they stand for every plain variant without ids.
    """
    if isinstance(variants, list):
        for variant in variants:
            if isinstance(variant, dict):
                yield _detailed(variant, own_ids)
    elif isinstance(variants, dict):
        for key, finish in _BOOLEAN_FINISHES.items():
            if variants.get(key) is True:
                yield Variant(finish, (), own_ids)


def _detailed(variant: Mapping[str, Any], own_ids: Mapping[str, int]) -> Variant:
    """A variant's type, edition, foil and size, in our words.

    What makes it another product than the plain card is among the stamps: real stamps, a foil
    pattern (`masterball-foil`), an error or copyright line, `jumbo`.
    """
    kind = str(variant.get("type") or Finish.NORMAL)
    stamps = [str(stamp) for stamp in variant.get("stamp") or ()]
    subtype = variant.get("subtype")
    holo = kind != Finish.NORMAL
    finish = kind
    if kind not in tuple(Finish):  # metal and lenticular cards shine all over
        finish = Finish.HOLO
        stamps.append(kind)
    if kind != Finish.REVERSE and "1st-edition" in stamps:
        finish = Finish.FIRST_EDITION_HOLO if holo else Finish.FIRST_EDITION
        stamps.remove("1st-edition")
    elif kind != Finish.REVERSE and subtype == "unlimited":
        finish = Finish.UNLIMITED_HOLO if holo else Finish.UNLIMITED
        subtype = None
    if subtype:
        stamps.append(str(subtype))
    if variant.get("foil"):
        stamps.append(f"{variant['foil']}-foil")
    if variant.get("size") == "jumbo":
        stamps.append("jumbo")
    ids = _market_ids(variant.get("thirdParty")) or ({} if stamps else own_ids)
    return Variant(str(finish), tuple(stamps), ids)


def _market_ids(third_party: object) -> dict[str, int]:
    if not isinstance(third_party, dict):
        return {}
    return {str(k): v for k, v in third_party.items() if isinstance(v, int)}


def _codes(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Codes of an international set: the printed one first, `BRS:TG` as `BRS`, no `PR-SM`."""
    given = data.get("abbreviations") or {}
    candidates = [given.get("official"), data.get("tcgOnline"), *given.values()]
    codes = (str(code).split(":")[0].upper() for code in candidates if code)
    return tuple(dict.fromkeys(code for code in codes if "-" not in code))


def _as_printed(names: Mapping[str, str], stage: object) -> dict[str, str]:
    """Names as they stand on the card: TCGdex leaves the LV.X out, which is part of the name."""
    if stage != "LEVEL-UP":
        return dict(names)
    return {
        language: name if name.endswith("LV.X") else f"{name} LV.X"
        for language, name in names.items()
    }


def _texts(value: object) -> dict[str, str]:
    """A text by language; plain text counts as English."""
    if isinstance(value, str):
        return {"en": value.strip()} if value.strip() else {}
    if not isinstance(value, dict):
        return {}
    return {str(k): v.strip() for k, v in value.items() if isinstance(v, str) and v.strip()}
