"""Which cards of PTCG-database make a set, and what the set is called.

A card names the code of its set, which isn't always one: the Taiwanese list takes it from the name
of a picture's file (`S10bF @4x.png`, `EXpansion`). Where it is none, the set has no code, and only
its name can tell which it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from cardscanner_gui.core.catalogue import CardSet
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import ASIA, Printing
from cardscanner_gui.games.pokemon.facts import attacks as attacks_of
from cardscanner_gui.games.pokemon.sources.ptcg_cards import JAPANESE, ListedCard

_CODE = re.compile(r"\s*([A-Za-z0-9]+(?:-[A-Za-z0-9]+)?)")
_NO_CODE = re.compile(r"exp.*|a|1", re.IGNORECASE)
_AFTER_CODE = ("-F", "F")  # what file names hang onto it
_QUOTED = re.compile(r"[「『]([^」』]+)[」』]\s*(.*)")
_SHOP = "購入はこちら"  # a link among the products
_SERIES = re.compile(r"ポケモンカードゲーム\s*(DPt|DP|LEGEND|BW|XY|サン&ムーン)")
_SERIES_IDS = {"サン&ムーン": "SM"}
_SERIES_OF_CODE = re.compile(r"(SV|SM|S|M)\d")
PROMO_NAMES = {
    "DP-P": "DP プロモカード",
    "DPt-P": "DPt プロモカード",
    "L-P": "LEGEND プロモカード",
    "BW-P": "BW プロモカード",
    "XY-P": "XY プロモカード",
    "SM-P": "サン&ムーン プロモカード",
    "S-P": "ソード&シールド プロモカード",
    "SV-P": "スカーレット&バイオレット プロモカード",
    "M-P": "メガ プロモカード",
}
"""Japanese names of the sets of promos; they come in no product that would name them."""


class _SetKey(NamedTuple):
    code: str
    total: str
    name: str  # of a set without a code


def sets_of(
    japanese: Sequence[ListedCard], chinese: Sequence[ListedCard]
) -> Iterator[tuple[CardSet, Printing]]:
    """The cards set by set, first all Japanese ones.

    A Chinese set that has the code of a Japanese one is given under the same id: whoever joins them
    sees whether they are the same.
    """
    codes = {card.code.casefold(): card.code for card in japanese if card.code}
    for cards in (japanese, chinese):
        groups = _grouped(cards, codes)
        totals = Counter(key.code for key in groups)
        for key, group in groups.items():
            card_set = _card_set(key, group, alone=totals[key.code] == 1)
            yield from ((card_set, printing) for printing in _printings(card_set, group))


def _grouped(
    cards: Iterable[ListedCard], codes: Mapping[str, str]
) -> dict[_SetKey, list[ListedCard]]:
    """By code and total; a card that tells no total goes with the others of its code."""
    by_code: dict[tuple[str, str], list[ListedCard]] = defaultdict(list)
    for card in cards:
        code = _clean(card.code, codes)
        name = "" if code or not card.products else card.products[0]
        if code or (name and card.language != JAPANESE):
            by_code[code, name].append(card)
    groups: dict[_SetKey, list[ListedCard]] = {}
    for (code, name), of_code in sorted(by_code.items()):
        totals = Counter(card.total for card in of_code if card.total)
        main = totals.most_common(1)[0][0] if totals else ""
        if main and not main.isdigit():  # the cards of BWP bear 012/BW-P
            code = main
        for card in of_code:
            total = card.total if card.total.isdigit() and main.isdigit() else main
            groups.setdefault(_SetKey(code, total, name), []).append(card)
    return groups


def _clean(code: str, known: Mapping[str, str]) -> str:
    match = _CODE.match(code.removeprefix("-"))
    if match is None or _NO_CODE.fullmatch(match.group(1)):
        return ""
    clean = match.group(1).removesuffix("out")
    for end in ("", *_AFTER_CODE):
        if clean.endswith(end) and (found := known.get(clean.removesuffix(end).casefold())):
            return found
    if match.group(0) == code:
        return clean
    # A picture's name is no code as it stands, though the code is what it begins with.
    return next((clean.removesuffix(end) for end in _AFTER_CODE if clean.endswith(end)), clean)


def _card_set(key: _SetKey, cards: Sequence[ListedCard], *, alone: bool) -> CardSet:
    total = int(key.total) if key.total.isdigit() else None
    name = PROMO_NAMES.get(key.code, "") if cards[0].language == JAPANESE else ""
    name = name or _set_name(cards) or key.code
    return CardSet(
        id=(key.code if alone else f"{key.code}-{key.total}") if key.code else key.name,
        names={cards[0].language: name},
        region=ASIA,
        series=_series(key.code, cards),
        codes=(key.code.upper(),) if key.code else (),
        printed_total=total,
        promo=total is None,
    )


def _set_name(cards: Sequence[ListedCard]) -> str:
    """What most of the cards came in: its quoted name where it has one."""
    counts = Counter(
        product
        for card in cards
        for product in dict.fromkeys(card.products)
        if not product.endswith(_SHOP)
    )
    if not counts:
        return ""
    product = counts.most_common(1)[0][0]
    quoted = _QUOTED.search(product)
    return " ".join(part for part in quoted.groups() if part) if quoted else product


def _series(code: str, cards: Sequence[ListedCard]) -> str | None:
    told = Counter(
        match.group(1)
        for card in cards
        for product in card.products
        if (match := _SERIES.search(product))
    )
    if told:
        series = told.most_common(1)[0][0]
        return _SERIES_IDS.get(series, series)
    by_code = _SERIES_OF_CODE.match(code)
    return by_code.group(1) if by_code else None


def _printings(card_set: CardSet, cards: Iterable[ListedCard]) -> Iterator[Printing]:
    """Each card once: the lists repeat one that comes in several foils, under the same number.

    Decks of one code number their cards each from 001; such a card's id ends with its own id in its
    list, and so does that of a card without a number.
    """
    seen: set[tuple[str, ...]] = set()
    numbers: set[str] = set()
    for card in sorted(cards, key=_order):
        if (same := _identity(card)) in seen:
            continue
        seen.add(same)
        own = card.number if card.number and card.number not in numbers else ""
        numbers.add(card.number)
        yield replace(
            card.printing,
            id=f"{card_set.id}-{own or f'{card.number}n{card.source_id}'}",
            set_id=card_set.id,
            set_names=card_set.names,
            printed_total=card_set.printed_total if card.number[:1].isdigit() else None,
            set_code=card_set.codes[0] if card_set.codes else None,
            series=card_set.series,
        )


def _identity(card: ListedCard) -> tuple[str, ...]:
    """Number and name; without a number, what it does tells it from others of its name."""
    name = fold(next(iter(card.printing.names.values())))
    attacks = (
        () if card.number else (text for one in attacks_of(card.printing) for text in one.values())
    )
    return (card.number, name, *attacks)


def _order(card: ListedCard) -> tuple[str, int, str]:
    digits = re.sub(r"\D", "", card.source_id)
    return (card.number or "~", int(digits or 0), card.source_id)
