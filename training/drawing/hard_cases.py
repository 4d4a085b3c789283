"""Arrangements of what the finder once got wrong, for the second part of its training."""

from __future__ import annotations

import math

import cv2
import numpy as np

from cardscanner_gui.vision.geometry import centred_card, homography, rectangle, turned
from training.drawing.arrangements import (
    Arrange,
    Pose,
    empty,
    page_of,
    scanned,
    scattered,
    single,
    stacked,
)
from training.drawing.camera import CARD_WIDTH, camera, upright_rectangle
from training.drawing.compose import lay_face, lay_outline, pyramid
from training.drawing.paint import any_colour
from training.drawing.sheets import any_sheet
from training.drawing.surfaces import near_black
from training.drawing.table import Table


def inserted(table: Table, pose: Pose) -> None:
    """A binder page whose cards lie on inserts a little larger than they are."""
    page_of(table, pose, insert=table.rng.uniform(0.012, 0.07))


def diagonal(table: Table, pose: Pose) -> None:
    """One card that stands on its corner, often small: neither side is nearer to upright."""
    rng = table.rng
    roll = math.pi / 4 + rng.integers(4) * math.pi / 2 + rng.normal(0, 0.2)
    _alone(table, Pose(roll, pose.tilt, pose.toward, pose.distance))


def dim(table: Table, pose: Pose) -> None:
    """A card with a dark border on something dark, in little light."""
    rng = table.rng
    table.picture[:] = near_black(rng, (table.side, table.side))
    number = len(table.cards)
    if rng.random() < 0.7:
        single(table, pose)
    else:
        stacked(table, pose)
    if rng.random() < 0.75:
        for corners in table.cards[number:]:
            middle = corners.mean(0)
            size = float(np.sqrt(abs(cv2.contourArea(corners.astype(np.float32)))))
            thickness = max(1, round(size * rng.uniform(0.03, 0.06)))
            rim = middle + (corners - middle) * (1 - 0.7 * thickness / size)
            colour = any_colour(rng, 0, 45)
            lay_outline(table.picture, rim, colour, rng.uniform(0.7, 1.0), thickness)
    table.picture *= np.float32(rng.uniform(0.2, 0.9))


def boxes(table: Table, pose: Pose) -> None:
    """A chart, a calendar or a table of boxes that fills the picture: no card in it."""
    rng = table.rng
    sheet = any_sheet(rng)
    height, width = sheet.shape[:2]
    across, down = table.room
    if rng.random() < 0.5 and not table.close:
        straight, tilt, scale = rng.normal(0, 0.01), 0.0, min(down, across * height / width)
    else:
        straight, tilt, scale = pose.roll, pose.tilt, down * rng.uniform(0.7, 1.3)
    x, y = table.middle
    if table.close:
        scale *= rng.uniform(1.5, 6.0)
        x, y = (v + rng.uniform(-0.4, 0.4) * scale for v in (x, y))
    view = camera(scale, (x, y), straight, tilt, pose.toward, 4.0)
    corners = table.place(view, upright_rectangle(width / height, 1))
    if not np.isfinite(corners).all():
        return
    lay_face(table.picture, pyramid(sheet), corners, table.gain, table.lift * 0.5)


def misled(table: Table, pose: Pose) -> None:
    """What a closer look sees that was led to a panel, or to the art, of a much larger card."""
    rng = table.rng
    if not table.close:
        scale = table.side * rng.uniform(1.5, 2.6)
        x, y = (v + rng.uniform(-0.33, 0.33) * scale for v in table.middle)
        table.lay_card(pose.view(scale, x, y), counts=False)
        return
    top = rng.uniform(0.03, 0.5)
    left, right = rng.uniform(0.03, 0.25), rng.uniform(0.75, 0.97)
    panel = rectangle(left, top, right, top + rng.uniform(0.2, 0.45))
    panel = (panel - 0.5) * [CARD_WIDTH, 1]
    looked_at = centred_card(table.side, table.side, rng.uniform(0.5, 0.8))
    looked_at = turned(looked_at + rng.normal(0, 2, (4, 2)), int(rng.integers(4)))
    table.lens = np.eye(3)
    table.lay_card(homography(panel, looked_at), counts=False)


def shaken(table: Table, pose: Pose) -> None:
    """A card of a moving hand or camera."""
    single(table, pose)
    rng = table.rng
    size = int(rng.integers(4, 16))
    kernel = np.zeros((size, size), np.float32)
    middle, angle = (size - 1) / 2, rng.random() * math.pi
    reach = np.array([math.cos(angle), math.sin(angle)]) * middle
    start, end = (np.rint(middle + sign * reach).astype(int).tolist() for sign in (-1, 1))
    cv2.line(kernel, start, end, 1.0)
    table.picture[:] = cv2.filter2D(table.picture, -1, kernel / kernel.sum())


def tiny(table: Table, pose: Pose) -> None:
    """Many small cards apart from each other."""
    rng = table.rng
    size = min(table.room) * rng.uniform(0.14, 0.24)
    step = size * rng.uniform(1.15, 1.5)
    left, top, right, bottom = table.frame
    spread = rng.uniform(0, 0.3) if rng.random() < 0.5 else math.pi
    for y in np.arange(top + step * 0.6, bottom - step * 0.4, step):
        for x in np.arange(left + step * 0.6, right - step * 0.4, step):
            if rng.random() < 0.4:
                continue
            roll = pose.roll + rng.uniform(-spread, spread)
            spot = np.array([x, y]) + rng.normal(0, 0.04 * size, 2)
            table.lay_card(Pose(roll, pose.tilt * 0.5, pose.toward, 4.0).view(size, *spot))


def _alone(table: Table, pose: Pose) -> None:
    rng = table.rng
    if table.close:
        single(table, pose)
        return
    width, height = table.room
    scale = min(width / CARD_WIDTH, height) * rng.uniform(0.25, 0.75)
    x = table.middle[0] + rng.normal(0, 0.07) * width
    y = table.middle[1] + rng.normal(0, 0.07) * height
    table.lay_card(pose.view(scale, x, y))
    if rng.random() < 0.15:
        table.glare(pose.view(scale, x, y), 0, 0)


HARD: tuple[tuple[Arrange, float], ...] = (
    (inserted, 0.17),
    (diagonal, 0.2),
    (dim, 0.12),
    (boxes, 0.13),
    (scanned, 0.08),
    (misled, 0.04),
    (shaken, 0.08),
    (tiny, 0.06),
    (scattered, 0.06),
    (stacked, 0.04),
    (empty, 0.02),
)
"""With how often each is drawn."""
HARD_CLOSE: tuple[tuple[Arrange, float], ...] = (
    (single, 0.4),
    (inserted, 0.24),
    (misled, 0.12),
    (boxes, 0.08),
    (dim, 0.06),
    (stacked, 0.06),
    (shaken, 0.04),
)
"""Those that a second look may show."""
