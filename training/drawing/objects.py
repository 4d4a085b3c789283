"""Flat things that are no cards, or no faces: backs, packs, papers, phones, books, boxes."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import CARD_ASPECT, Box, Pixels
from training.drawing import words
from training.drawing.canvas import Canvas
from training.drawing.cards import with_round_corners
from training.drawing.faces import HEIGHT
from training.drawing.paint import any_colour, art, foil, hsv, mix, noise, to_bytes


def any_object(rng: np.random.Generator) -> Pixels:
    """Something that must not be taken for a card's face, RGBA."""
    kinds = (card_back, pack, paper, chart, device, book)
    return kinds[int(rng.choice(6, p=[0.36, 0.26, 0.1, 0.08, 0.1, 0.1]))](rng)


def card_back(rng: np.random.Generator) -> Pixels:
    """The same upside down: a border, a swirl, a medallion, a word above and below."""
    width = round(HEIGHT * CARD_ASPECT)
    blue = rng.random() < 0.5
    rim = hsv(rng.uniform(0.6, 0.65), 0.9, 0.35) if blue else any_colour(rng, 0, 200)
    body = (
        hsv(rng.uniform(0.58, 0.65), 0.85, rng.uniform(0.3, 0.75))
        if blue
        else any_colour(rng, 0, 160)
    )
    canvas = Canvas(width, HEIGHT, rim)
    edge = rng.uniform(0.03, 0.07)
    box = Box(edge, edge * CARD_ASPECT, 1 - edge, 1 - edge * CARD_ASPECT)
    swirl = noise(rng, canvas.size_of(box), (4, 9), (1, 0.5), 1)
    canvas.paste(box, to_bytes(np.array(body, np.float32) * (0.6 + 0.8 * swirl)))
    picture = canvas.pixels()
    middle, reach = (width // 2, HEIGHT // 2), int(width * rng.uniform(0.18, 0.36))
    axes = (reach, int(reach * rng.uniform(0.9, 1.4)))
    cv2.ellipse(picture, middle, axes, 0, 0, 360, any_colour(rng), -1, cv2.LINE_AA)
    if rng.random() < 0.7:
        cv2.ellipse(picture, middle, (reach, reach), 0, 180, 360, (210, 40, 40), -1, cv2.LINE_AA)
        cv2.ellipse(picture, middle, (reach, reach), 0, 0, 180, (235, 235, 235), -1, cv2.LINE_AA)
        cv2.circle(picture, middle, reach // 4, (240, 240, 240), -1, cv2.LINE_AA)
    if rng.random() < 0.7:
        lettering = Canvas(width, HEIGHT, (0, 0, 0))
        lettering.text(
            0.5,
            0.22,
            words.word(rng, 3).capitalize(),
            0.11,
            (255, 255, 255),
            anchor="ms",
            longest=0.8,
            bold=True,
        )
        mask = lettering.pixels()[..., 0]
        both = np.maximum(mask, mask[::-1, ::-1]) > 100
        picture[both] = (
            hsv(rng.uniform(0.1, 0.16), 0.8, 0.95) if rng.random() < 0.8 else any_colour(rng)
        )
    return with_round_corners(picture)


def pack(rng: np.random.Generator) -> Pixels:
    """A sealed foil pack: art all over, a logo, crimped ends, wrinkles."""
    width = round(HEIGHT * CARD_ASPECT * rng.uniform(0.75, 1.0))
    height = round(HEIGHT * rng.uniform(0.95, 1.25))
    canvas = Canvas(width, height, any_colour(rng))
    canvas.paste(Box(0, 0, 1, 1), foil(rng, art(rng, (width, height)), rng.uniform(0.1, 0.4)))
    gold = hsv(rng.uniform(0.1, 0.16), rng.uniform(0.5, 0.9), 1)
    canvas.text(
        0.5,
        0.24,
        words.word(rng, 3).upper(),
        0.15,
        gold,
        anchor="ms",
        outline=(30, 40, 120),
        longest=0.9,
    )
    canvas.text(
        0.5,
        rng.uniform(0.7, 0.85),
        words.phrase(rng, 2).upper(),
        0.06,
        (245, 245, 245),
        anchor="ms",
        outline=(20, 20, 20),
        longest=0.85,
    )
    if rng.random() < 0.6:
        canvas.text(0.5, 0.92, "10 ADDITIONAL GAME CARDS", 0.025, (240, 240, 240), anchor="ms")
    picture = canvas.pixels()
    crimp = max(4, int(height * rng.uniform(0.03, 0.06)))
    for rows in (slice(0, crimp), slice(height - crimp, height)):
        picture[rows] = picture[rows] // 2 + 90
        picture[rows, ::4] = picture[rows, ::4] // 2
    if rng.random() < 0.6:
        wrinkles = noise(rng, (width, height), (6, 14), (1, 1), 1) - 0.5
        picture = to_bytes(picture + wrinkles * rng.uniform(60, 220))
    return _opaque(picture)


def paper(rng: np.random.Generator) -> Pixels:
    width, height = _some_size(rng)
    tone = int(rng.integers(200, 256))
    canvas = Canvas(width, height, (tone, tone, tone))
    ink = any_colour(rng, 0, 90)
    y = 0.06
    size = rng.uniform(0.02, 0.06)
    while y < rng.uniform(0.4, 1.2) and y < 0.97:
        canvas.text(0.06, y, words.phrase(rng, 7), size, ink, longest=rng.uniform(0.5, 0.9))
        y += size * 1.3
    for _ in range(rng.integers(0, 8)):
        x, top = rng.random(2)
        canvas.fill(
            Box(x, top, x + rng.uniform(0.02, 0.3), top + rng.uniform(0.02, 0.2)), any_colour(rng)
        )
    return _opaque(canvas.pixels())


def chart(rng: np.random.Generator) -> Pixels:
    """Bars with labels on white, as a screen shows them."""
    width, height = round(HEIGHT * rng.uniform(0.9, 1.6)), HEIGHT
    canvas = Canvas(width, height, (255, 255, 255))
    panels = int(rng.integers(1, 3))
    for panel in range(panels):
        left, right = (panel + 0.15) / panels, (panel + 0.95) / panels
        canvas.frame(Box(left, 0.1, right, 0.85), (20, 20, 20), 0.003)
        canvas.text((left + right) / 2, 0.07, words.phrase(rng, 3), 0.04, (20, 20, 20), anchor="ms")
        colour, count = any_colour(rng), int(rng.integers(3, 14))
        lying = rng.random() < 0.5
        for index in range(count):
            start, stop = (index + 0.15) / count, (index + 0.85) / count
            share = rng.uniform(0.1, 0.95)
            if lying:
                top, bottom = 0.1 + 0.75 * start, 0.1 + 0.75 * stop
                canvas.fill(Box(left, top, left + (right - left) * share, bottom), colour)
                canvas.text(left - 0.01, bottom, words.word(rng), 0.022, (20, 20, 20), anchor="rs")
            else:
                x = left + (right - left) * start
                end = left + (right - left) * stop
                canvas.fill(Box(x, 0.85 - 0.75 * share, end, 0.85), colour)
                canvas.text(x, 0.9, words.word(rng), 0.022, (20, 20, 20))
    return _opaque(canvas.pixels())


def device(rng: np.random.Generator) -> Pixels:
    """A phone, a remote, a box: dark, rounded, with a lit face."""
    width, height = _some_size(rng)
    frame = any_colour(rng, 0, 80)
    canvas = Canvas(width, height, frame)
    canvas.fill(Box(0.04, 0.03, 0.96, 0.97), any_colour(rng), 0.03)
    if rng.random() < 0.4:
        for row in range(5):
            for column in range(3):
                canvas.disc(
                    0.25 + 0.25 * column, 0.3 + 0.13 * row, 0.06, mix(frame, (255, 255, 255), 0.3)
                )
    return with_round_corners(canvas.pixels(), rng.uniform(0.05, 0.12))


def book(rng: np.random.Generator) -> Pixels:
    width, height = _some_size(rng)
    canvas = Canvas(width, height, any_colour(rng))
    canvas.paste(Box(0, 0, 1, 1), art(rng, (width, height)))
    canvas.text(
        0.5,
        rng.uniform(0.15, 0.9),
        words.phrase(rng, 2).upper(),
        0.1,
        any_colour(rng),
        anchor="ms",
        longest=0.9,
    )
    return _opaque(canvas.pixels())


def _some_size(rng: np.random.Generator) -> tuple[int, int]:
    width = round(HEIGHT * CARD_ASPECT * rng.uniform(0.8, 1.2))
    return width, round(HEIGHT * rng.uniform(0.6, 1.3))


def _opaque(picture: Pixels) -> Pixels:
    return np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
