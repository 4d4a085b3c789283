"""How alike a card and a picture must be before that is called the card's picture.

The scores run differently for short fingerprints and for cards that are cut, so each has its own
bounds; docs/adr/0017 says where they come from.
"""

from __future__ import annotations

from typing import NamedTuple

from cardscanner_gui.catalogue.artwork.index import Resemblance
from cardscanner_gui.catalogue.artwork.same_art import CatalogueArt
from cardscanner_gui.core.look import SIDE


class Bounds(NamedTuple):
    """Least score, and least margin over the best different picture."""

    score: float
    margin: float


ALONE = Bounds(0.45, 0.16)
"""Among everything, when nothing was read that helps."""
FIRST = Bounds(0.33, 0.08)
"""Among everything too, when the most alike picture bears the name that was read: of thousands of
pictures that would hardly be one of these few by chance, also where the card's own isn't known."""
NAMED = Bounds(0.36, 0.08)
"""Among the printings of a name that was read, when all of them have a fingerprint."""
NAMED_IN_PART = Bounds(0.45, 0.10)
"""The same when some have none: the card's own may be one of those, and another drawing of the same
creature is more like it than a stranger."""
CUT_ALONE = Bounds(0.55, 0.16)
CUT_FIRST = Bounds(0.45, 0.10)
CUT_NAMED = Bounds(0.48, 0.10)
SHORT_ALONE = Bounds(0.70, 0.16)
SHORT_NAMED = Bounds(0.60, 0.08)
_FAR_BETTER = 0.05
"""A picture of another name that is so much more alike speaks against the name."""


def is_its_picture(
    found: Resemblance,
    art: CatalogueArt,
    *,
    overall: Resemblance | None = None,
    complete: bool = False,
) -> bool:
    """Whether the most alike picture is the card's own.

    That says which picture, not which printing: several may bear it, and the catalogue may know
    more of them than the index does (`same_art.may_share_art`). What the game says isn't told by
    its picture is never claimed by it alone.

    Args:
        found: what the card resembles.
        art: what the catalogue knows.
        overall: when `found` is only among the printings of a name that was read, what the card
            resembles among everything.
        complete: every printing of that name has a fingerprint.
    """
    if not found.printings:
        return False
    if overall is None:
        if not all(art.tells(one) for one in found.printings):
            return False
    elif overall.score - found.score >= _FAR_BETTER:
        return False
    elif found.printings[0] in overall.printings and _reaches(overall, _first(found)):
        return True
    return _reaches(found, _bounds(found, overall is not None, complete))


def _reaches(found: Resemblance, least: Bounds) -> bool:
    return found.score >= least.score and found.margin >= least.margin


def _first(found: Resemblance) -> Bounds:
    if found.cut:
        return CUT_FIRST
    return FIRST if found.side == SIDE else SHORT_NAMED


def _bounds(found: Resemblance, named: bool, complete: bool) -> Bounds:
    if found.cut:
        return CUT_NAMED if complete else CUT_ALONE
    if found.side != SIDE:
        return SHORT_NAMED if named else SHORT_ALONE
    if not named:
        return ALONE
    return NAMED if complete else NAMED_IN_PART
