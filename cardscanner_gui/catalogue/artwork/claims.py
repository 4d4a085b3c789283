"""How alike a card and a picture must be before that is called the card's picture.

The scores run differently for short fingerprints and for cards that are cut, so each has its own
bounds; `benchmarks/artwork.py` and docs/adr/0017 say where they come from.
"""

from __future__ import annotations

from typing import NamedTuple

from cardscanner_gui.catalogue.artwork.index import Resemblance
from cardscanner_gui.core.look import SIDE


class Bounds(NamedTuple):
    """Least score, and least margin over the best different picture."""

    score: float
    margin: float


ALONE = Bounds(0.45, 0.05)
"""Among everything, when nothing was read that helps."""
NAMED = Bounds(0.36, 0.08)
"""Among the printings of the name that was read."""
CUT_ALONE = Bounds(0.55, 0.08)
CUT_NAMED = Bounds(0.48, 0.10)
SHORT_ALONE = Bounds(0.70, 0.08)
SHORT_NAMED = Bounds(0.60, 0.08)


def bounds(resemblance: Resemblance, *, named: bool) -> Bounds:
    """What this resemblance must reach; `named`: only printings of a name read were compared."""
    if resemblance.cut:
        return CUT_NAMED if named else CUT_ALONE
    if resemblance.side != SIDE:
        return SHORT_NAMED if named else SHORT_ALONE
    return NAMED if named else ALONE


def is_its_picture(resemblance: Resemblance, *, named: bool = False) -> bool:
    """Whether the most alike picture is the card's own.

    That says which picture, not which printing: several may bear it, and the catalogue may know
    more of them than the index does (`same_art.may_share_art`).
    """
    least = bounds(resemblance, named=named)
    return resemblance.score >= least.score and resemblance.margin >= least.margin
