"""Arrangements of cards that cover each other or lie in stiff plastic, training's third part."""

from __future__ import annotations

import math

import numpy as np

from training.drawing.arrangements import Arrange, Pose, page_of, single
from training.drawing.camera import CARD_WIDTH, Matrix
from training.drawing.holders import lay_slabbed, lay_sleeved
from training.drawing.table import Table

_LEAST_SEEN = 0.45
"""Share of a card from which on it is asked for here: half covered is still a card."""
_CLOSE = 0.5
"""Scale of a card in a closer look, as in `arrangements`."""


def overlapping(table: Table, pose: Pose) -> None:
    """Two to four cards that lie over each other at angles, bare or sleeved."""
    rng = table.rng
    table.least_seen = _LEAST_SEEN
    count = int(rng.integers(2, 5))
    step = rng.uniform(0.35, 0.95) * CARD_WIDTH
    turn = rng.normal(0, 0.16)
    view = _wide(table, pose, (count - 1) * step + CARD_WIDTH, 1.15)
    subject = int(rng.integers(count)) if table.close else (count - 1) / 2
    sleeved = rng.random() < 0.4
    order = list(range(count))
    if rng.random() < 0.5:
        order.reverse()
    if rng.random() < 0.2:
        rng.shuffle(order)
    for index in order:
        away = index - subject
        x, y = away * step, abs(away) * turn * 0.4
        if away or not table.close:
            x, y = x + rng.normal(0, 0.04), y + rng.normal(0, 0.08)
        angle = away * turn + (rng.normal(0, 0.12) if away or not table.close else 0.0)
        if sleeved and rng.random() < 0.8:
            lay_sleeved(table, view, x, y, angle)
        else:
            table.lay_card(view, x, y, angle)


def staircase(table: Table, pose: Pose) -> None:
    """A stack laid out so that a strip of each card shows, and all of the last one."""
    rng = table.rng
    table.least_seen = _LEAST_SEEN
    count = int(rng.integers(2, 9))
    step = rng.uniform(0.06, 0.26)
    side = 1 if rng.random() < 0.5 else -1
    view = _wide(table, pose, CARD_WIDTH * 1.1, 1 + (count - 1) * step)
    last = 0.0 if table.close else side * (count - 1) / 2 * step
    for index in range(count - 1, -1, -1):
        covered = index > 0
        x = rng.normal(0, 0.02) if covered else 0.0
        angle = rng.normal(0, 0.015) if covered else 0.0
        table.lay_card(view, x, last - side * index * step, angle)


def loaded(table: Table, pose: Pose) -> None:
    """A binder page whose pockets hold toploaders."""
    page_of(table, pose, toploaded=True)


def slabs(table: Table, pose: Pose) -> None:
    """Graded cards side by side, or one before the other."""
    rng = table.rng
    table.least_seen = _LEAST_SEEN
    across, behind = rng.uniform(0.72, 1.15), rng.uniform(-0.9, 0.9)
    count = int(rng.integers(2, 4))
    view = _wide(table, pose, 1 + (count - 1) * across, 1.7)
    subject = int(rng.integers(count)) if table.close else (count - 1) / 2
    order = list(range(count))
    if rng.random() < 0.5:
        order.reverse()
    for index in order:
        away = index - subject
        lay_slabbed(table, view @ _moved(away * across, away * behind * 0.4))


def _wide(table: Table, pose: Pose, width: float, height: float) -> Matrix:
    """A view in which something of this size fits, or its subject in a closer look."""
    if table.close:
        return pose.view(_CLOSE * table.side, *table.middle)
    room = table.room
    scale = min(room[0] / width, room[1] / height) * table.rng.uniform(0.6, 1.0)
    scale *= 0.85 if abs(math.sin(pose.roll)) > 0.35 else 1.0
    x, y = (m + table.rng.normal(0, 0.03) * r for m, r in zip(table.middle, room, strict=True))
    return Pose(pose.roll, pose.tilt * 0.8, pose.toward, pose.distance * 1.3).view(scale, x, y)


def _moved(x: float, y: float) -> Matrix:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)


CROWDED: tuple[tuple[Arrange, float], ...] = (
    (overlapping, 0.38),
    (loaded, 0.22),
    (slabs, 0.15),
    (staircase, 0.25),
)
"""With how often each is drawn."""
CROWDED_CLOSE: tuple[tuple[Arrange, float], ...] = (
    (overlapping, 0.34),
    (loaded, 0.3),
    (slabs, 0.14),
    (staircase, 0.12),
    (single, 0.1),
)
"""Those that a second look may show."""
