"""What a card's look says of the printings in one catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from cardscanner_gui.catalogue.artwork.claims import FIRST, is_its_picture
from cardscanner_gui.catalogue.artwork.index import ArtworkIndex, Resemblance
from cardscanner_gui.catalogue.artwork.same_art import CatalogueArt, abroad, may_share_art
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.evidence import Artwork
from cardscanner_gui.core.game import Game
from cardscanner_gui.core.look import SIDE, Look

UNLIKE = 0.12
"""A card whose picture is among those that it is compared with is always more alike than this, also
under glare; docs/adr/0023 says where it comes from."""
_FAR_BEHIND = 0.2
"""By so much no other picture is more alike than the card's own, where that is known."""
_ANOTHER_PICTURE = 0.1
"""Under this cosine of their fingerprints two printings of one name by one artist bear different
pictures; stamped promos of one drawing lie between 0.2 and 0.3."""
_LIKELY = 3
"""So many pictures may lend a card their names."""
_MOST_NAMED = 400
"""Names with more printings are too common to say that the card is none of them."""


OwnCards = Callable[[], tuple[tuple[str, bytes], ...]]
"""Gives the user's confirmed cards: printing ids with fingerprints; the same object while they are
the same."""


class Resembling:
    """Compares looks with the fingerprints of one catalogue's printings. For one thread.

    It remembers what the last look resembles: the same card is matched several times while more
    and more of its text is read.

    The user's own cards are further references. They say what a printing looks like under one lamp,
    so they speak for it, and never against a card that looks otherwise: `Artwork.known` leaves them
    out.
    """

    def __init__(
        self,
        index: ArtworkIndex,
        catalogue: Catalogue,
        game: Game,
        own: OwnCards = tuple,
    ) -> None:
        self._printings = self._index = index
        self._catalogue = catalogue
        self._art = CatalogueArt(catalogue, game)
        self._known = index.printings
        self._own_cards = own
        self._taken: tuple[tuple[str, bytes], ...] = ()
        self._own: frozenset[str] = frozenset()
        self._last: Look | None = None
        self._overall: tuple[Resemblance, ...] = ()

    def artwork(self, look: Look, named: Sequence[MatchRow]) -> Artwork | None:
        """What the look says; None when that is nothing.

        Args:
            look: of the card.
            named: all printings of the names that were read; none when no name was.
        """
        found = self._claimed(look, named)
        if found is None:
            unlike = self._unlike(look, named)
            return Artwork(known=self._known, unlike=unlike) if unlike else None
        if found.likenesses[0].turned:
            return None  # it is read upside down: what it says is for the other hypothesis
        bearers = self._bearers(found.printings, named)
        counterparts, others = abroad(bearers, named)
        return Artwork(
            tuple(row.id for row in bearers),
            tuple(row.key for row in bearers),
            self._known,
            names=frozenset((row.region, name) for row in bearers for name in row.names),
            abroad=frozenset(row.id for row in counterparts),
            drawn_by_others=frozenset(row.id for row in others),
        )

    def not_its_own(self, look: Look, row: MatchRow) -> Artwork | None:
        """That the card bears another picture than this printing's; None when nobody can say."""
        if look.cut is not None or row.id not in self._known or not self._art.tells(row.id):
            return None
        own = _best_of(self._index.nearest(look, among=frozenset((row.id,)), same_art=self._art))
        others = [one for one in self._among_all(look) if row.id not in one.printings]
        best = _best_of(others) if others else own
        behind = best >= FIRST.score and best - own >= _FAR_BEHIND
        unlike = frozenset((row.id,)) if own < UNLIKE or behind else frozenset[str]()
        return Artwork(known=self._known, unlike=unlike) if unlike else None

    @property
    def knows_any(self) -> bool:
        """Whether there is anything to compare with."""
        return bool(len(self._printings) or self._own_cards())

    def rests_on_own(self, look: Look, named: Sequence[MatchRow]) -> bool:
        """Whether the look is that of a card which the user confirmed."""
        found = self._claimed(look, named)
        return found is not None and not self._own.isdisjoint(found.printings)

    def likely(self, look: Look) -> list[MatchRow]:
        """Printings of the few pictures that it resembles most, if that is worth a thought."""
        ids = [
            one
            for found in self._among_all(look)
            if found.side == SIDE
            for likeness in found.likenesses[:_LIKELY]
            if likeness.score >= FIRST.score and not likeness.turned
            for one in likeness.printings
        ]
        return self._catalogue.rows_by_id(ids)

    def upside_down(self, look: Look) -> bool:
        """Whether the look is clearly that of a card which stands on its head."""
        found = self._claimed(look, ())
        return found is not None and found.likenesses[0].turned

    def _claimed(self, look: Look, named: Sequence[MatchRow]) -> Resemblance | None:
        """The resemblance whose first picture is the card's own."""
        overall = self._among_all(look)
        ids = frozenset(row.id for row in named)
        complete = ids <= self._known
        among = list(self._found(look, ids)) if ids else []
        for found in overall:
            if is_its_picture(found, self._art):
                return self._told(found)
        by_kind = {(one.side, one.cut): one for one in overall}
        for found in among:
            whole = by_kind.get((found.side, found.cut))
            if whole and is_its_picture(found, self._art, overall=whole, complete=complete):
                return self._told(found)
        return None

    def _told(self, found: Resemblance) -> Resemblance | None:
        """It, unless one of those is a card that isn't told by its picture."""
        return found if all(self._art.tells(one) for one in found.printings) else None

    def _among_all(self, look: Look) -> tuple[Resemblance, ...]:
        if self._last is not look:
            self._take_in_own()
            self._overall = tuple(self._found(look, None))
            self._last = look
        return self._overall

    def _take_in_own(self) -> None:
        """Follow what the user says of cards."""
        own = self._own_cards()
        if own is not self._taken:
            ids = {row.id for row in self._catalogue.rows_by_id([one for one, _ in own])}
            fitting = [pair for pair in own if pair[0] in ids]
            self._index = self._printings.with_own(fitting)
            self._taken, self._own = own, frozenset(ids)

    def _found(self, look: Look, among: frozenset[str] | None) -> Iterator[Resemblance]:
        yield from self._index.nearest(look, among=among, same_art=self._art)
        cut = self._index.nearest_of_cut(look, among=among, same_art=self._art)
        if cut is not None:
            yield cut

    def _unlike(self, look: Look, named: Sequence[MatchRow]) -> frozenset[str]:
        """All printings that were named, if their pictures are known and it is none of them."""
        ids = frozenset(row.id for row in named)
        if look.cut is not None or not 0 < len(ids) <= _MOST_NAMED or not ids <= self._known:
            return frozenset()
        found = self._index.nearest(look, among=ids, same_art=self._art)
        alike = any(one.side != SIDE or one.score >= UNLIKE for one in found)
        told = all(self._art.tells(one) for one in ids)
        return frozenset() if alike or not told else ids

    def _bearers(self, found: Sequence[str], named: Sequence[MatchRow]) -> list[MatchRow]:
        """What resembles it, and what may bear the same picture by what the catalogue knows."""
        rows = {row.id: row for row in self._catalogue.rows_by_id(found)}
        bearers = {one: rows[one] for one in found if one in rows}
        kin = [
            row
            for row in self._of_these_names(list(bearers.values()))
            if any(may_share_art(row, one) for one in rows.values())
            and not _names_only_others(row, rows.values(), named)
        ]
        likeness = self._index.alike(found[0], [row.id for row in kin])
        for row in kin:
            if likeness.get(row.id, 1.0) >= _ANOTHER_PICTURE:
                bearers.setdefault(row.id, row)
        return list(bearers.values())

    def _of_these_names(self, rows: Sequence[MatchRow]) -> list[MatchRow]:
        names = {name for row in rows for name in row.names}
        keys = {key for name in names for key in self._catalogue.keys_by_name(name)}
        return sorted(self._catalogue.rows(keys), key=lambda row: row.key)


def _best_of(found: Iterable[Resemblance]) -> float:
    """The best score of all looks at the whole card."""
    return max((one.score for one in found if one.side == SIDE and not one.cut), default=1.0)


def _names_only_others(
    row: MatchRow, bearers: Iterable[MatchRow], named: Sequence[MatchRow]
) -> bool:
    """Whether the name that was read is a bearer's and not this one's, which is of another region.

    Within a region an entry may lack the name in a language in which the card was printed.
    """
    ids = {one.id for one in named}
    return row.id not in ids and any(one.id in ids and one.region != row.region for one in bearers)
