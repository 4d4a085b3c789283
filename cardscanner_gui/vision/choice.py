"""Which outlines are cards, where several stand in each other's place."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cardscanner_gui.core.types import CARD_ASPECT, Corners
from cardscanner_gui.vision.decode import Proposal
from cardscanner_gui.vision.geometry import (
    aligned,
    covered,
    overlap,
    rectangle,
    size_of,
)
from cardscanner_gui.vision.second_look import SecondLook

_DWARFED = 0.6
"""Share of another's worth below which a proposal that it holds isn't worth a second look."""
_SAME_CARD = 0.5
"""Overlap of two proposals above which the better one speaks for both."""
_UNCLEAR, _SAME_GUESS = 0.2, 0.8
"""A better one of less clarity is a guess: it speaks only for what is nearly the same as itself."""
_HELD = 0.75
"""Share of an outline that lies in another when that one is said to hold it."""
_APART = 0.3
"""Overlap of two outlines up to which both may be cards."""
_SIZE_COUNTS = 0.5
_SCAN_ASPECT = 0.06
"""How far a picture's shape may be from a card's (as a logarithm) to be all card."""


@dataclass(frozen=True, eq=False)
class Settled:
    """A card after its second look, top-left corner first, in the reduced picture.

    Attributes:
        look: the second look.
        upright: how sure it is which way is up, 0 to 1.
        first_score: that of the first look, 0 to 1.
    """

    look: SecondLook
    upright: float
    first_score: float

    @property
    def corners(self) -> Corners:
        return self.look.corners

    @property
    def trust(self) -> float:
        """How far it is believed to be a card; a clear first look makes up for a dull second."""
        score = max(self.look.score, math.sqrt(self.first_score * self.look.score))
        return score * self.look.agreement

    @property
    def weight(self) -> float:
        """What decides between rivals: panels within a card are clear too, but much smaller."""
        return float(self.trust * size_of(self.corners) ** _SIZE_COUNTS)


def distinct(proposals: list[Proposal], limit: int) -> list[Proposal]:
    """The best of proposals that overlap, without those that are hardly worth a second look."""
    kept: list[Proposal] = []
    for proposal in sorted(proposals, key=lambda p: -p.worth):
        if not any(_speaks_for(k, proposal) for k in kept):
            kept.append(proposal)
    return [p for p in kept if not any(_dwarfs(k, p) for k in kept)][:limit]


def choose(
    settled: list[Settled], accepted: float, overlapping: float = _APART
) -> tuple[list[Settled], list[Settled]]:
    """The cards that are believed, and their rivals: those that stand where a better one is.

    Args:
        settled: cards after their second look.
        accepted: the least trust of a card.
        overlapping: how much two cards may overlap.
    """
    cards: list[Settled] = []
    rivals: list[Settled] = []
    for one in sorted(settled, key=lambda s: -s.weight):
        if one.trust < accepted:
            continue
        taken = any(_same_place(one.corners, card.corners, overlapping) for card in cards)
        (rivals if taken else cards).append(one)
    return cards, rivals


def alternatives(card: Corners, others: list[Corners]) -> list[Corners]:
    """Other outlines for the same card, each once, their corners in the card's order."""
    kept: list[Corners] = []
    for other in others:
        outline = aligned(other, card)
        if 0.25 < overlap(outline, card) < 0.9 and all(overlap(outline, k) < 0.9 for k in kept):
            kept.append(outline)
    return kept


def whole_picture(size: tuple[int, int], score: float) -> list[Proposal]:
    """The picture's own outline if it has a card's shape: on a scan there is no edge to see."""
    width, height = size
    tall, wide = width / height / CARD_ASPECT, height / width / CARD_ASPECT
    if min(abs(math.log(tall)), abs(math.log(wide))) > _SCAN_ASPECT:
        return []
    return [Proposal(rectangle(-0.5, -0.5, width - 0.5, height - 0.5), score)]


def _same_place(one: Corners, other: Corners, most: float) -> bool:
    """Whether only one of two outlines can be a card: they overlap, or one holds the other."""
    return overlap(one, other) > most or _held(one, other)


def _speaks_for(better: Proposal, other: Proposal) -> bool:
    same = _SAME_GUESS if better.clarity < _UNCLEAR else _SAME_CARD
    return overlap(better.corners, other.corners) >= same


def _dwarfs(one: Proposal, other: Proposal) -> bool:
    """Whether the second can be left out, as one holds the other and is far clearer.

    Panels of a card lose against the card, and a page against the cards in it. A slab and its card
    are both kept: which of them is meant takes a second look.
    """
    return other.worth < _DWARFED * one.worth and _held(one.corners, other.corners)


def _held(one: Corners, other: Corners) -> bool:
    return max(covered(one, other), covered(other, one)) > _HELD
