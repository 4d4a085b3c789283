"""Looking again at each proposal, brought upright to the middle of the network's canvas.

There a card always has the size and pose that the network knows best, so its corners come out more
exact and its score tells more than at first sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cardscanner_gui.core.types import Corners
from cardscanner_gui.vision.decode import Chances, decode
from cardscanner_gui.vision.geometry import (
    Matrix,
    aligned,
    centred_card,
    homography,
    inverse,
    is_convex,
    overlap,
    project,
)
from cardscanner_gui.vision.network import CornerNetwork
from cardscanner_gui.vision.pyramid import Pyramid

CANVAS = (160, 192)
"""Width and height of the network's view: as high as in training, but no wider than needed."""
_BATCH = 8
_SAME = 0.9
"""Overlap of two looks that saw the same card."""


@dataclass(frozen=True, eq=False)
class SecondLook:
    """What a second look gave.

    Attributes:
        corners: in the reduced picture.
        score: of the card's middle, 0 to 1.
        agreement: overlap of what was expected and what was seen, 0 to 1.
        turns: as in `Proposal`.
        others: further outlines seen at the same place.
    """

    corners: Corners
    score: float
    agreement: float
    turns: Chances
    others: tuple[Corners, ...] = ()

    @property
    def trust(self) -> float:
        return self.score * self.agreement


def look_again(
    network: CornerNetwork,
    pyramid: Pyramid,
    outlines: Sequence[Corners],
    fills: Sequence[float],
    canvas: tuple[int, int] = CANVAS,
) -> list[SecondLook | None]:
    """Several looks at each outline, made one; None where nothing is seen any more.

    Args:
        network: sees corners.
        pyramid: the picture.
        outlines: in the reduced picture, top-left first.
        fills: how much of the canvas the card fills in each look.
        canvas: width and height of the view, multiples of 32; smaller is faster and less exact.
    """
    jobs = [(index, fill) for index in range(len(outlines)) for fill in fills]
    looks: list[list[SecondLook]] = [[] for _ in outlines]
    for start in range(0, len(jobs), _BATCH):
        part = jobs[start : start + _BATCH]
        expected = [centred_card(*canvas, fill) for _, fill in part]
        matrices = [homography(outlines[i], q) for (i, _), q in zip(part, expected, strict=True)]
        canvases = np.stack(
            [
                pyramid.card_view(outlines[i], q, matrix, canvas)
                for (i, _), q, matrix in zip(part, expected, matrices, strict=True)
            ]
        )
        seen = network.look(canvases)
        for (index, _), q, matrix, maps in zip(part, expected, matrices, seen, strict=True):
            candidates = [
                SecondLook(p.corners, p.score, overlap(p.corners, q), p.turns)
                for p in decode(maps, 0.1, limit=3, different=0.8, expected=q)
            ]
            look = _back(candidates, inverse(matrix))
            if look is not None:
                looks[index].append(look)
    return [_merged(several) for several in looks]


def _merged(looks: list[SecondLook]) -> SecondLook | None:
    """The look of most trust, its corners averaged with those of the others that agree with it."""
    if not looks:
        return None
    best = max(looks, key=lambda look: look.trust)
    agreeing = [look for look in looks if overlap(look.corners, best.corners) > _SAME]
    corners = np.array([aligned(look.corners, best.corners) for look in agreeing])
    weights = [look.trust + 1e-6 for look in agreeing]
    return replace(best, corners=np.average(corners, axis=0, weights=weights))


def _back(looks: list[SecondLook], matrix: Matrix) -> SecondLook | None:
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
    return replace(looks[0], corners=outlines[0], others=others)
