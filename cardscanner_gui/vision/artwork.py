"""The fingerprint of a card's picture, and what a card in a photograph is compared with it by.

A fingerprint is 512 bits: 256 say for neighbouring cells of 17 x 16 grey values whether it grows
brighter to the right, 256 whether one of the 16 x 16 lowest frequencies of 64 x 64 grey values lies
above their median (dHash and pHash as the `imagehash` package has them). All of that but the signs
is linear in the picture, so one small picture of a card and a few constant matrices give every
view of it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.look import SHORT_SIDE, SIDE, CutViews, Floats, Look
from cardscanner_gui.core.types import CARD_ASPECT, Box, Corners, CropSource, Pixels, read_only

_HEIGHT = 64
"""Pixels of the card in the small picture that all views come from."""
_ENOUGH = 337
"""Pixels of a card's height from which on none of them changes a fingerprint; the asset server's
small pictures have as many."""
_MARGIN = 0.06
_REGION = Box(-_MARGIN, -_MARGIN, 1 + _MARGIN, 1 + _MARGIN)
_LOBES = 3
"""Of the Lanczos window."""
_OVERSAMPLED = 4
"""Grey values across one frequency's grid cell, as `imagehash` has it."""
_EDGE = 0.012
"""By the picture's longer side: a card's side this near to the picture's edge may be cut by it."""
_EDGE_OF_TILTED = 0.04
"""So near lie both ends of it when the card is tilted."""
_LEAST_CUT, _MOST_CUT = 1.06, 1.7
"""How much larger than its outline a cut card is supposed to be, at least and at most."""
_CERTAIN = 0.93
"""Part of the seen rows that is compared: the last ones touch the cut."""


class _Span(NamedTuple):
    """Where a view begins, and how long it is, as fractions of the card's outline."""

    start: float
    length: float


def _centred(scale: float, shift: float = 0.0) -> _Span:
    return _Span(0.5 + shift - scale / 2, scale)


_WHOLE = _centred(1.0)
_SHIFTS = [
    (_centred(1.0, down), _centred(1.0, right))
    for down, right in product((0.0, -0.015, 0.015), (0.0, -0.02, 0.02))
]
_SCALES = [(_centred(scale), _centred(scale)) for scale in (0.95, 0.975, 1.025, 1.05)]
_STRETCHES = [(_centred(1.04), _WHOLE), (_WHOLE, _centred(1.04))]
_VIEWS = tuple(_SHIFTS + _SCALES + _STRETCHES)
"""Rows and columns of each view; the first is the outline itself."""


@dataclass(frozen=True)
class Cut:
    """How a card is cut by the picture's edge.

    Attributes:
        top, bottom, left, right: which of its sides lies beyond the picture.
        growth: how much longer the card is than the part that is seen.
    """

    top: bool = False
    bottom: bool = False
    left: bool = False
    right: bool = False
    growth: float = 1.0


def fingerprint_of(card: Pixels) -> bytes:
    """The fingerprint of a whole picture of one card.

    Args:
        card: RGB, the card upright and without anything around it, at least 64 pixels high.

    Returns:
        64 bytes.
    """
    grey = _grey(card)
    if grey.shape[0] > _ENOUGH:
        width = round(grey.shape[1] * _ENOUGH / grey.shape[0])
        grey = np.asarray(cv2.resize(grey, (width, _ENOUGH), interpolation=cv2.INTER_AREA))
    rows, columns = (_operators(size, (_Span(0.0, 1.0),), SIDE, 0.0) for size in grey.shape)
    gradients, waves = _raw(grey, rows, columns)
    return np.packbits(np.concatenate([gradients[0], waves[0]]) > 0).tobytes()


def look_at(crop: CropSource, cut: Cut | None = None) -> Look:
    """What a card looks like, for comparing it with fingerprints.

    Args:
        crop: cuts regions out of the picture; a little beyond the outline is looked at too.
        cut: how the picture's edge cuts the card, from `cut_by_edge`.
    """
    grey = _grey(crop(_REGION, _HEIGHT))
    turned = np.ascontiguousarray(grey[::-1, ::-1])
    views = {
        side: read_only(np.concatenate([_descriptors(one, side) for one in (grey, turned)]))
        for side in (SIDE, SHORT_SIDE)
    }
    return Look(views, None if cut is None else _cut_views(grey, turned, cut))


def cut_by_edge(corners: Corners, width: int, height: int) -> Cut | None:
    """How the edge of a picture of this size cuts the card at `corners`; None when it doesn't.

    The card's proportions are known: an outline that ends at the edge and is too short was cut.
    """
    away = np.column_stack([corners, (width - 1, height - 1) - corners]) / max(width, height)
    ends = [np.array([away[one], away[other]]) for one, other in _SIDES]
    top, right, bottom, left = (
        bool(((end.mean(0) < _EDGE) & (end.max(0) < _EDGE_OF_TILTED)).any()) for end in ends
    )
    lengths = [float(np.linalg.norm(corners[one] - corners[other])) for one, other in _SIDES]
    across, along = (lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2
    growth = across / max(along, 1e-6) / CARD_ASPECT
    if (top != bottom) and _LEAST_CUT < growth < _MOST_CUT:
        return Cut(top=top, bottom=bottom, growth=growth)
    if (left != right) and _LEAST_CUT < 1 / growth < _MOST_CUT:
        return Cut(left=left, right=right, growth=1 / growth)
    return None


_SIDES = ((0, 1), (1, 2), (2, 3), (3, 0))
"""Corners of the card's top, right, bottom and left side."""


class _Operators(NamedTuple):
    """Matrices that take rows or columns of a picture to the cells of each view.

    Attributes:
        cells: V x side x n, means of cells; of columns one more, to be subtracted.
        edges: V x (side + 1) x n.
        waves: V x side x n, the lowest frequencies.
    """

    cells: Floats
    edges: Floats
    waves: Floats


@lru_cache(maxsize=64)
def _operators(size: int, spans: tuple[_Span, ...], side: int, margin: float) -> _Operators:
    """For pictures of `size` pixels, of which `margin` of the card lies outside on both sides."""
    whole = size / (1 + 2 * margin)
    placed = [((span.start + margin) * whole, span.length * whole) for span in spans]
    frequencies = _cosines(_OVERSAMPLED * side)[:side]
    parts = (
        [_resampling(size, *span, side) for span in placed],
        [_resampling(size, *span, side + 1) for span in placed],
        [frequencies @ _resampling(size, *span, _OVERSAMPLED * side) for span in placed],
    )
    return _Operators(*(read_only(np.stack(part).astype(np.float32)) for part in parts))


def _resampling(size: int, start: float, length: float, count: int) -> npt.NDArray[np.float64]:
    """`count` x `size`: Lanczos weights for the cells of a stretch, antialiased as Pillow does."""
    step = length / count
    blur = max(step, 1.0)
    centres = start + (np.arange(count) + 0.5) * step
    away = (np.arange(size)[None, :] + 0.5 - centres[:, None]) / blur
    weights = np.sinc(away) * np.sinc(away / _LOBES) * (np.abs(away) < _LOBES)
    # A cell wholly outside takes the border's value.
    lost = np.abs(weights.sum(1)) < 1e-3
    weights[lost, np.clip(centres[lost], 0, size - 1).astype(int)] = 1.0
    return np.asarray(weights / weights.sum(1, keepdims=True), np.float64)


def _cosines(size: int) -> npt.NDArray[np.float64]:
    """The type-II cosine transform as a matrix."""
    steps = np.arange(size)
    return np.asarray(2 * np.cos(np.pi * steps[:, None] * (2 * steps + 1) / (2 * size)), np.float64)


def _raw(grey: Floats, rows: _Operators, columns: _Operators) -> tuple[Floats, Floats]:
    """V x side * side each: how cells grow brighter, and frequencies above their median."""
    count = len(rows.cells)
    cells = rows.cells @ grey @ columns.edges.transpose(0, 2, 1)
    gradients = (cells[:, :, 1:] - cells[:, :, :-1]).reshape(count, -1)
    waves = (rows.waves @ grey @ columns.waves.transpose(0, 2, 1)).reshape(count, -1)
    middle = np.median(waves, axis=1, keepdims=True)
    return np.asarray(gradients, np.float32), np.asarray(waves - middle, np.float32)


def _descriptors(grey: Floats, side: int) -> Floats:
    """V x 2 * side * side: both halves of every view, evened out."""
    rows = _operators(grey.shape[0], tuple(row for row, _ in _VIEWS), side, _MARGIN)
    columns = _operators(grey.shape[1], tuple(column for _, column in _VIEWS), side, _MARGIN)
    gradients, waves = _raw(grey, rows, columns)
    return np.concatenate([_even(gradients), _even(waves / _usual_size(side))], axis=1)


@lru_cache(maxsize=2)
def _usual_size(side: int) -> Floats:
    """How strong each frequency is in pictures of the world: falling as the frequency grows."""
    down, right = np.mgrid[:side, :side]
    size = 1 / np.sqrt(1 + down**2 + right**2)
    size[0, 0] = 10.0  # the mean, which says nothing, must not drown the others
    return read_only(size.ravel().astype(np.float32))


def _even(values: Floats) -> Floats:
    """Roots with their signs, scaled to a mean square of one: strong values drown no weak ones."""
    roots = np.sign(values) * np.sqrt(np.abs(values))
    size = np.sqrt((roots**2).mean(-1, keepdims=True))
    return np.asarray(roots / np.maximum(size, 1e-6), np.float32)


def _cut_views(grey: Floats, turned: Floats, cut: Cut) -> CutViews:
    """The card supposed larger than its outline, beyond the side that is cut."""
    upside_down = Cut(cut.bottom, cut.top, cut.right, cut.left, cut.growth)
    parts = [_supposed(grey, cut), _supposed(turned, upside_down)]
    gradients, seen = (np.concatenate(part) for part in zip(*parts, strict=True))
    return CutViews(read_only(gradients), read_only(seen))


def _supposed(grey: Floats, cut: Cut) -> tuple[Floats, npt.NDArray[np.bool_]]:
    vertical = cut.top or cut.bottom
    from_end = cut.top or cut.left
    growths = [growth for step in (-0.1, 0.0, 0.1) if (growth := cut.growth + step) > 1.02]
    views: list[tuple[_Span, _Span]] = []
    seen: list[npt.NDArray[np.bool_]] = []
    for growth, other in product(growths, _ACROSS):
        along = _Span(1 - growth if from_end else 0.0, growth)
        views.append((along, other) if vertical else (other, along))
        lines = np.arange(SIDE) < int(SIDE / growth * _CERTAIN)
        lines = lines[::-1] if from_end else lines
        grid = np.broadcast_to(lines[:, None] if vertical else lines[None, :], (SIDE, SIDE))
        seen.append(grid.ravel())
    return _gradients(grey, views), np.array(seen)


_ACROSS = tuple(
    _centred(scale, shift) for scale, shift in product((1.0, 0.97, 1.04), (0, -0.02, 0.02))
)


def _gradients(grey: Floats, views: Sequence[tuple[_Span, _Span]]) -> Floats:
    rows = _operators(grey.shape[0], tuple(row for row, _ in views), SIDE, _MARGIN)
    columns = _operators(grey.shape[1], tuple(column for _, column in views), SIDE, _MARGIN)
    return _even(_raw(grey, rows, columns)[0])


def _grey(pixels: Pixels) -> Floats:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.float32)
