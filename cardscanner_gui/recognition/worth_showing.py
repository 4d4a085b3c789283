"""Which outlines of a picture go to the user, once everything that can be read was read.

An outline on which nothing could be read may be a card under glare, which the user names by hand;
it may as well be a shoe, an empty pocket or a frame within another card's art. What lies around it
tells.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cardscanner_gui.core.types import Corners
from cardscanner_gui.recognition.card_progress import CardProgress
from cardscanner_gui.vision.artwork import cut_by_edge
from cardscanner_gui.vision.geometry import area, covered
from cardscanner_gui.vision.grid import missing_cells
from cardscanner_gui.vision.texture import textured

_WITHIN = 0.7
"""Share of an outline that lies in another when it is said to be a part of it."""
_IN_CELL, _OF_CELL = 0.65, 0.35
"""Shares of an outline in a cell of the page's grid, and of the cell in it, from which on it is the
card of that pocket; the picture's edge may cut it."""
_CELL_SEEN = 0.3
_EMPTY = 0.7
"""A pocket with so much less on it than the page's cards have, in the median, is empty."""
_SMALL = 0.02
"""Share of the picture below which an outline that says nothing is no card that was meant."""


def worth_showing(cards: Sequence[CardProgress], size: tuple[int, int]) -> list[CardProgress]:
    """The cards of a picture of `size` (width, height), in their order, without what is none."""
    named = [card for card in cards if card.settled]
    shown = [card for card in cards if card.settled or not _part_of(card, named)]
    told = [card for card in shown if card.looks_like_a_card]
    if not told:
        return _largest(shown, size)
    page = _Page(told, size)
    return [card for card in shown if card.looks_like_a_card or page.has_room_for(card)]


class _Page:
    """Cards that were told, as a grid that may hold others."""

    def __init__(self, told: Sequence[CardProgress], size: tuple[int, int]) -> None:
        whole = [q for card in told if cut_by_edge(q := _corners(card), *size) is None]
        self._free = missing_cells(whole, size, _CELL_SEEN)
        self._usual = float(np.median([textured(card.image.pixels) for card in told]))

    def has_room_for(self, card: CardProgress) -> bool:
        """Whether a pocket is just there, and something is in it."""
        own = _corners(card)
        if not any(_is_in(own, cell) for cell in self._free):
            return False
        return textured(card.image.pixels) > _EMPTY * self._usual


def _is_in(outline: Corners, cell: Corners) -> bool:
    return covered(outline, cell) > _IN_CELL and covered(cell, outline) > _OF_CELL


def _part_of(card: CardProgress, named: Sequence[CardProgress]) -> bool:
    """Whether it lies in a named card, such as a frame in its art, or around it, as its slab."""
    own = _corners(card)
    return any(
        max(covered(own, _corners(other)), covered(_corners(other), own)) > _WITHIN
        for other in named
    )


def _largest(cards: Sequence[CardProgress], size: tuple[int, int]) -> list[CardProgress]:
    """Where nothing tells, one outline is shown, to be named by hand."""
    least = _SMALL * size[0] * size[1]
    large = [card for card in cards if area(_corners(card)) >= least]
    return sorted(large, key=lambda card: -area(_corners(card)))[:1]


def _corners(card: CardProgress) -> Corners:
    return card.image.corners
