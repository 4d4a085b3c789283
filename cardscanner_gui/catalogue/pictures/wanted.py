"""Which printings' pictures are wanted, and where the asset server keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.catalogue import CardSet, MatchRow
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import ASIA

PICTURE_BYTES = 19_000
"""Of a small picture, in the middle."""
_ENGLISH_FIRST = ("en", "fr", "de", "es", "it", "pt")
_JAPANESE_FIRST = ("ja", "zh-tw", "zh-cn", "ko", "th", "id")
"""Which language's picture stands for a printing: the art is the same in all."""
_MOST_LANGUAGES = 2
"""So many are asked for at most where nobody says what the server has."""

Listing = Mapping[str, Any]
"""What the server says it has: by language, series, set and number."""


@dataclass(frozen=True)
class Wanted:
    """What the user asked for.

    Attributes:
        sets: ids of sets or their codes, in any case; None means all.
        printings: only these ids, such as a card's candidates; empty means whole sets.
        languages: whose pictures are preferred, the best first; others follow.
    """

    sets: tuple[str, ...] | None = None
    printings: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class PrintingPicture:
    """One picture to be fetched: the paths where it may lie, the best first."""

    printing_id: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class PictureSet:
    """The pictures of one set that are to be fetched."""

    id: str
    name: str
    pictures: tuple[PrintingPicture, ...]


def wanted_sets(catalogue: Catalogue, wanted: Wanted) -> list[CardSet]:
    """The sets that are asked for, the newest first.

    Raises:
        CatalogueError: the catalogue has no such set.
    """
    sets = catalogue.sets()
    if wanted.printings:
        ids = {row_set(catalogue, one) for one in wanted.printings}
        sets = [card_set for card_set in sets if card_set.id in ids]
    elif wanted.sets is not None:
        asked = {name.casefold(): name for name in wanted.sets}
        chosen: list[CardSet] = []
        for card_set in sets:
            names = {card_set.id.casefold(), *(code.casefold() for code in card_set.codes)}
            if not names.isdisjoint(asked):
                chosen.append(card_set)
        known = {name.casefold() for one in chosen for name in (one.id, *one.codes)}
        if missing := [name for key, name in asked.items() if key not in known]:
            raise CatalogueError(f"The catalogue has no set {', '.join(missing)}.")
        sets = chosen
    return sorted(sets, key=lambda card_set: card_set.released or "", reverse=True)


def row_set(catalogue: Catalogue, printing_id: str) -> str | None:
    """The set of a printing; None when the catalogue doesn't have it."""
    printing = catalogue.printing(printing_id)
    return printing.set_id if printing is not None else None


def pictures_of(
    card_set: CardSet, rows: Iterable[MatchRow], languages: Sequence[str], without: Collection[str]
) -> list[PrintingPicture]:
    """The pictures of these printings of a set, where they lie in the languages' order.

    Without those of `without`, and none where nobody knows the place.
    """
    if card_set.asset_path is None:
        return []
    return [
        PrintingPicture(
            row.id,
            tuple(
                f"{language}/{card_set.asset_path}/{row.id.removeprefix(f'{card_set.id}-')}"
                for language in _languages(row, languages)
            ),
        )
        for row in rows
        if row.id not in without
    ]


def address(path: str) -> str:
    """The part of the address after the server's, of the small picture at a path."""
    return f"{quote(path)}/low.webp"


def listed(picture: PrintingPicture, listing: Listing | None) -> PrintingPicture:
    """The same with only the paths that the server lists; without a listing, with the likeliest."""
    if listing is None:
        return PrintingPicture(picture.printing_id, picture.paths[:_MOST_LANGUAGES])
    return PrintingPicture(picture.printing_id, tuple(p for p in picture.paths if _has(listing, p)))


def _has(listing: Listing, path: str) -> bool:
    found: object = listing
    for part in path.split("/", 3):
        found = found.get(part) if isinstance(found, Mapping) else None
    return bool(found)


def _languages(row: MatchRow, preferred: Sequence[str]) -> list[str]:
    """Languages in which there is such a card, those first whose picture is wanted most."""
    usual = _JAPANESE_FIRST if row.region == ASIA else _ENGLISH_FIRST
    order = [*preferred, *usual, *row.languages]
    return [one for one in dict.fromkeys(order) if one in row.languages]
