"""What cards lie on: wood, cloth, carpet, playmats, bright and dark desks, cluttered rooms."""

from __future__ import annotations

import math

import cv2
import numpy as np

from cardscanner_gui.core.types import Pixels
from training.drawing.paint import Colour, any_colour, art, blob, gradient, hsv, noise, to_bytes


def any_surface(rng: np.random.Generator, side: int) -> Pixels:
    """A square of some surface."""
    kinds = (plain, wood, cloth, carpet, playmat, motifs, room, mesh, paper_white, near_black)
    shares = (0.16, 0.14, 0.12, 0.1, 0.1, 0.08, 0.12, 0.05, 0.07, 0.06)
    return kinds[int(rng.choice(len(kinds), p=shares))](rng, (side, side))


def _base(rng: np.random.Generator) -> Colour:
    """Desks are mostly dull, a quarter dark, a quarter bright."""
    saturation = rng.uniform(0, 0.43) if rng.random() < 0.7 else rng.uniform(0.4, 1)
    dark, bright, any_value = (rng.uniform(0.02, 0.24), rng.uniform(0.8, 1), rng.uniform(0.1, 1))
    value = float(rng.choice([dark, bright, any_value], p=[0.25, 0.25, 0.5]))
    return hsv(rng.random(), saturation, value)


def plain(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    base = np.array(_base(rng), np.float32)
    other = np.clip(base * rng.uniform(0.3, 1.3) + rng.normal(0, 8, 3), 0, 255)
    grain = noise(rng, size, (4, 40, 120), (1, 0.4, 0.3), 1) - 0.5
    return to_bytes(gradient(rng, size, base.tolist(), other.tolist()) + grain * rng.uniform(0, 25))


def paper_white(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """White on which white borders vanish."""
    base = hsv(rng.random(), rng.uniform(0, 0.06), rng.uniform(0.85, 1))
    other = hsv(rng.random(), rng.uniform(0, 0.06), rng.uniform(0.75, 1))
    grain = noise(rng, size, (2, 60), (1, 0.2), 1) - 0.5
    return to_bytes(gradient(rng, size, base, other) + grain * rng.uniform(0, 20))


def near_black(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Black on which dark borders vanish."""
    base = hsv(rng.random(), rng.uniform(0, 0.5), rng.uniform(0, 0.1))
    other = hsv(rng.random(), rng.uniform(0, 0.5), rng.uniform(0, 0.2))
    grain = noise(rng, size, (3, 80), (1, 0.4), 1) - 0.5
    return to_bytes(gradient(rng, size, base, other) + grain * rng.uniform(0, 15))


def wood(rng: np.random.Generator, size: tuple[int, int], tone: float | None = None) -> Pixels:
    """Grain along one direction, often in boards; `tone` sets its brightness, 0 to 1."""
    width, height = size
    value = rng.uniform(0.24, 0.98) if tone is None else tone
    base = np.array(hsv(rng.uniform(0.03, 0.11), rng.uniform(0.12, 0.7), value), np.float32)
    upright = rng.random() < 0.5
    fine = int(max(width, height) * rng.uniform(0.1, 0.6))
    stripes = rng.random((2, fine) if upright else (fine, 2), dtype=np.float32)
    grain = cv2.resize(stripes, size, interpolation=cv2.INTER_LINEAR)
    grain = 0.6 * grain + 0.4 * noise(rng, size, (3, 8), (1, 0.5), 1)[..., 0]
    picture = base * (1 - np.float32(rng.uniform(0.1, 0.5)) * grain[..., None])
    if rng.random() < 0.5:
        across = width if upright else height
        for place in np.arange(rng.random() * across / 4, across, across * rng.uniform(0.15, 0.4)):
            gap = slice(int(place), int(place) + max(2, across // 200))
            picture[(slice(None), gap) if upright else (gap,)] *= 0.6
    return to_bytes(picture)


def cloth(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Stripes, checks and weaves."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, period = rng.random() * math.pi, rng.uniform(4, 40)
    bend = 8 * noise(rng, size, (4,), (1,), 1)[..., 0]
    wave = np.sin((x * math.cos(angle) + y * math.sin(angle) + bend) * 2 * math.pi / period)
    if rng.random() < 0.5:
        other = period * rng.uniform(0.5, 2)
        wave *= np.sin((-x * math.sin(angle) + y * math.cos(angle)) * 2 * math.pi / other)
    if rng.random() < 0.5:
        wave = (wave > rng.uniform(-0.3, 0.9)).astype(np.float32)
    tint = rng.normal(0, 30, 3).astype(np.float32)
    grain = noise(rng, size, (5, 60), (1, 0.6), 1) - 0.5
    return to_bytes(
        np.array(_base(rng), np.float32) + wave[..., None] * tint + grain * rng.uniform(10, 60)
    )


def carpet(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    return to_bytes(
        np.array(_base(rng), np.float32)
        * (0.5 + noise(rng, size, (8, 40, 160), (0.5, 0.7, 1.2), 1))
    )


def playmat(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    return art(rng, size)


def motifs(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A printed pattern of dots, boxes or blobs."""
    width, height = size
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = _base(rng)
    step = int(rng.integers(12, 60))
    reach = max(1, int(step * rng.uniform(0.08, 0.4)))
    colours = [any_colour(rng) for _ in range(4)]
    kind = int(rng.integers(3))
    for row, y in enumerate(range(0, height, step)):
        for x in range((row % 2) * step // 2, width, step):
            colour = colours[int(rng.integers(4))]
            if kind == 0:
                cv2.circle(picture, (x, y), reach, colour, -1, cv2.LINE_AA)
            elif kind == 1:
                blob(rng, picture, (x, y), reach * 1.4, colour)
            else:
                cv2.rectangle(picture, (x - reach, y - reach), (x + reach, y + reach), colour, -1)
    return picture


def room(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A room out of focus."""
    width, height = size
    picture = to_bytes(gradient(rng, size, _base(rng), any_colour(rng)))
    for _ in range(rng.integers(3, 14)):
        x, y, w, h = rng.random(4) * [width, height, width, height / 2]
        colour = any_colour(rng) if rng.random() < 0.6 else any_colour(rng, 0, 60)
        if rng.random() < 0.6:
            box = cv2.boxPoints(((x, y), (w, h), rng.random() * 90))
            cv2.fillPoly(picture, [box.astype(np.int32)], colour, cv2.LINE_AA)
        else:
            blob(rng, picture, (x, y), w * 0.4, colour)
    soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 9)).astype(np.float32)
    grain = noise(rng, size, (10, 100), (1, 1), 1) - 0.5
    return to_bytes(np.asarray(soft + grain * rng.uniform(0, 30), np.float32))


def mesh(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """The dotted leather of a binder."""
    picture = np.empty((size[1], size[0], 3), np.float32)
    picture[:] = any_colour(rng, 5, 60)
    step = int(rng.integers(3, 9))
    picture[::step, ::step] += np.float32(rng.uniform(10, 80))
    return to_bytes(np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.6), np.float32))
