"""Colours, noise, gradients and art: what surfaces and faces are painted with.

Pictures are H x W x 3, RGB; `float32` 0 to 255 where they are mixed further, `uint8` at the end.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import Pixels

Colour = tuple[int, int, int]
Paint = npt.NDArray[np.float32]


def any_colour(rng: np.random.Generator, low: int = 0, high: int = 256) -> Colour:
    red, green, blue = (int(v) for v in rng.integers(low, high, 3))
    return red, green, blue


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Each 0 to 1; the hue wraps around."""
    parts = colorsys.hsv_to_rgb(hue % 1, min(1, max(0, saturation)), min(1, max(0, value)))
    red, green, blue = (round(255 * p) for p in parts)
    return red, green, blue


def is_light(colour: Sequence[float]) -> bool:
    return 0.3 * colour[0] + 0.6 * colour[1] + 0.1 * colour[2] > 120


def mix(one: Sequence[float], other: Sequence[float], share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def to_bytes(paint: Paint) -> Pixels:
    return np.clip(paint, 0, 255).astype(np.uint8)


def noise(
    rng: np.random.Generator,
    size: tuple[int, int],
    cells: Sequence[float] = (3, 6, 12),
    strengths: Sequence[float] = (1, 0.5, 0.25),
    channels: int = 3,
) -> Paint:
    """Smooth noise, 0 to 1, H x W x channels, with so many cells across per octave."""
    width, height = size
    total = np.zeros((height, width, channels), np.float32)
    for count, strength in zip(cells, strengths, strict=True):
        grid = (max(2, int(count * height / width) + 1), max(2, int(count) + 1), channels)
        octave = rng.random(grid, dtype=np.float32)
        grown = cv2.resize(octave, (width, height), interpolation=cv2.INTER_CUBIC)
        total += strength * grown.reshape(height, width, channels)
    return total / np.float32(sum(strengths))


def gradient(
    rng: np.random.Generator, size: tuple[int, int], one: Sequence[float], other: Sequence[float]
) -> Paint:
    """From one colour to another in any direction."""
    width, height = size
    angle = rng.random() * 2 * math.pi
    ramp = (
        math.cos(angle) * np.linspace(0, 1, width, dtype=np.float32)[None]
        + math.sin(angle) * np.linspace(0, 1, height, dtype=np.float32)[:, None]
    )
    ramp = (ramp - ramp.min()) / (np.ptp(ramp) + np.float32(1e-6))
    start, end = np.array(one, np.float32), np.array(other, np.float32)
    return np.asarray(start + (end - start) * ramp[..., None], np.float32)


def foil(rng: np.random.Generator, picture: Pixels, strength: float) -> Pixels:
    """The rainbow of a holographic foil over a picture, sometimes in a pattern of cells."""
    height, width = picture.shape[:2]
    angle = rng.random() * math.pi
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / width
    phase = (x * math.cos(angle) + y * math.sin(angle)) * rng.uniform(0.5, 4)
    phase += noise(rng, (width, height), (4,), (1,), 1)[..., 0] * rng.uniform(0, 2)
    hue = (phase * 180 % 180).astype(np.uint8)
    saturation = np.full_like(hue, rng.integers(60, 200))
    rainbow = cv2.cvtColor(
        np.dstack([hue, saturation, np.full_like(hue, 255)]), cv2.COLOR_HSV2RGB
    ).astype(np.float32)
    amount: Paint | float = strength
    if rng.random() < 0.5:
        count = int(rng.integers(8, 30))
        cells = rng.random((int(count * 1.4), count), dtype=np.float32)
        how = cv2.INTER_NEAREST if rng.random() < 0.5 else cv2.INTER_LINEAR
        amount = strength * cv2.resize(cells, (width, height), interpolation=how)[..., None]
    return to_bytes(np.asarray(picture * (1 - amount) + rainbow * amount, np.float32))


def blob(
    rng: np.random.Generator,
    picture: Pixels,
    centre: tuple[float, float],
    size: float,
    colour: Colour,
) -> None:
    """A lumpy filled shape, often with a dark outline."""
    count = int(rng.integers(5, 12))
    angles = np.sort(rng.random(count)) * 2 * math.pi
    reach = size * rng.uniform(0.5, 1.3, count)
    points = np.stack(
        [centre[0] + reach * np.cos(angles), centre[1] + reach * np.sin(angles)], axis=1
    ).astype(np.int32)
    cv2.fillPoly(picture, [points], colour, cv2.LINE_AA)
    if rng.random() < 0.6:
        cv2.polylines(picture, [points], True, mix(colour, (0, 0, 0), 0.7), 1, cv2.LINE_AA)


def art(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """An illustration: a sky or a pattern, rays, a crowd of shapes around the middle."""
    width, height = max(8, size[0]), max(8, size[1])
    one, other = any_colour(rng), any_colour(rng)
    kind = rng.random()
    if kind < 0.5:
        ramp = noise(rng, (width, height), (3, 7, 15), channels=1)
        paint = (
            np.array(one, np.float32)
            + (np.array(other, np.float32) - np.array(one, np.float32)) * ramp
        )
    elif kind < 0.8:
        paint = gradient(rng, (width, height), one, other)
        paint = paint + (noise(rng, (width, height)) - 0.5) * rng.uniform(20, 160)
    else:
        paint = noise(rng, (width, height), (4, 9, 30), (1, 0.7, 0.5)) * 255
    picture = to_bytes(paint)
    if rng.random() < 0.35:
        _rays(rng, picture)
    for _ in range(rng.integers(2, 14)):
        _shape(rng, picture)
    if rng.random() < 0.4:
        grain = noise(rng, (width, height), (20, 60), (1, 1)) - 0.5
        picture = to_bytes(picture + grain * rng.uniform(20, 120))
    return picture


def _rays(rng: np.random.Generator, picture: Pixels) -> None:
    height, width = picture.shape[:2]
    centre = np.array([rng.integers(width), rng.integers(height)])
    count = int(rng.integers(6, 20))
    colour = any_colour(rng, 80)
    for angle in np.arange(count) * 2 * math.pi / count + rng.random():
        ends = [
            centre + 2 * height * np.array([math.cos(a), math.sin(a)])
            for a in (angle, angle + 2 / count)
        ]
        cv2.fillPoly(picture, [np.array([centre, *ends], np.int32)], colour, cv2.LINE_AA)


def _shape(rng: np.random.Generator, picture: Pixels) -> None:
    height, width = picture.shape[:2]
    x, y = rng.normal(0.5, 0.22) * width, rng.normal(0.5, 0.22) * height
    size = rng.uniform(0.04, 0.28) * width
    colour = any_colour(rng)
    kind = rng.random()
    if kind < 0.4:
        blob(rng, picture, (x, y), size, colour)
    elif kind < 0.75:
        axes = (int(size), int(size * rng.uniform(0.3, 1)))
        cv2.ellipse(
            picture, (int(x), int(y)), axes, rng.uniform(0, 180), 0, 360, colour, -1, cv2.LINE_AA
        )
        if rng.random() < 0.5:
            light = mix(colour, (255, 255, 255), 0.3)
            spot = (int(x - size * 0.2), int(y - size * 0.2))
            cv2.circle(picture, spot, int(size * 0.4) + 1, light, -1, cv2.LINE_AA)
    elif kind < 0.9:
        end = (int(x + rng.normal() * size * 2), int(y + rng.normal() * size * 2))
        cv2.line(picture, (int(x), int(y)), end, colour, int(rng.integers(1, 7)), cv2.LINE_AA)
    else:
        for _ in range(12):
            spot = (int(rng.random() * width), int(rng.random() * height))
            cv2.circle(picture, spot, int(rng.integers(1, 5)), colour, -1, cv2.LINE_AA)
