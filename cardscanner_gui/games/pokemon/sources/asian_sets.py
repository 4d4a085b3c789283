"""Sets of Asian cards, put together from several sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cardscanner_gui.core.catalogue import CardSet
from cardscanner_gui.core.text import fold, normalise_number
from cardscanner_gui.core.types import Printing
from cardscanner_gui.games.pokemon.facts import attacks, evolves_from
from cardscanner_gui.games.pokemon.sources.ptcg_sets import PROMO_NAMES

_ASIA = "asia-"


class AsianSets:
    """What comes first stays; what comes later for the same card fills its gaps.

    Two sets are the same when their code is, and when the cards under the same numbers are: codes
    are used anew, for another deck or in another country.

    Attributes:
        international: ids of the other sets, in lower case.
        left_out: sets that neither a code nor a name tells.
    """

    def __init__(self) -> None:
        self.international: set[str] = set()
        self.left_out: list[str] = []
        self._sets: dict[str, CardSet] = {}
        self._printings: dict[str, list[Printing]] = {}
        self._totals_told: set[str] = set()

    @property
    def size(self) -> int:
        """How many printings there are."""
        return sum(map(len, self._printings.values()))

    def pairs(self) -> Iterator[tuple[CardSet, Printing]]:
        """Every printing with its set, set by set."""
        for set_id, printings in self._printings.items():
            card_set = _with_promo_name(self._sets[set_id])
            for printing in printings:
                yield card_set, replace(printing, set_names=card_set.names)

    def start(self, card_set: CardSet, printings: Sequence[Printing]) -> None:
        """A set of the first source, as it is."""
        self._sets[card_set.id] = card_set
        self._printings.setdefault(card_set.id, []).extend(printings)

    def add(self, card_set: CardSet, printings: Sequence[Printing]) -> None:
        """A set of another source."""
        for known in self._alike(card_set):
            if _same_cards(self._printings[known.id], printings):
                self._merge(known, card_set, printings)
                return
        if not card_set.codes:
            self.left_out.append(f"{card_set.id} (a set without a code)")
            return
        free = self._free_id(card_set)
        own = replace(card_set, id=free)
        moved = [
            replace(one, id=free + one.id.removeprefix(card_set.id), set_id=free)
            for one in printings
        ]
        self.start(own, moved)

    def _alike(self, card_set: CardSet) -> list[CardSet]:
        """Sets with this code, or for one without a code, with one of its names."""
        if card_set.codes:
            return [one for one in self._sets.values() if set(one.codes) & set(card_set.codes)]
        names = {fold(name) for name in card_set.names.values()}
        return [
            one
            for one in self._sets.values()
            if names & {fold(name) for name in one.names.values()}
            and one.printed_total == card_set.printed_total
        ]

    def _free_id(self, card_set: CardSet) -> str:
        taken = self.international | {known.casefold() for known in self._sets}
        own = card_set.id
        if own.casefold() in self.international:  # DP1 and dp1 would be hard to tell
            own = _ASIA + own
        ids = [own]
        if card_set.printed_total is not None:
            ids.append(f"{card_set.codes[0]}-{card_set.printed_total:03d}")
        ids += [_ASIA + card_set.id, f"{own}-{'-'.join(card_set.names)}"]
        return next((one for one in ids if one.casefold() not in taken), ids[-1])

    def _merge(self, known: CardSet, other: CardSet, printings: Sequence[Printing]) -> None:
        here = self._printings[known.id]
        total = known.printed_total
        # A count of the set can be wrong; what each card bears isn't, and the first who says it
        # is believed.
        if other.printed_total is not None and known.id not in self._totals_told:
            self._totals_told.add(known.id)
            total = other.printed_total
        moved = [
            replace(one, printed_total=total) if one.printed_total is not None else one
            for one in here
        ]
        self._printings[known.id] = _filled(moved, known, printings)
        self._sets[known.id] = replace(
            known,
            names=_more(known.names, other.names),
            series=known.series or other.series,
            printed_total=total,
        )


def _filled(here: Sequence[Printing], owner: CardSet, others: Iterable[Printing]) -> list[Printing]:
    """The printings of a set, with what another source knows of them, and those it has more."""
    result = list(here)
    by_number = {normalise_number(one.number): at for at, one in enumerate(here) if one.number}
    named: dict[str, int] = {}
    for at, one in enumerate(here):
        named.update((fold(name), at) for name in one.names.values())
    ids = {one.id.casefold() for one in here}
    for other in others:
        if other.number:
            same = by_number.get(normalise_number(other.number))
        else:
            folded = (fold(name) for name in other.names.values())
            same = next((named[name] for name in folded if name in named), None)
        if same is not None:
            if _agree(result[same], other) is not False:
                result[same] = _fill(result[same], other)
            continue
        own_id = owner.id + other.id.removeprefix(other.set_id)
        if own_id.casefold() not in ids:
            ids.add(own_id.casefold())
            total = owner.printed_total if other.printed_total is not None else None
            result.append(
                replace(
                    other,
                    id=own_id,
                    set_id=owner.id,
                    set_code=owner.codes[0] if owner.codes else None,
                    series=owner.series,
                    printed_total=total,
                )
            )
    return result


def _same_cards(here: Iterable[Printing], others: Iterable[Printing]) -> bool:
    """Whether at least as many of the same number agree as don't."""
    by_number: dict[str, Printing] = {
        normalise_number(one.number): one for one in here if one.number
    }
    said: dict[bool, int] = defaultdict(int)
    for other in others:
        known = by_number.get(normalise_number(other.number)) if other.number else None
        agree = None if known is None else _agree(known, other)
        if agree is not None:
            said[agree] += 1
    return said[True] >= said[False]


def _agree(one: Printing, other: Printing) -> bool | None:
    """Whether two are the same card: a name in a common language, what kind it is, its HP."""
    for language in one.names.keys() & other.names.keys():
        a, b = fold(one.names[language]), fold(other.names[language])
        if a in b or b in a:
            return True
    for fact in ("category", "hp"):
        known = one.facts.get(fact), other.facts.get(fact)
        if None not in known and known[0] != known[1]:
            return False
    return True if "hp" in one.facts and "hp" in other.facts else None


def _fill(one: Printing, other: Printing) -> Printing:
    facts = {**other.facts, **one.facts}
    if origin := {**evolves_from(other), **evolves_from(one)}:
        facts["evolves_from"] = origin
    if known := _texts(attacks(one), attacks(other)):
        facts["attacks"] = known
    return replace(
        one,
        names=_more(one.names, other.names),
        rarity=one.rarity or other.rarity,
        illustrator=one.illustrator or other.illustrator,
        facts=facts,
    )


def _more(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Texts by language, with those that the other has more behind them."""
    return {**one, **{language: text for language, text in other.items() if language not in one}}


def _texts(
    here: Sequence[Mapping[str, str]], others: Sequence[Mapping[str, str]]
) -> tuple[Mapping[str, str], ...]:
    """Each attack in the languages of both, where both list as many."""
    if not here or len(here) != len(others):
        return tuple(here or others)
    return tuple({**other, **one} for one, other in zip(here, others, strict=True))


def _with_promo_name(card_set: CardSet) -> CardSet:
    name = PROMO_NAMES.get(card_set.id)
    if name is None or "ja" in card_set.names:
        return card_set
    return replace(card_set, names={"ja": name, **card_set.names})
