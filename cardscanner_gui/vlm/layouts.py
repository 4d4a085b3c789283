"""Which parts of a card go into which tile. Data, so that `models bench --photos` can compare them.

A whole card squeezed into one 512 x 512 tile leaves a collector number about 8 pixels high; a tile
made of enlarged strips keeps the tile's standard size and shows the same number four times larger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cardscanner_gui.core.types import WHOLE_CARD, Box


@dataclass(frozen=True)
class Patch:
    """A region of the card and where it goes in the tile, both as fractions."""

    source: Box
    target: Box


@dataclass(frozen=True)
class Layout:
    """The tiles that are made of one card, each a list of patches; `split` tiles the card instead.

    Attributes:
        split: cut the card into a grid of tiles plus the whole, as the model's processor does.
    """

    name: str
    tiles: tuple[tuple[Patch, ...], ...] = ()
    split: bool = False


_WHOLE_TILE = (Patch(WHOLE_CARD, WHOLE_CARD),)
_STRIPS_TILE = (
    Patch(Box(0.02, 0.02, 0.98, 0.135), Box(0.0, 0.0, 1.0, 0.2)),
    Patch(Box(0.05, 0.135, 0.95, 0.88), Box(0.0, 0.2, 1.0, 0.5)),
    Patch(Box(0.02, 0.915, 0.4, 0.99), Box(0.0, 0.5, 1.0, 0.75)),
    Patch(Box(0.6, 0.915, 0.98, 0.99), Box(0.0, 0.75, 1.0, 1.0)),
)
_SMALL_PRINT_TILE = (
    Patch(Box(0.02, 0.86, 0.35, 0.99), Box(0.0, 0.0, 1.0, 1 / 3)),
    Patch(Box(0.33, 0.86, 0.67, 0.99), Box(0.0, 1 / 3, 1.0, 2 / 3)),
    Patch(Box(0.65, 0.86, 0.98, 0.99), Box(0.0, 2 / 3, 1.0, 1.0)),
)

_QUARTERS = tuple(
    (Patch(Box(left, top, left + 0.5, top + 0.5), WHOLE_CARD),)
    for top in (0.0, 0.5)
    for left in (0.0, 0.5)
)

WHOLE = Layout("whole", (_WHOLE_TILE,))
STRIPS = Layout("strips", (_STRIPS_TILE,))
WHOLE_AND_PRINT = Layout("whole+print", (_WHOLE_TILE, _SMALL_PRINT_TILE))
QUARTERS = Layout("quarters", _QUARTERS)
SPLIT = Layout("split", split=True)
LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout for layout in (WHOLE, STRIPS, WHOLE_AND_PRINT, QUARTERS, SPLIT)
}
