"""Pictures made of boxes that are no cards: charts, calendars, tables, pages of tiles."""

from __future__ import annotations

import numpy as np

from cardscanner_gui.core.types import Box, Pixels
from training.drawing import words
from training.drawing.canvas import Canvas
from training.drawing.paint import Colour, any_colour, art, mix

_LONG = 420
_INK = (30, 32, 40)


def any_sheet(rng: np.random.Generator) -> Pixels:
    """A whole page or screen of boxes, RGBA."""
    kinds = (panels, calendar, spreadsheet, tiles)
    width = int(_LONG * rng.uniform(0.6, 1.0))
    size = (width, _LONG) if rng.random() < 0.5 else (_LONG, width)
    dark = rng.random() < 0.2
    paper = any_colour(rng, 10, 60) if dark else any_colour(rng, 225, 256)
    ink = any_colour(rng, 190, 256) if dark else _INK
    canvas = Canvas(*size, paper)
    kinds[int(rng.integers(len(kinds)))](canvas, rng, ink)
    picture = canvas.pixels()
    return np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])


def panels(canvas: Canvas, rng: np.random.Generator, ink: Colour) -> None:
    """Several diagrams of bars or dots, one below or beside the other."""
    rows, columns = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    count, tinted = int(rng.integers(3, 13)), rng.random() < 0.6
    for box in _cells(rows, columns, 0.1, 0.06):
        ground = mix(any_colour(rng, 120, 256), (240, 242, 250), 0.85)
        if tinted:
            canvas.fill(box, ground)
        else:
            canvas.frame(box, ink, 0.003)
        middle = (box.left + box.right) / 2
        canvas.text(middle, box.top - 0.01, words.phrase(rng, 3), 0.026, ink, anchor="ms")
        colour, dots = any_colour(rng), rng.random() < 0.3
        step = (box.right - box.left) / count
        for index in range(count):
            share = rng.uniform(0.1, 1.0)
            left = box.left + step * (index + 0.1)
            top = box.bottom - share * (box.bottom - box.top)
            if dots:
                canvas.disc(left + step * 0.4, top, rng.uniform(0.005, 0.02), any_colour(rng))
            else:
                canvas.fill(Box(left, top, left + step * 0.8, box.bottom), colour)
            canvas.text(left, box.bottom + 0.022, words.word(rng), 0.016, ink)


def calendar(canvas: Canvas, rng: np.random.Generator, ink: Colour) -> None:
    """Days in weeks below a picture or a word."""
    top = rng.uniform(0.12, 0.45)
    if top > 0.25:
        head = Box(0.03, 0.02, 0.97, top - 0.03)
        canvas.paste(head, art(rng, canvas.size_of(head)))
    canvas.text(0.06, top, words.word(rng, 3).upper(), 0.05, any_colour(rng))
    heavy = rng.uniform(0.002, 0.008)
    for index, box in enumerate(_cells(int(rng.integers(4, 7)), 7, 0.04, 0.0, top + 0.02)):
        canvas.frame(box, ink, heavy)
        canvas.text(box.left + 0.01, box.top + 0.03, str(index % 31 + 1), 0.025, ink)
        if rng.random() < 0.25:
            canvas.fill(Box(box.left, box.bottom - 0.03, box.right, box.bottom), any_colour(rng))


def spreadsheet(canvas: Canvas, rng: np.random.Generator, ink: Colour) -> None:
    """Rows of cells, some of them coloured."""
    rows, columns = int(rng.integers(5, 20)), int(rng.integers(2, 8))
    colour = any_colour(rng)
    for index, box in enumerate(_cells(rows, columns, 0.03, 0.0)):
        if index < columns or rng.random() < 0.08:
            canvas.fill(box, mix(colour, (255, 255, 255), rng.uniform(0.2, 0.8)))
        canvas.frame(box, mix(ink, (150, 150, 150), 0.5), 0.002)
        longest = 0.9 * (box.right - box.left)
        canvas.text(
            box.left + 0.005, box.bottom - 0.01, words.phrase(rng, 2), 0.022, ink, longest=longest
        )


def tiles(canvas: Canvas, rng: np.random.Generator, ink: Colour) -> None:
    """A gallery: pictures with a caption, as on a shop's page, a poster or a screen of apps."""
    rows, columns = int(rng.integers(1, 6)), int(rng.integers(2, 6))
    gap, round_by = rng.uniform(0.01, 0.06), rng.choice([0.0, 0.02, 0.04])
    pictured = rng.random() < 0.6
    for box in _cells(rows, columns, 0.05, gap):
        canvas.fill(box, any_colour(rng), float(round_by))
        if pictured:
            deep = box.top + (box.bottom - box.top) * rng.uniform(0.5, 1.0)
            part = Box(box.left, box.top, box.right, deep)
            canvas.paste(part, art(rng, canvas.size_of(part)))
        longest = 0.9 * (box.right - box.left)
        canvas.text(
            box.left + 0.01, box.bottom - 0.015, words.phrase(rng, 3), 0.028, ink, longest=longest
        )


def _cells(rows: int, columns: int, margin: float, gap: float, top: float = 0.1) -> list[Box]:
    """Boxes in rows and columns, `gap` of the sheet apart."""
    wide, high = (1 - 2 * margin) / columns, (0.96 - top) / rows
    return [
        Box(
            margin + wide * column + gap / 2,
            top + high * row + gap / 2,
            margin + wide * (column + 1) - gap / 2,
            top + high * (row + 1) - gap / 2,
        )
        for row in range(rows)
        for column in range(columns)
    ]
