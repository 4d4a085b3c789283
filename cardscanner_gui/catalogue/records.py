"""Rows of the catalogue's tables as values, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cardscanner_gui.catalogue.schema import INNER_SEPARATOR, LIST_SEPARATOR
from cardscanner_gui.core.catalogue import CardSet, MatchRow
from cardscanner_gui.core.codec import as_plain
from cardscanner_gui.core.game import Fold, Game
from cardscanner_gui.core.text import fold, normalise_number
from cardscanner_gui.core.types import Printing, Variant


@dataclass(frozen=True)
class Folded:
    """The folded forms of one printing, ready for the tables of the matcher."""

    names: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    artist: str
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, printing: Printing, game: Game, fold: Fold) -> Folded:
        """The forms of a printing; `fold` is `core.text.fold`, perhaps with a memory."""
        names = [
            alias for name in printing.names.values() for alias in game.aliases(name, printing)
        ]
        return cls(
            names=_folded(names, fold),
            phrases=tuple(
                forms
                for phrase in game.phrases(printing)
                if (forms := _folded(phrase.values(), fold))
            ),
            artist=fold(printing.illustrator or ""),
            facts=game.match_facts(printing, fold),
        )


MATCH_QUERY = """
SELECT key, id, card_set, names, number_forms, phrases, artist, languages, facts FROM match_row
"""

PRINTING_QUERY = """
SELECT p.id, p.names, s.id, s.names, p.number, p.printed_total, s.codes, s.series, s.region,
       p.rarity, p.illustrator, s.released, p.variants, p.facts
FROM printing p JOIN card_set s ON s.key = p.card_set
"""

SET_QUERY = """
SELECT key, id, names, region, series, codes, printed_total, released, years, promo, asset_path
FROM card_set ORDER BY key
"""


def match_row(row: tuple[Any, ...], sets: Mapping[int, CardSet]) -> MatchRow:
    """One row of `MATCH_QUERY`; `sets` by their keys."""
    key, id_, set_key, names, forms, phrases, artist, languages, facts = row
    owner = sets[set_key]
    return MatchRow(
        key,
        id_,
        owner.region,
        _split(names),
        _split(forms),
        owner.codes,
        tuple([tuple(phrase.split(INNER_SEPARATOR)) for phrase in _split(phrases)]),
        artist,
        owner.years,
        _split(languages),
        json.loads(facts),
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
        LIST_SEPARATOR.join(INNER_SEPARATOR.join(phrase) for phrase in folded.phrases),
        folded.artist,
        LIST_SEPARATOR.join(printing.names),
        _json(folded.facts),
    )


def printing(row: tuple[Any, ...], game: str) -> Printing:
    """One row of `PRINTING_QUERY`, in a catalogue of this game."""
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
        rarity=row[9],
        illustrator=row[10],
        released=row[11],
        variants=tuple(Variant(f, tuple(stamps), ids) for f, stamps, ids in json.loads(row[12])),
        facts={name: as_plain(value) for name, value in json.loads(row[13]).items()},
        game=game,
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
        printing.rarity,
        printing.illustrator,
        _json([(v.finish, v.stamps, v.marketplace_ids) for v in printing.variants]),
        _json(printing.facts),
    )


def card_set(row: tuple[Any, ...]) -> tuple[int, CardSet]:
    """One row of `SET_QUERY`: the set with its key."""
    key, id_, names, region, series, codes, printed_total, released, years, promo, assets = row
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
        asset_path=assets,
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
        card_set.asset_path,
    )


def _json(value: Mapping[str, Any] | Iterable[Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(LIST_SEPARATOR)) if text else ()


def _folded(texts: Iterable[str], fold: Fold) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f for text in texts if (f := fold(text))))
