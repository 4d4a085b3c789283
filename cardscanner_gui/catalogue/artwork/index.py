"""Which printings' pictures does a card resemble? One small file of fingerprints answers that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from cardscanner_gui.catalogue.artwork.section import Numbers, Section
from cardscanner_gui.core.look import FINGERPRINT_BYTES, SIDE, Bits, Floats, Look

_POOL = 128
"""So many are compared exactly; the right one was among the first twenty whenever it was seen."""
_RANKED = 48
"""So many of them are sorted by picture."""
_ONE_PICTURE = 0.5
"""Whitened cosine of two fingerprints from which on they are taken for one picture."""
_ONE_PICTURE_OF_KIN = 0.2
"""The same where the catalogue says that name and illustrator agree."""

SameArt = Callable[[str, str], bool]
"""Whether the catalogue says of two printings, by their ids, that they bear the same picture."""


@dataclass(frozen=True)
class Likeness:
    """One picture that a card resembles.

    Attributes:
        printings: that bear it and are in the index, the most alike first.
        score: how alike they are; at most 1, under 0.4 nothing worth a thought.
        turned: it is so when the card is looked at upside down.
    """

    printings: tuple[str, ...]
    score: float
    turned: bool = False


@dataclass(frozen=True)
class Resemblance:
    """The pictures a card resembles, the most alike first.

    Attributes:
        side: length of the fingerprints that were compared, `SIDE` or `SHORT_SIDE`.
        cut: only the part of a cut card was compared that is in the picture; scores run higher.
    """

    likenesses: tuple[Likeness, ...] = ()
    side: int = SIDE
    cut: bool = False

    @property
    def score(self) -> float:
        """Of the most alike; 0 when there is none."""
        return self.likenesses[0].score if self.likenesses else 0.0

    @property
    def margin(self) -> float:
        """How much more alike the first is than the best different picture."""
        second = self.likenesses[1].score if len(self.likenesses) > 1 else 0.0
        return self.score - max(0.0, second)

    @property
    def printings(self) -> tuple[str, ...]:
        """Those that bear the most alike picture; empty when there is none."""
        return self.likenesses[0].printings if self.likenesses else ()


@dataclass(frozen=True, eq=False)
class ArtworkIndex:
    """Fingerprints of printings. Safe to use from any thread.

    Attributes:
        sections: by the length of their fingerprints, the longest first.
        catalogue: digest of the catalogue whose printings they were made for; another catalogue
            uses what it knows of it.
        state: of the store it was made from.
    """

    sections: tuple[Section, ...]
    catalogue: str = ""
    state: str = ""

    @classmethod
    def of(cls, fingerprints: Iterable[tuple[str, bytes]], catalogue: str = "") -> ArtworkIndex:
        """An index of printing ids with fingerprints, of which some may be short ones.

        A short one is left out where the printing has a long one.
        """
        pairs = sorted(fingerprints, key=lambda pair: len(pair[1]), reverse=True)
        sections: list[Section] = []
        known: set[str] = set()
        for size, group in groupby(pairs, key=lambda pair: len(pair[1])):
            new = [pair for pair in group if pair[0] not in known]
            known.update(one for one, _ in new)
            side = round((4 * size) ** 0.5)
            if new:
                sections.append(Section.of(side, [one for one, _ in new], _packed(new, size)))
        return cls(tuple(sections), catalogue)

    def __len__(self) -> int:
        return sum(len(section) for section in self.sections)

    def __contains__(self, printing_id: str) -> bool:
        return any(printing_id in section.positions for section in self.sections)

    @property
    def printings(self) -> frozenset[str]:
        """Ids of all printings that have a fingerprint."""
        return frozenset(one for section in self.sections for one in section.ids)

    def alike(self, printing_id: str, others: Collection[str]) -> dict[str, float]:
        """How like its fingerprint others' are, -1 to 1; what can't be compared is absent."""
        section = next((one for one in self.sections if printing_id in one.positions), None)
        if section is None:
            return {}
        known = [one for one in others if one in section.positions]
        numbers = [section.positions[one][0] for one in (printing_id, *known)]
        cosines = section.alike(np.array(numbers, np.intp))[0, 1:]
        return dict(zip(known, cosines.tolist(), strict=True))

    def with_own(self, pairs: Sequence[tuple[str, bytes]]) -> ArtworkIndex:
        """The same index with the user's own confirmed cards as further references.

        Args:
            pairs: printing ids with the fingerprints of cards that the user confirmed as such.
        """
        own = [pair for pair in pairs if len(pair[1]) == FINGERPRINT_BYTES]
        if not own:
            return self
        ids, packed = [one for one, _ in own], _packed(own, FINGERPRINT_BYTES)
        if not self.sections or self.sections[0].side != SIDE:
            return replace(self, sections=(Section.of(SIDE, ids, packed), *self.sections))
        return replace(self, sections=(self.sections[0].with_more(ids, packed), *self.sections[1:]))

    def nearest(
        self,
        look: Look,
        *,
        among: Collection[str] | None = None,
        without: Collection[str] = (),
        same_art: SameArt | None = None,
        limit: int = 8,
    ) -> tuple[Resemblance, ...]:
        """The pictures a card resembles, for each length of fingerprints there is.

        Args:
            look: of the card.
            among: only these printings, such as all of a name that was read.
            without: as if these were not in the index.
            same_art: what the catalogue knows; by the fingerprints alone, a holo and a plain
                printing of one drawing now and then look like different pictures.
            limit: so many pictures at most.
        """
        found: list[Resemblance] = []
        for section in self.sections:
            views = look.views[section.side]
            numbers = _allowed(section, among, without)
            if numbers is None:
                numbers = section.closest(views, _POOL + _positions(section, without).size)
                numbers = np.setdiff1d(numbers, _positions(section, without))
            if numbers.size:
                scores, turned = section.likeness(views, numbers)
                ranked = _ranked(section, numbers, scores, turned, same_art, limit)
                found.append(Resemblance(ranked, section.side))
        return tuple(found)

    def nearest_of_cut(
        self,
        look: Look,
        *,
        among: Collection[str] | None = None,
        without: Collection[str] = (),
        same_art: SameArt | None = None,
        limit: int = 8,
    ) -> Resemblance | None:
        """The same by what the picture's edge leaves of a cut card; None where it cuts none."""
        if look.cut is None or not self.sections or self.sections[0].side != SIDE:
            return None
        section = self.sections[0]
        numbers = _allowed(section, among, without)
        if numbers is None:
            numbers = section.closest_of_cut(look.cut, _POOL + _positions(section, without).size)
            numbers = np.setdiff1d(numbers, _positions(section, without))
        if not numbers.size:
            return None
        scores, turned = section.likeness_of_cut(look.cut, numbers)
        return Resemblance(
            _ranked(section, numbers, scores, turned, same_art, limit), SIDE, cut=True
        )


def _allowed(
    section: Section, among: Collection[str] | None, without: Collection[str]
) -> Numbers | None:
    """The fingerprints that may be compared; None where all may, which are too many."""
    if among is None:
        return None
    return _positions(section, set(among).difference(without))


def _positions(section: Section, ids: Collection[str]) -> Numbers:
    found = [position for one in ids for position in section.positions.get(one, ())]
    return np.array(sorted(found), np.intp)


def _ranked(
    section: Section,
    numbers: Numbers,
    scores: Floats,
    turned: npt.NDArray[np.bool_],
    same_art: SameArt | None,
    limit: int,
) -> tuple[Likeness, ...]:
    """The best first, those that bear one picture put together."""
    order = np.argsort(-scores, kind="stable")[:_RANKED]
    ids = [section.ids[number] for number in numbers[order]]
    alike = section.alike(numbers[order])
    left = list(range(len(order)))
    found: list[Likeness] = []
    while left and len(found) < limit:
        first = left[0]
        group = {place for place in left if _one_picture(first, place, ids, alike, same_art)}
        printings = dict.fromkeys(ids[place] for place in left if place in group)
        best = order[first]
        found.append(Likeness(tuple(printings), float(scores[best]), bool(turned[best])))
        left = [place for place in left if place not in group]
    return tuple(found)


def _one_picture(
    one: int, other: int, ids: Sequence[str], alike: Floats, same_art: SameArt | None
) -> bool:
    """Whether two bear the same picture: by their fingerprints, or by the catalogue as well."""
    likeness = alike[one, other]
    if one == other or likeness > _ONE_PICTURE:
        return True
    if same_art is None or likeness < _ONE_PICTURE_OF_KIN:
        return False
    return same_art(ids[one], ids[other])


def _packed(pairs: Sequence[tuple[str, bytes]], size: int) -> Bits:
    return np.frombuffer(b"".join(bits for _, bits in pairs), np.uint8).reshape(-1, size)
