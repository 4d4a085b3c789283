"""Rows of the catalogue's tables as values, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from cardscanner_gui.catalogue.schema import INNER_SEPARATOR, LIST_SEPARATOR
from cardscanner_gui.catalogue.sources.source import CardSet
from cardscanner_gui.core.text import fold, normalise_number
from cardscanner_gui.core.types import Printing, Variant

_LEVEL_UP = " LV.X"
# What sources add to the printed name: "Boss's Orders (Ghetsis)", "Unown [M]", "Mewtwo Star".
_ADDITION = re.compile(r"(?:\s*[(（\[].*[)）\]]|\s+Star)$", re.IGNORECASE)


class MatchRow(NamedTuple):
    """One printing as the matcher compares it; every text is folded unless it says otherwise.

    Attributes:
        key: the printing's number in this catalogue; changes with the next update.
        names: in every language; also as printed where the source lists it otherwise.
        number_forms: as `numbers.number_forms` gives them.
        codes: upper-case set codes; for Asian sets the set's id.
        attacks: for each attack or ability its name in every language.
        years: in which the set was released somewhere.
        category, stage, suffix, rarity, regulation_mark: as the source writes them.
        languages: in which the source knows the card's name.
    """

    key: int
    id: str
    region: str
    names: tuple[str, ...]
    number_forms: tuple[str, ...]
    number_norm: str
    printed_total: int | None
    hp: int | None
    codes: tuple[str, ...]
    attacks: tuple[tuple[str, ...], ...]
    artist: str
    evolves_from: tuple[str, ...]
    years: tuple[int, ...]
    category: str | None
    stage: str | None
    suffix: str | None
    rarity: str | None
    languages: tuple[str, ...]
    regulation_mark: str | None


@dataclass(frozen=True)
class Folded:
    """The folded forms of one printing, ready for the tables of the matcher."""

    names: tuple[str, ...]
    attacks: tuple[tuple[str, ...], ...]
    artist: str
    evolves_from: tuple[str, ...]

    @classmethod
    def of(cls, printing: Printing, fold: Callable[[str], str]) -> Folded:
        """The forms of a printing; `fold` is `core.text.fold`, perhaps with a memory."""
        names = [alias for name in printing.names.values() for alias in _aliases(name, printing)]
        return cls(
            names=_folded(names, fold),
            attacks=tuple(
                forms for attack in printing.attacks if (forms := _folded(attack.values(), fold))
            ),
            artist=fold(printing.illustrator or ""),
            evolves_from=_folded(printing.evolves_from.values(), fold),
        )


MATCH_QUERY = """
SELECT key, id, card_set, names, number_forms, number_norm, printed_total, hp, attacks, artist,
       evolves_from, category, stage, suffix, rarity, languages, regulation_mark
FROM match_row
"""

PRINTING_QUERY = """
SELECT p.id, p.names, s.id, s.names, p.number, p.printed_total, s.codes, s.series, s.region, p.hp,
       p.category, p.stage, p.suffix, p.types, p.rarity, p.illustrator, p.regulation_mark,
       p.evolves_from, p.attacks, s.released, p.dex_ids, p.variants
FROM printing p JOIN card_set s ON s.key = p.card_set
"""

SET_QUERY = """
SELECT key, id, names, region, series, codes, printed_total, released, years, promo FROM card_set
ORDER BY key
"""


def match_row(row: tuple[Any, ...], sets: Mapping[int, CardSet]) -> MatchRow:
    """One row of `MATCH_QUERY`; `sets` by their keys."""
    key, id_, set_key, names, forms, norm, total, hp, attacks, artist, evolves = row[:11]
    category, stage, suffix, rarity, languages, mark = row[11:]
    owner = sets[set_key]
    return MatchRow(
        key,
        id_,
        owner.region,
        _split(names),
        _split(forms),
        norm,
        total,
        hp,
        owner.codes,
        tuple([tuple(attack.split(INNER_SEPARATOR)) for attack in _split(attacks)]),
        artist,
        _split(evolves),
        owner.years,
        category,
        stage,
        suffix,
        rarity,
        _split(languages),
        mark,
    )


def match_columns(
    key: int, set_key: int, printing: Printing, forms: tuple[str, ...], folded: Folded
) -> tuple[Any, ...]:
    """One row for the table `match_row`."""
    return (
        key,
        printing.id,
        set_key,
        LIST_SEPARATOR.join(folded.names),
        LIST_SEPARATOR.join(forms),
        normalise_number(printing.number),
        printing.printed_total,
        printing.hp,
        LIST_SEPARATOR.join(INNER_SEPARATOR.join(attack) for attack in folded.attacks),
        folded.artist,
        LIST_SEPARATOR.join(folded.evolves_from),
        printing.category,
        printing.stage,
        printing.suffix,
        printing.rarity,
        LIST_SEPARATOR.join(printing.names),
        printing.regulation_mark,
    )


def printing(row: tuple[Any, ...]) -> Printing:
    """One row of `PRINTING_QUERY`."""
    codes = _split(row[6])
    return Printing(
        id=row[0],
        names=json.loads(row[1]),
        set_id=row[2],
        set_names=json.loads(row[3]),
        number=row[4],
        printed_total=row[5],
        set_code=codes[0] if codes else None,
        series=row[7],
        region=row[8],
        hp=row[9],
        category=row[10],
        stage=row[11],
        suffix=row[12],
        types=_split(row[13]),
        rarity=row[14],
        illustrator=row[15],
        regulation_mark=row[16],
        evolves_from=json.loads(row[17]),
        attacks=tuple(json.loads(row[18])),
        released=row[19],
        dex_ids=tuple(map(int, _split(row[20]))),
        variants=tuple(Variant(f, tuple(stamps), ids) for f, stamps, ids in json.loads(row[21])),
    )


def printing_columns(key: int, set_key: int, printing: Printing) -> tuple[Any, ...]:
    """One row for the table `printing`."""
    return (
        key,
        printing.id,
        set_key,
        printing.number,
        printing.printed_total,
        _json(printing.names),
        printing.hp,
        printing.category,
        printing.stage,
        printing.suffix,
        LIST_SEPARATOR.join(printing.types),
        printing.rarity,
        printing.illustrator,
        printing.regulation_mark,
        _json(printing.evolves_from),
        _json(printing.attacks),
        LIST_SEPARATOR.join(map(str, printing.dex_ids)),
        _json([(v.finish, v.stamps, v.marketplace_ids) for v in printing.variants]),
    )


def card_set(row: tuple[Any, ...]) -> tuple[int, CardSet]:
    """One row of `SET_QUERY`: the set with its key."""
    key, id_, names, region, series, codes, printed_total, released, years, promo = row
    return key, CardSet(
        id=id_,
        names=json.loads(names),
        region=region,
        series=series,
        codes=_split(codes),
        printed_total=printed_total,
        released=released,
        years=tuple(map(int, _split(years))),
        promo=bool(promo),
    )


def set_columns(key: int, card_set: CardSet) -> tuple[Any, ...]:
    """One row for the table `card_set`."""
    return (
        key,
        card_set.id,
        _json(card_set.names),
        LIST_SEPARATOR.join(_folded(card_set.names.values(), fold)),
        card_set.region,
        card_set.series,
        LIST_SEPARATOR.join(card_set.codes),
        card_set.printed_total,
        card_set.released,
        LIST_SEPARATOR.join(map(str, card_set.years)),
        int(card_set.promo),
    )


def _json(value: Mapping[str, Any] | Iterable[Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(LIST_SEPARATOR)) if text else ()


def _folded(texts: Iterable[str], fold: Callable[[str], str]) -> tuple[str, ...]:
    return _unique(f for text in texts if (f := fold(text)))


def _aliases(name: str, printing: Printing) -> Iterator[str]:
    """A name, and what it is also listed or read as."""
    yield name
    if name.endswith(_LEVEL_UP):
        yield name.removesuffix(_LEVEL_UP)
    if _ADDITION.search(name):
        yield _ADDITION.sub("", name)


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
