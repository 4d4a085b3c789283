"""How cards lie or are held in a scene."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from cardscanner_gui.core.types import Corners
from training.drawing.camera import CARD_WIDTH, Matrix, camera, upright_rectangle
from training.drawing.compose import lay_polygon
from training.drawing.hands import finger, hand_behind, hold
from training.drawing.holders import lay_page, lay_slabbed, lay_sleeved, lay_toploaded
from training.drawing.paint import any_colour
from training.drawing.table import Table

_CLOSE = 0.5
"""Scale of a card in a closer look, by the canvas, before the lens brings it up."""


@dataclass(frozen=True)
class Pose:
    """How the camera looks at a scene."""

    roll: float
    tilt: float
    toward: float
    distance: float

    def view(self, scale: float, x: float, y: float) -> Matrix:
        return camera(scale, (x, y), self.roll, self.tilt, self.toward, self.distance)


def any_pose(rng: np.random.Generator) -> Pose:
    """Mostly nearly upright and seen from above; a good share turned or leaning strongly."""
    roll = rng.normal(0, 0.12) if rng.random() < 0.58 else rng.uniform(-math.pi, math.pi)
    tilt = abs(rng.normal(0, 0.28)) if rng.random() < 0.78 else rng.uniform(0, 1.05)
    return Pose(roll, min(tilt, 1.1), rng.random() * 2 * math.pi, rng.uniform(1.3, 5))


def _fitting(table: Table, pose: Pose) -> float:
    """Pixels of a card's height that fill the photograph."""
    width, height = table.room
    scale = min(width / CARD_WIDTH, height)
    return scale * (0.8 if abs(math.sin(pose.roll)) > 0.35 else 1.0)


def _one(table: Table, pose: Pose) -> Matrix:
    """A view of one card: mostly large and in the middle."""
    rng = table.rng
    width, height = table.room
    if table.close:
        return pose.view(_CLOSE * table.side, *table.middle)
    large = rng.random() < 0.6
    scale = _fitting(table, pose) * (rng.uniform(0.6, 1.05) if large else rng.uniform(0.22, 0.75))
    spread = 0.05 if large else 0.12
    x = table.middle[0] + rng.normal(0, spread) * width
    y = table.middle[1] + rng.normal(0, spread) * height
    return pose.view(scale, x, y)


def single(table: Table, pose: Pose) -> None:
    """One card, bare or sleeved, on the desk or held; perhaps over something alike."""
    rng = table.rng
    view = _one(table, pose)
    if rng.random() < 0.3:
        _distract(table, int(rng.integers(1, 4)))
    corners = table.place(view, upright_rectangle(CARD_WIDTH, 1))
    held = rng.random() < 0.4
    if held and rng.random() < 0.6:
        hand_behind(rng, table.picture, corners, table.skin)
    elif rng.random() < 0.1:
        size = rng.uniform(1.05, 1.6, 2)
        around = upright_rectangle(CARD_WIDTH * size[0], size[1], *rng.normal(0, 0.05, 2))
        table.lay_object(table.place(view, around))
    elif rng.random() < 0.1:
        x, y, angle = rng.normal(0, 0.05, 3)
        table.lay_card(view, x, y, angle, counts=False)
    if rng.random() < 0.35:
        lay_sleeved(table, view)
    else:
        table.lay_card(view)
        if rng.random() < 0.12:
            table.glare(view, 0, 0)
    if held:
        hold(rng, table.picture, table.labels, corners, table.skin, int(rng.integers(1, 4)))
    elif rng.random() < 0.08:
        _stand(table, corners)


def scanned(table: Table, pose: Pose) -> None:
    """A card that fills the photograph to its edges, as scanners and shops show them."""
    rng = table.rng
    left, top, right, _ = table.frame
    margin = max(0.0, rng.normal(0.0, 0.025))
    height = (right - left) / CARD_WIDTH / (1 + margin) * (1 + margin * rng.uniform(0.3, 1))
    table.frame = (left, top, right, min(float(table.side), top + height))
    tone = float(rng.choice([0, 255, rng.uniform(0, 255)]))
    table.picture[:] = tone + rng.normal(0, 3, 3).astype(np.float32)
    x, y = table.middle
    scale = table.room[1] / (1 + margin)
    table.lay_card(camera(scale, (x, y), rng.normal(0, 0.006)), shadow=False)


def cased(table: Table, pose: Pose) -> None:
    """A slab or a toploader, on the desk or held."""
    rng = table.rng
    slab = rng.random() < 0.7
    width, height = table.room
    scale = _fitting(table, pose) * rng.uniform(0.4, 0.75 if slab else 0.9)
    x, y = table.middle
    view = pose.view(scale, x + rng.normal(0, 0.04) * width, y + rng.normal(0.05, 0.04) * height)
    if rng.random() < 0.3:
        _distract(table, 2)
    (lay_slabbed if slab else lay_toploaded)(table, view)
    if rng.random() < 0.25:
        around = table.place(view, upright_rectangle(0.95, 1.5, 0, -0.15))
        hold(rng, table.picture, table.labels, around, table.skin, int(rng.integers(1, 4)))


def stacked(table: Table, pose: Pose) -> None:
    """A stack in the hand, often leaning strongly; only the top card counts."""
    rng = table.rng
    if rng.random() < 0.4 and not table.close:
        pose = Pose(pose.roll, rng.uniform(0.6, 1.1), pose.toward, pose.distance)
    view = _one(table, pose)
    corners = table.place(view, upright_rectangle(CARD_WIDTH, 1))
    if rng.random() < 0.8:
        hand_behind(rng, table.picture, corners, table.skin)
    drift = rng.normal(0, 0.018, 2)
    for index in range(int(rng.integers(1, 9)), 0, -1):
        x, y = drift * index + rng.normal(0, 0.006, 2)
        table.lay_card(view, x, y, rng.normal(0, 0.03), counts=False)
    if rng.random() < 0.3:
        lay_sleeved(table, view)
    else:
        table.lay_card(view)
    if rng.random() < 0.9:
        hold(rng, table.picture, table.labels, corners, table.skin, int(rng.integers(1, 4)))


def row(table: Table, pose: Pose) -> None:
    """A row or fan in which each card covers part of the one before."""
    rng = table.rng
    count = int(rng.integers(2, 6))
    width, height = table.room
    step, turn = rng.uniform(0.25, 0.75) * CARD_WIDTH, rng.normal(0, 0.06)
    downward = rng.random() < 0.3
    step = step / CARD_WIDTH * 0.8 if downward else step
    long = (count - 1) * step + (1 if downward else CARD_WIDTH)
    scale = 0.9 * min(width, height) / max(long, 1.0) * rng.uniform(0.7, 1.0)
    view = pose.view(scale, *table.middle)
    for index in range(count):
        place = (index - (count - 1) / 2) * step
        x, y = (0.0, place) if downward else (place, abs(place) * abs(turn) * 2)
        table.lay_card(view, x, y, turn * (index - (count - 1) / 2))


def page(table: Table, pose: Pose) -> None:
    """A binder page, whole or close."""
    page_of(table, pose)


def page_of(
    table: Table, pose: Pose, insert: float | None = None, *, toploaded: bool = False
) -> None:
    """A binder page; with `insert` its cards lie on inserts that reach so far beyond them."""
    rng = table.rng
    columns, rows = ((2, 2), (3, 3), (3, 3), (3, 3), (3, 4), (2, 3), (4, 3))[int(rng.integers(7))]
    gap = rng.uniform(0.02, 0.14) + 1.8 * (insert or 0.0) + (0.14 if toploaded else 0.0)
    gap_x = gap * rng.uniform(0.6, 1.4)
    width, height = table.room
    if not table.close:
        pose = Pose(pose.roll, pose.tilt * 0.8, pose.toward, pose.distance * 1.3)
    x, y = 0.0, 0.0
    if table.close:
        scale = _CLOSE * table.side
        x = (rng.integers(columns) - (columns - 1) / 2) * (CARD_WIDTH + gap_x)
        y = (rng.integers(rows) - (rows - 1) / 2) * (1 + gap)
    elif rng.random() < 0.6:
        scale = min(height / (rows * (1 + gap)), width / (columns * (CARD_WIDTH + gap_x)))
        scale *= rng.uniform(0.7, 1.05)
        scale *= 0.8 if abs(math.sin(pose.roll)) > 0.35 else 1.0
    else:
        scale = _fitting(table, pose) * rng.uniform(0.45, 0.97)
        x = (rng.integers(columns) - (columns - 1) / 2) * (CARD_WIDTH + gap_x) + rng.normal(0, 0.05)
        y = (rng.integers(rows) - (rows - 1) / 2) * (1 + gap) + rng.normal(0, 0.05)
    move = np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1]], np.float64)
    view = pose.view(scale, *table.middle) @ move
    lay_page(table, view, columns, rows, (gap_x, gap), insert, toploaded=toploaded)


def scattered(table: Table, pose: Pose) -> None:
    """Several cards lying about, turned alike or any way."""
    rng = table.rng
    count = int(rng.integers(2, 9))
    size = _fitting(table, pose) * rng.uniform(0.22, 0.5) * (1.3 if count < 4 else 1.0)
    if rng.random() < 0.45:
        _distract(table, int(rng.integers(1, 3)))
    spread = rng.uniform(0, 0.4) if rng.random() < 0.5 else math.pi
    placed: list[Corners] = []
    left, top, right, bottom = table.frame
    for _ in range(count * 4):
        spot = np.array([left, top]) + rng.uniform(0.08, 0.92, 2) * [right - left, bottom - top]
        apart = size * rng.uniform(0.6, 1.15)
        if len(placed) >= count or any(np.linalg.norm(spot - p) < apart for p in placed):
            continue
        placed.append(spot)
        turned = Pose(
            pose.roll + rng.uniform(-spread, spread),
            pose.tilt * 0.7,
            pose.toward,
            pose.distance * 1.5,
        )
        view = turned.view(size * rng.uniform(0.93, 1.07), *spot)
        if rng.random() < 0.3:
            lay_sleeved(table, view)
        else:
            table.lay_card(view)


def empty(table: Table, pose: Pose) -> None:
    """No card: backs, packs, papers, charts, hands, or nothing at all."""
    rng = table.rng
    kind = rng.random()
    if kind < 0.6:
        view = _one(table, pose)
        size = rng.uniform(0.9, 1.15, 2)
        corners = table.place(view, upright_rectangle(CARD_WIDTH * size[0], size[1]))
        if rng.random() < 0.3:
            hand_behind(rng, table.picture, corners, table.skin)
        table.lay_object(corners)
        if rng.random() < 0.5:
            hold(rng, table.picture, table.labels, corners, table.skin, int(rng.integers(0, 4)))
        if rng.random() < 0.3:
            lay_polygon(table.picture, corners, any_colour(rng), rng.uniform(0, 0.2))
    elif kind < 0.85:
        _distract(table, int(rng.integers(1, 6)))
    else:
        for _ in range(int(rng.integers(0, 4))):
            tip = rng.random(2) * table.side
            reach, width = table.side * 0.4, table.side * rng.uniform(0.03, 0.12)
            finger(rng, table.picture, tip, rng.random() * 6.28, reach, width, table.skin)


def _distract(table: Table, count: int) -> None:
    """Other things lying about, partly out of the photograph."""
    rng = table.rng
    width, height = table.room
    for _ in range(count):
        x = table.frame[0] + rng.uniform(-0.1, 1.1) * width
        y = table.frame[1] + rng.uniform(-0.1, 1.1) * height
        size = rng.uniform(0.15, 0.8) * table.side
        view = camera(size, (x, y), rng.random() * 6.28, abs(rng.normal(0, 0.3)), 0, 3)
        shape = upright_rectangle(CARD_WIDTH * rng.uniform(0.8, 1.2), rng.uniform(0.7, 1.2))
        table.lay_object(table.place(view, shape))


def _stand(table: Table, corners: Corners) -> None:
    """The two feet of a card stand over the lower edge."""
    up, along = (corners[0] - corners[3]) * 0.07, (corners[2] - corners[3]) * 0.05
    for share in (0.25, 0.75):
        foot = corners[3] + (corners[2] - corners[3]) * share
        points = np.array([foot - along - up * 0.4, foot + up, foot + along - up * 0.4])
        lay_polygon(table.picture, points, (235, 235, 235), table.rng.uniform(0.3, 0.9))


Arrange = Callable[[Table, Pose], None]

ARRANGEMENTS: tuple[tuple[Arrange, float], ...] = (
    (single, 0.42),
    (stacked, 0.08),
    (row, 0.04),
    (page, 0.14),
    (scattered, 0.1),
    (cased, 0.07),
    (scanned, 0.04),
    (empty, 0.11),
)
"""With how often each is drawn."""
CLOSE_ARRANGEMENTS: tuple[tuple[Arrange, float], ...] = (
    (single, 0.5),
    (page, 0.26),
    (stacked, 0.1),
    (empty, 0.14),
)
"""Those that a second look may show."""
CROP_ARRANGEMENTS: tuple[tuple[Arrange, float], ...] = (
    (single, 0.72),
    (page, 0.18),
    (stacked, 0.1),
)
"""Those whose card is asked which way it is up."""


def closing_in(table: Table, pose: Pose, slips: tuple[float, float] = (0.005, 0.05)) -> None:
    """Bring the scene's subject to the middle, upright but for one in five, not quite exactly.

    That is what the finder's second look shows. The corners are off by a share of the card's
    height between the two `slips`.
    """
    rng = table.rng
    slip = rng.uniform(*slips)
    seen = _slipped(table, pose, slip)
    if rng.random() < 0.2:
        seen = np.roll(seen, int(rng.integers(1, 4)), axis=0)
    _bring_up(table, seen, rng.uniform(0.5, 0.88))


def filling(table: Table, pose: Pose, fill: float) -> None:
    """Bring the scene's subject upright to the middle, at a fixed size."""
    _bring_up(table, _slipped(table, pose, table.rng.uniform(0.003, 0.025)), fill)


def _slipped(table: Table, pose: Pose, slip: float) -> Corners:
    """The subject's corners on the canvas, off by so much of its height."""
    scale = _CLOSE * table.side
    view = pose.view(scale, *table.middle)
    card = table.place(view, upright_rectangle(CARD_WIDTH, 1))
    return card + table.rng.normal(0, slip * scale, card.shape)


def _bring_up(table: Table, seen: Corners, fill: float) -> None:
    height = table.side * fill
    target = upright_rectangle(height * CARD_WIDTH, height, *table.middle)
    matrix = cv2.getPerspectiveTransform(seen.astype(np.float32), target.astype(np.float32))
    table.lens = np.asarray(matrix, np.float64)
    table.close = True
