"""What the catalogue knows about printings that bear the same picture."""

from __future__ import annotations

from collections.abc import Sequence

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.game import Game

_OF_ONE_TIME = 2
"""Years within which an entry that says neither artist nor attacks may bear another's picture: such
are cards of starter kits, which bear pictures of the sets beside which they are sold."""


def same_name(one: MatchRow, other: MatchRow) -> bool:
    """Whether they share a name in some language."""
    return not set(one.names).isdisjoint(other.names)


def may_share_art(one: MatchRow, other: MatchRow) -> bool:
    """Whether these may bear the same picture: name and illustrator agree, as far as is known.

    Now and then a holo printing and its plain one are listed under two illustrators, and some
    entries name none: then the phrases (attacks) tell, and where an entry has none of these either,
    whether both came out at about the same time. docs/adr/0023 has the figures.
    """
    if not same_name(one, other):
        return False
    if one.artist and other.artist:
        return one.artist == other.artist or _twins(one, other)
    phrases, others = _flat(one.phrases), _flat(other.phrases)
    if phrases and others:
        return not phrases.isdisjoint(others)
    return _years_apart(one, other) <= _OF_ONE_TIME


def abroad(
    bearers: Sequence[MatchRow], named: Sequence[MatchRow]
) -> tuple[list[MatchRow], list[MatchRow]]:
    """Of printings of other regions those that may bear the same picture, and those that don't.

    Cards of two regions have no name in common. But a picture has one illustrator, and a card that
    comes out in both has the same facts and as many phrases in each.

    Args:
        bearers: of the picture.
        named: printings of the name that was read.

    Returns:
        Those by a bearer's illustrator that agree with that bearer in all else, and those by none
        of the bearers' illustrators. Nothing where it isn't known who drew the picture.
    """
    artists = {row.artist for row in bearers}
    if not bearers or "" in artists:
        return [], []
    regions = {row.region for row in bearers}
    foreign = [row for row in named if row.artist and row.region not in regions]
    counterparts = [row for row in foreign if any(_counterparts(row, one) for one in bearers)]
    return counterparts, [row for row in foreign if row.artist not in artists]


def _counterparts(one: MatchRow, other: MatchRow) -> bool:
    """Whether they agree in everything that two regions' entries have in common."""
    return (
        one.artist == other.artist
        and len(one.phrases) == len(other.phrases) > 0
        and all(one.facts[name] == other.facts[name] for name in _comparable(one, other))
    )


def _comparable(one: MatchRow, other: MatchRow) -> list[str]:
    """The facts that both have and that no language changes."""
    return [
        name
        for name, fact in one.facts.items()
        if name in other.facts and isinstance(fact, int | str)
    ]


def _twins(one: MatchRow, other: MatchRow) -> bool:
    """Whether they are of one set and agree in everything that is printed but the number."""
    return (
        bool(one.phrases)
        and one.years == other.years
        and one.codes == other.codes
        and one.facts == other.facts
        and set(one.phrases) == set(other.phrases)
    )


def _years_apart(one: MatchRow, other: MatchRow) -> int:
    """0 also where it isn't known when one of them came out."""
    return min((abs(a - b) for a in one.years for b in other.years), default=0)


class CatalogueArt:
    """Answers by printing ids what the catalogue and its game know about pictures."""

    def __init__(self, catalogue: Catalogue, game: Game) -> None:
        self._catalogue = catalogue
        self._game = game
        self._rows: dict[str, MatchRow | None] = {}

    def __call__(self, one: str, other: str) -> bool:
        """False also where the catalogue doesn't have one of them."""
        first, second = self._row(one), self._row(other)
        return first is not None and second is not None and may_share_art(first, second)

    def tells(self, printing_id: str) -> bool:
        """Whether the picture alone tells this printing from other cards."""
        printing = self._catalogue.printing(printing_id)
        return printing is None or self._game.told_by_picture(printing)

    def _row(self, printing_id: str) -> MatchRow | None:
        if printing_id not in self._rows:
            found = self._catalogue.rows_by_id([printing_id])
            self._rows[printing_id] = found[0] if found else None
        return self._rows[printing_id]


def _flat(phrases: Sequence[tuple[str, ...]]) -> set[str]:
    return {form for phrase in phrases for form in phrase}
