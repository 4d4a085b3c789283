"""Whole scenes: one known card on a desk, or anything that training needs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from cardscanner_gui.core.types import Corners, Pixels
from training.drawing.arrangements import (
    ARRANGEMENTS,
    CLOSE_ARRANGEMENTS,
    CROP_ARRANGEMENTS,
    Arrange,
    any_pose,
    closing_in,
    filling,
)
from training.drawing.bank import Bank
from training.drawing.camera import (
    camera,
    develop,
    light,
    project,
    upright_rectangle,
)
from training.drawing.cards import with_round_corners
from training.drawing.compose import lay_face, lay_shadow, pyramid
from training.drawing.crowded import CROWDED, CROWDED_CLOSE
from training.drawing.hard_cases import HARD, HARD_CLOSE
from training.drawing.surfaces import wood
from training.drawing.table import Table


def lay_on_desk(
    card: Pixels,
    *,
    angle: float = 0.0,
    size: tuple[int, int] = (1200, 900),
    fill: float = 0.6,
    seed: int = 0,
) -> tuple[Pixels, Corners]:
    """A card on a wooden desk, seen almost from above.

    Args:
        card: a face as from `draw_card`, or of another shape; as wide and high as its pixels say.
        angle: degrees the card is turned clockwise.
        size: width and height of the picture.
        fill: the card's height, or its width when it lies across, by the picture's.
        seed: decides the desk and a slight tilt of the camera.

    Returns:
        The picture and the card's corners in it, top-left first.
    """
    rng = np.random.default_rng(seed)
    width, height = size
    roll = math.radians(angle)
    card_width = card.shape[1] / card.shape[0]
    tall = abs(math.cos(roll)) + card_width * abs(math.sin(roll))
    wide = abs(math.sin(roll)) + card_width * abs(math.cos(roll))
    scale = fill * min(height / tall, width / wide)
    view = camera(
        scale, (width / 2, height / 2), roll, rng.uniform(0, 0.12), rng.uniform(0, 6.28), 4.0
    )
    desk = wood(rng, (width, height), tone=rng.uniform(0.35, 0.6)).astype(np.float32)
    corners = project(view, upright_rectangle(card_width, 1.0))
    lay_shadow(rng, desk, corners)
    lay_face(desk, pyramid(with_round_corners(card), 4), corners)
    desk += rng.standard_normal(desk.shape, dtype=np.float32) * 2
    return np.clip(desk, 0, 255).astype(np.uint8), corners


@dataclass(frozen=True, eq=False)
class Scene:
    """A drawn photograph on a square canvas, and what is in it.

    Attributes:
        pixels: RGB, grey where the photograph doesn't reach.
        cards: corners of the cards that can be seen well, top-left first.
        hidden: corners of cards too covered, small or cut off to ask for, or to forbid.
        kind: name of the arrangement.
        frame: left, top, right, bottom of the photograph.
    """

    pixels: Pixels
    cards: tuple[Corners, ...]
    hidden: tuple[Corners, ...]
    kind: str
    frame: tuple[float, float, float, float]


@dataclass(frozen=True)
class Mixture:
    """What kinds of scenes are drawn.

    Attributes:
        whole: arrangements of whole pictures, with how often each is drawn.
        close: those of second looks.
        closeness: how many scenes are second looks.
        slips: how far their corners are off, by the card's height.
    """

    whole: tuple[tuple[Arrange, float], ...]
    close: tuple[tuple[Arrange, float], ...]
    closeness: float
    slips: tuple[float, float]


USUAL = Mixture(ARRANGEMENTS, CLOSE_ARRANGEMENTS, 0.2, (0.005, 0.05))
DIFFICULT = Mixture(HARD, HARD_CLOSE, 0.42, (0.01, 0.11))
"""More of what a network that learned from the usual scenes still gets wrong."""
CROWDING = Mixture(CROWDED, CROWDED_CLOSE, 0.45, (0.01, 0.1))
"""Cards over cards and cards in stiff plastic."""


def draw_scene(bank: Bank, rng: np.random.Generator, side: int, mixture: Mixture = USUAL) -> Scene:
    """A random scene as the finder's network sees it: the whole picture or a second look."""
    table = Table(bank, rng, side)
    pose = any_pose(rng)
    if rng.random() < mixture.closeness:
        closing_in(table, pose, mixture.slips)
        arrange = _any_of(rng, mixture.close)
        arrange(table, pose)
        table.frame = _cut(rng, side)
    else:
        table.frame = _photograph(rng, side)
        arrange = _any_of(rng, mixture.whole)
        arrange(table, pose)
    table.picture = light(rng, table.picture)
    table.picture = develop(rng, table.picture).astype(np.float32)
    table.outside()
    seen = [table.visible(number + 1) for number in range(len(table.cards))]
    return Scene(
        table.picture.astype(np.uint8),
        tuple(q for q, ok in zip(table.cards, seen, strict=True) if ok),
        tuple(q for q, ok in zip(table.cards, seen, strict=True) if not ok),
        arrange.__name__,
        table.frame,
    )


def draw_crop(bank: Bank, rng: np.random.Generator, size: tuple[int, int], fill: float) -> Pixels:
    """One upright card, cut out as imprecisely as the finder may do.

    Args:
        bank: of faces and surfaces.
        rng: decides everything else.
        size: width and height of the crop.
        fill: the card's height by the crop's.
    """
    width, height = (3 * n for n in size)
    table = Table(bank, rng, height)
    # A page may have an empty pocket just there.
    while not any(np.abs(q.mean(0) - height / 2).max() < height / 5 for q in table.cards):
        table = Table(bank, rng, height)
        pose = any_pose(rng)
        filling(table, pose, fill)
        _any_of(rng, CROP_ARRANGEMENTS)(table, pose)
    picture = develop(rng, light(rng, table.picture))
    spare = (height - width) // 2
    cut = picture[:, spare : spare + width]
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.uint8)


def _any_of(rng: np.random.Generator, choices: tuple[tuple[Arrange, float], ...]) -> Arrange:
    shares = [share for _, share in choices]
    return choices[int(rng.choice(len(choices), p=shares))][0]


def _photograph(rng: np.random.Generator, side: int) -> tuple[float, float, float, float]:
    """Where a photograph of common shapes lies on the canvas, as the finder pads it."""
    shape = rng.uniform(0.55, 1.0)
    width, height = (shape, 1.0) if rng.random() < 0.75 else (1.0, shape)
    if rng.random() < 0.25:
        width = height = 1.0
    if rng.random() < 0.75:
        return 0.0, 0.0, side * width, side * height
    small = rng.uniform(0.6, 0.8) * side
    left, top = (side - small * width) / 2, (side - small * height) / 2
    return left, top, left + small * width, top + small * height


def _cut(rng: np.random.Generator, side: int) -> tuple[float, float, float, float]:
    """The photograph's edges in a closer look: mostly out of sight, sometimes near the card."""
    edges = np.array([0.0, 0.0, side, side])
    for index in range(4):
        if rng.random() < 0.2:
            inward = rng.uniform(0.0, 0.2) * side
            edges[index] += inward if index < 2 else -inward
    left, top, right, bottom = (float(e) for e in edges)
    return left, top, right, bottom
