"""Looking again at each proposal, brought upright to the middle of the network's canvas.

There a card always has the size and pose that the network knows best, so its corners come out more
exact and its score tells more than at first sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cardscanner_gui.core.types import Corners
from cardscanner_gui.vision.decode import decode
from cardscanner_gui.vision.geometry import (
    Matrix,
    centred_card,
    homography,
    inverse,
    is_convex,
    overlap,
    project,
)
from cardscanner_gui.vision.network import CornerNetwork
from cardscanner_gui.vision.pyramid import Pyramid

_SIDE = 192
_BATCH = 8


@dataclass(frozen=True, eq=False)
class Look:
    """What a second look gave.

    Attributes:
        corners: in the reduced picture.
        score: of the card's middle, 0 to 1.
        agreement: overlap of what was expected and what was seen, 0 to 1.
        others: further outlines seen at the same place.
    """

    corners: Corners
    score: float
    agreement: float
    others: tuple[Corners, ...] = ()

    @property
    def trust(self) -> float:
        return self.score * self.agreement


def look_again(
    network: CornerNetwork,
    pyramid: Pyramid,
    outlines: Sequence[Corners],
    fills: Sequence[float],
) -> list[Look | None]:
    """The best of several looks for each outline; None where nothing is seen any more.

    Args:
        network: sees corners.
        pyramid: the picture.
        outlines: in the reduced picture, top-left first.
        fills: how much of the canvas the card fills in each look.
    """
    jobs = [(index, fill) for index in range(len(outlines)) for fill in fills]
    best: list[Look | None] = [None] * len(outlines)
    for start in range(0, len(jobs), _BATCH):
        part = jobs[start : start + _BATCH]
        expected = [centred_card(_SIDE, _SIDE, fill) for _, fill in part]
        matrices = [homography(outlines[i], q) for (i, _), q in zip(part, expected, strict=True)]
        canvases = np.stack(
            [
                pyramid.card_view(outlines[i], q, matrix, (_SIDE, _SIDE))
                for (i, _), q, matrix in zip(part, expected, matrices, strict=True)
            ]
        )
        seen = network.look(canvases)
        for (index, _), q, matrix, maps in zip(part, expected, matrices, seen, strict=True):
            looks = [
                Look(p.corners, p.score, overlap(p.corners, q))
                for p in decode(maps, 0.1, limit=3, different=0.8)
            ]
            look = _back(looks, inverse(matrix))
            old = best[index]
            if look is not None and (old is None or look.trust > old.trust):
                best[index] = look
    return best


def _back(looks: list[Look], matrix: Matrix) -> Look | None:
    """The best look, its outlines taken back to the picture."""
    if not looks:
        return None
    looks = sorted(looks, key=lambda look: -look.score * (0.2 + look.agreement))
    outlines = [project(matrix, look.corners) for look in looks]
    if not is_convex(outlines[0]):
        return None
    others = tuple(
        q for q, look in zip(outlines[1:], looks[1:], strict=True) if look.agreement > 0.3
    )
    return Look(outlines[0], looks[0].score, looks[0].agreement, others)
