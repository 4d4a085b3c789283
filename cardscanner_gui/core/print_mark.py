"""Small marks that tell copies of one printing apart, as a game's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cardscanner_gui.core.types import Box, Pixels, Printing


@dataclass(frozen=True, eq=False)
class PrintMark:
    """A mark in dark ink that copies of some finishes bear, such as that of a first edition.

    Attributes:
        finishes: of the copies that bear it.
        place: where it may stand on an upright card of this printing.
        draw: the mark in grey on white, at its size on a card so many pixels wide, with a margin.
        heart: the part of the drawing that nothing else on a card looks like.
    """

    finishes: frozenset[str]
    place: Callable[[Printing], Box]
    draw: Callable[[float], Pixels]
    heart: Box
