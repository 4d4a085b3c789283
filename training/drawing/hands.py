"""Fingers and hands, as tapering capsules with soft shading."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import Corners
from training.drawing.compose import Labels, lay_polygon, window
from training.drawing.paint import Paint, hsv

Point = npt.NDArray[np.float64]
COVERED = -1
"""Label of what a hand covers."""


def any_skin(rng: np.random.Generator) -> Paint:
    tone = hsv(rng.uniform(0.02, 0.09), rng.uniform(0.2, 0.6), rng.uniform(0.3, 0.98))
    return np.clip(np.array(tone, np.float32) + rng.normal(0, 6, 3), 0, 255).astype(np.float32)


def hold(
    rng: np.random.Generator, picture: Paint, labels: Labels, card: Corners, skin: Paint, count: int
) -> None:
    """Fingers reaching over the card's edges, a good share of them right on a corner."""
    size = float(np.linalg.norm(card[0] - card[2]))
    middle = card.mean(0)
    for _ in range(count):
        edge = int(rng.integers(4))
        along = float(rng.choice([0, 1])) + rng.normal(0, 0.05)
        if rng.random() < 0.65:
            along = rng.uniform(-0.02, 1.02)
        point = card[edge] + (card[(edge + 1) % 4] - card[edge]) * along
        tip = point + (middle - point) * rng.uniform(0, 0.16)
        angle = math.atan2(*(point - middle)[::-1]) + rng.normal(0, 0.6)
        width, length = size * rng.uniform(0.03, 0.09), size * rng.uniform(0.3, 0.7)
        finger(rng, picture, tip, angle, length, width, skin * rng.uniform(0.85, 1.1), labels)


def hand_behind(rng: np.random.Generator, picture: Paint, card: Corners, skin: Paint) -> None:
    """A palm and fingers under the card."""
    size = float(np.linalg.norm(card[0] - card[2]))
    middle = card.mean(0) + rng.normal(0, 0.15 * size, 2)
    angle = rng.random() * 2 * math.pi
    arm = middle + _direction(angle) * size * 1.2
    capsule(
        picture, middle, arm, size * rng.uniform(0.25, 0.5), size * rng.uniform(0.2, 0.35), skin
    )
    for _ in range(rng.integers(2, 5)):
        out = angle + math.pi + rng.normal(0, 0.6)
        tip = middle + _direction(out) * size * rng.uniform(0.4, 0.75)
        width = size * rng.uniform(0.05, 0.1)
        finger(rng, picture, tip, out + math.pi, size * 0.5, width, skin * rng.uniform(0.85, 1.1))


def finger(
    rng: np.random.Generator,
    picture: Paint,
    tip: Point,
    angle: float,
    length: float,
    width: float,
    skin: Paint,
    labels: Labels | None = None,
) -> None:
    """Two bones and often a nail; `angle` points from the tip to the hand."""
    if rng.random() < 0.8:
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * width
        shadow = tip + rng.normal(0, width * 0.5, 2) + corners
        lay_polygon(picture, shadow, (0, 0, 0), rng.uniform(0.1, 0.4), width * 0.5)
    knuckle = tip + _direction(angle) * length * 0.45
    end = knuckle + _direction(angle + rng.normal(0, 0.25)) * length
    capsule(picture, end, knuckle, width * rng.uniform(1.1, 1.5), width * 1.08, skin * 0.95, labels)
    capsule(picture, knuckle, tip, width * 1.1, width * rng.uniform(0.75, 0.95), skin, labels)
    if rng.random() < 0.5:
        nail = np.clip(skin * 1.1 + np.array([5, 10, 15], np.float32), 0, 255)
        capsule(picture, tip, tip + (knuckle - tip) * 0.12, width * 0.45, width * 0.5, nail, labels)


def _direction(angle: float) -> Point:
    return np.array([math.cos(angle), math.sin(angle)])


def capsule(
    picture: Paint,
    start: Point,
    end: Point,
    start_radius: float,
    end_radius: float,
    colour: Paint,
    labels: Labels | None = None,
) -> None:
    where = window(np.stack([start, end]), picture.shape, max(start_radius, end_radius) + 1)
    if where is None:
        return
    y, x = np.mgrid[where].astype(np.float32)
    along = (end - start).astype(np.float32)
    x -= np.float32(start[0])
    y -= np.float32(start[1])
    t = np.clip((x * along[0] + y * along[1]) / max(float(along @ along), 1e-3), 0, 1)
    distance = np.hypot(x - t * along[0], y - t * along[1])
    radius = np.float32(start_radius) + np.float32(end_radius - start_radius) * t
    alpha = np.clip(radius - distance + 0.5, 0, 1)[..., None]
    shade = (1.12 - 0.5 * (distance / radius) ** 2)[..., None]
    part = picture[where]
    part *= 1 - alpha
    part += np.clip(colour * shade, 0, 255) * alpha
    if labels is not None:
        labels[where][alpha[..., 0] > 0.5] = COVERED
