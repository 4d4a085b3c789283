"""Random card faces for training: many layouts, of several games, none of them a real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cardscanner_gui.core.types import CARD_ASPECT, Box, Pixels
from training.drawing import words
from training.drawing.canvas import Canvas
from training.drawing.cards import CardFace, draw_card, with_round_corners
from training.drawing.paint import (
    Colour,
    any_colour,
    art,
    foil,
    gradient,
    hsv,
    is_light,
    mix,
    noise,
    to_bytes,
)

HEIGHT = 352
_WHITE, _BLACK = (245, 245, 245), (18, 18, 20)


@dataclass
class _Sheet:
    """A face while it is drawn.

    Attributes:
        edge: the border's thickness by the card's width.
        foreign: text is drawn as strokes.
    """

    canvas: Canvas
    rng: np.random.Generator
    body: Colour
    edge: float
    foreign: bool

    @property
    def inner(self) -> Box:
        vertical = self.edge * CARD_ASPECT
        return Box(self.edge, vertical, 1 - self.edge, 1 - vertical)

    @property
    def pale(self) -> Colour:
        return mix(self.body, (255, 255, 255), self.rng.uniform(0.6, 0.95))

    @property
    def dark(self) -> Colour:
        return mix(self.body, (0, 0, 0), self.rng.uniform(0.65, 0.95))

    def ink_on(self, ground: Colour) -> Colour:
        return _BLACK if is_light(ground) else _WHITE

    def picture(self, box: Box, foil_share: float = 0.35) -> None:
        drawn = art(self.rng, self.canvas.size_of(box))
        if self.rng.random() < 0.2:
            grey = (
                drawn.mean(2, keepdims=True) / 255 * np.array(any_colour(self.rng, 60), np.float32)
            )
            drawn = to_bytes(np.asarray(grey * 1.2, np.float32))
        if self.rng.random() < foil_share:
            drawn = foil(self.rng, drawn, self.rng.uniform(0.1, 0.5))
        self.canvas.paste(box, drawn)

    def ground(self, box: Box, colour: Colour) -> None:
        """A body that isn't one flat colour."""
        size = self.canvas.size_of(box)
        other = [min(255.0, c * self.rng.uniform(0.6, 1.3)) for c in colour]
        grain = noise(self.rng, size, (5, 25), (1, 0.4)) - 0.5
        paint = gradient(self.rng, size, colour, other) + grain * self.rng.uniform(5, 70)
        self.canvas.paste(box, to_bytes(np.asarray(paint, np.float32)))

    def line(
        self, x: float, y: float, text: str, size: float, ink: Colour, outline: Colour | None = None
    ) -> None:
        """Text with its left end at x, its base line at y."""
        if self.foreign:
            length = min(0.9 - x, len(text) * size * 0.5)
            self.canvas.strokes(self.rng, Box(x, y - size * 0.8, x + length, y), 1, ink)
        else:
            self.canvas.text(x, y, text, size, ink, outline=outline, longest=0.95 - x)

    def paragraph(self, box: Box, size: float, ink: Colour, outline: Colour | None = None) -> None:
        if self.foreign:
            rows = max(1, int((box.bottom - box.top) / size))
            self.canvas.strokes(self.rng, box, rows, ink)
            return
        y = box.top + size
        while y < box.bottom:
            count = int(self.rng.integers(3, 9))
            width = (box.right - box.left) * self.rng.uniform(0.8, 1)
            text = words.phrase(self.rng, count)
            self.canvas.text(box.left, y, text, size * 0.85, ink, outline=outline, longest=width)
            y += size * (1.7 if self.rng.random() < 0.12 else 1)

    def header(self, y: float, size: float, ink: Colour, outline: Colour | None = None) -> None:
        """Name on the left, points and a symbol on the right."""
        rng = self.rng
        x = self.edge + rng.uniform(0.03, 0.14)
        if rng.random() < 0.35:
            self.canvas.disc(self.edge + 0.07, y - size * 0.3, 0.055, any_colour(rng))
            x = self.edge + 0.14
        self.line(x, y, words.name(rng), size, ink, outline)
        points = str(int(rng.integers(3, 35) * 10))
        red = (200, 30, 30) if rng.random() < 0.25 else ink
        right = rng.uniform(0.84, 0.88)
        label = ("HP " if rng.random() < 0.6 else "") + points
        self.canvas.text(right, y, label, size * 0.85, red, anchor="rs", outline=outline)
        self.canvas.disc(0.95 - self.edge, y - size * 0.35, 0.033, any_colour(rng))

    def attacks(self, top: float, bottom: float, ink: Colour, outline: Colour | None) -> None:
        rng = self.rng
        count = int(rng.integers(1, 4))
        step = (bottom - top) / count
        for index in range(count):
            y, size = top + index * step, rng.uniform(0.026, 0.036)
            for cost in range(int(rng.integers(1, 4))):
                self.canvas.disc(self.edge + 0.06 + 0.06 * cost, y + 0.02, 0.024, any_colour(rng))
            self.line(0.3, y + 0.03, words.phrase(rng, 2), size, ink, outline)
            if rng.random() < 0.8:
                damage = str(int(rng.integers(1, 30) * 10))
                self.canvas.text(0.91, y + 0.03, damage, size, ink, anchor="rs", outline=outline)
            rows = float(rng.integers(0, 4)) * 0.024
            low = min(y + step - 0.005, y + 0.04 + rows)
            self.paragraph(Box(self.edge + 0.05, y + 0.04, 0.93, low), 0.024, ink, outline)

    def footer(self, ink: Colour, outline: Colour | None = None) -> None:
        rng = self.rng
        y = 1 - self.edge * CARD_ASPECT - 0.02
        x = self.edge + 0.05
        for _ in range(rng.integers(2, 4)):
            self.line(x, y - 0.05, words.word(rng, 3), 0.018, ink, outline)
            if rng.random() < 0.6:
                self.canvas.disc(x + 0.19, y - 0.055, 0.02, any_colour(rng))
            x += 0.3
        if rng.random() < 0.8:
            where = self.edge + 0.04 if rng.random() < 0.7 else 0.72
            self.canvas.text(where, y, words.number(rng), 0.019, ink, outline=outline)
        if rng.random() < 0.5:
            self.paragraph(Box(0.48, y - 0.02, 0.94 - self.edge, y + 0.01), 0.015, ink, outline)


def _framed(sheet: _Sheet) -> None:
    """Picture above, attacks below."""
    rng = sheet.rng
    sheet.ground(sheet.inner, sheet.body)
    ink = sheet.ink_on(sheet.body)
    sheet.header(sheet.edge * 0.7 + rng.uniform(0.055, 0.07), rng.uniform(0.04, 0.055), ink)
    left = sheet.edge + rng.uniform(0.015, 0.06)
    bottom = rng.uniform(0.46, 0.53)
    box = Box(left, rng.uniform(0.1, 0.13), 1 - left, bottom)
    sheet.picture(box)
    rim = [(220, 190, 60), (200, 200, 205), (40, 40, 40), (230, 230, 230)][int(rng.integers(4))]
    sheet.canvas.frame(box, rim, rng.uniform(0.004, 0.02))
    if rng.random() < 0.6:
        sheet.canvas.fill(Box(0.15, bottom, 0.85, bottom + 0.024), rim)
    sheet.attacks(bottom + 0.04, 0.85, ink, None)
    sheet.footer(ink)


def _full_art(sheet: _Sheet) -> None:
    """The picture goes over the whole card, text on top of it."""
    rng = sheet.rng
    sheet.picture(sheet.inner, 0.6)
    ink, outline = (_WHITE, _BLACK) if rng.random() < 0.6 else (_BLACK, _WHITE)
    if rng.random() < 0.5:
        ground = sheet.dark if ink is _WHITE else sheet.pale
        low = Box(sheet.edge, rng.uniform(0.5, 0.65), 1 - sheet.edge, sheet.inner.bottom)
        sheet.canvas.blend(low, ground, rng.uniform(0.2, 0.8))
    rim = outline if rng.random() < 0.7 else None
    sheet.header(sheet.edge * 0.7 + rng.uniform(0.055, 0.08), rng.uniform(0.042, 0.06), ink, rim)
    if rng.random() < 0.85:
        sheet.attacks(rng.uniform(0.55, 0.68), 0.87, ink, rim)
    sheet.footer(ink, rim)
    if rng.random() < 0.4:
        sheet.canvas.frame(sheet.inner, any_colour(rng), rng.uniform(0.004, 0.015))


def _trainer(sheet: _Sheet) -> None:
    """A strip with the kind, the name, a picture, one long text."""
    rng = sheet.rng
    strip = [sheet.body, sheet.pale, sheet.dark, (190, 190, 195)][int(rng.integers(4))]
    sheet.ground(sheet.inner, sheet.body if rng.random() < 0.6 else sheet.pale)
    top = rng.uniform(0.11, 0.17)
    sheet.canvas.fill(Box(sheet.edge, sheet.inner.top, 1 - sheet.edge, top), strip)
    ink = sheet.ink_on(strip)
    sheet.line(sheet.edge + 0.05, top - 0.015, words.name(rng), rng.uniform(0.04, 0.06), ink)
    kind = words.word(rng, 3).upper()
    at = sheet.edge + 0.05 if rng.random() < 0.5 else 0.65
    sheet.line(at, sheet.inner.top + 0.035, kind, 0.03, ink)
    left = sheet.edge + rng.uniform(0.01, 0.05)
    bottom = rng.uniform(0.45, 0.56)
    sheet.picture(Box(left, top, 1 - left, bottom))
    panel = sheet.pale
    sheet.canvas.fill(Box(left, bottom + 0.02, 1 - left, rng.uniform(0.86, 0.94)), panel)
    text = Box(left + 0.04, bottom + 0.05, 0.96 - left, bottom + rng.uniform(0.15, 0.32))
    sheet.paragraph(text, rng.uniform(0.026, 0.036), sheet.ink_on(panel))
    sheet.footer(sheet.ink_on(sheet.body))


def _other_game(sheet: _Sheet) -> None:
    """A name bar, a picture between a quarter and two thirds, a text box: as other games have."""
    rng = sheet.rng
    sheet.ground(sheet.inner, sheet.body)
    bar = [sheet.pale, sheet.body, sheet.dark][int(rng.integers(3))]
    left = sheet.edge + rng.uniform(0.01, 0.09)
    sheet.canvas.fill(Box(left, 0.045, 1 - left, rng.uniform(0.095, 0.115)), bar, 0.012)
    title = words.name(rng)
    title = title.upper() if rng.random() < 0.4 else title
    sheet.line(left + 0.02, 0.088, title, rng.uniform(0.036, 0.05), sheet.ink_on(bar))
    for index in range(int(rng.integers(0, 8))):
        y = 0.075 if rng.random() < 0.2 else 0.135
        sheet.canvas.disc(0.9 - 0.07 * index, y, 0.025, hsv(rng.uniform(0, 0.12), 0.8, 0.9))
    top, bottom = rng.uniform(0.12, 0.19), rng.uniform(0.5, 0.71)
    inset = left + rng.uniform(0, 0.06)
    box = Box(inset, top, 1 - inset, bottom)
    sheet.picture(box, 0.2)
    sheet.canvas.frame(box, any_colour(rng), rng.uniform(0.004, 0.02))
    if rng.random() < 0.6:
        sheet.canvas.fill(Box(left, bottom + 0.01, 1 - left, bottom + 0.05), bar, 0.01)
        sheet.line(left + 0.02, bottom + 0.042, words.phrase(rng, 3), 0.026, sheet.ink_on(bar))
    panel = sheet.pale if rng.random() < 0.8 else sheet.body
    low = rng.uniform(0.9, 0.95)
    sheet.canvas.fill(Box(left, bottom + 0.06, 1 - left, low), panel)
    text = Box(left + 0.02, bottom + 0.07, 0.98 - left, rng.uniform(bottom + 0.12, low - 0.01))
    sheet.paragraph(text, rng.uniform(0.022, 0.034), sheet.ink_on(panel))
    if rng.random() < 0.6:
        sheet.canvas.text(0.93 - left, low - 0.01, "1800/ 2400", 0.024, _BLACK, anchor="rs")
    sheet.line(left, 0.975, words.phrase(rng, 3), 0.014, sheet.ink_on(sheet.body))


def _energy(sheet: _Sheet) -> None:
    """One large symbol and hardly any text."""
    rng = sheet.rng
    sheet.ground(sheet.inner, sheet.body)
    ink = sheet.ink_on(sheet.body)
    sheet.line(sheet.edge + 0.06, 0.085, words.name(rng) + " Energy", 0.05, ink)
    symbol = any_colour(rng)
    sheet.canvas.disc(0.5, rng.uniform(0.45, 0.55), rng.uniform(0.2, 0.32), symbol)
    sheet.canvas.disc(0.5, 0.5, rng.uniform(0.05, 0.15), mix(symbol, (255, 255, 255), 0.6))
    sheet.footer(ink)


def _readable(rng: np.random.Generator) -> Pixels:
    face = CardFace(
        words.name(rng),
        int(rng.integers(3, 35)) * 10,
        words.number(rng),
        words.word(rng, 2)[:3].upper(),
        tuple(words.phrase(rng, 2) for _ in range(int(rng.integers(1, 3)))),
        words.phrase(rng, 2).title(),
        str(rng.integers(1996, 2027)),
        words.name(rng) if rng.random() < 0.4 else "",
        "modern" if rng.random() < 0.5 else "classic",
        int(rng.integers(2**31)),
    )
    return draw_card(face, HEIGHT)


_LAYOUTS: tuple[tuple[Callable[[_Sheet], None], float], ...] = (
    (_framed, 0.26),
    (_full_art, 0.3),
    (_trainer, 0.14),
    (_other_game, 0.25),
    (_energy, 0.05),
)


def any_face(rng: np.random.Generator) -> Pixels:
    """A random face, RGBA, 352 high, with rounded corners."""
    if rng.random() < 0.15:
        face = _readable(rng)
    else:
        shares = [share for _, share in _LAYOUTS]
        layout = _LAYOUTS[int(rng.choice(len(_LAYOUTS), p=shares))][0]
        body = hsv(rng.random(), rng.uniform(0.1, 0.85), rng.uniform(0.35, 0.98))
        border, edge = _border(rng, body)
        canvas = Canvas(round(HEIGHT * CARD_ASPECT), HEIGHT, border)
        sheet = _Sheet(canvas, rng, body, edge, rng.random() < 0.25)
        layout(sheet)
        face = canvas.pixels()
    if rng.random() < 0.25:
        face = foil(rng, face, rng.uniform(0.05, 0.35))
    if rng.random() < 0.15:
        face = _worn(rng, face)
    return with_round_corners(face, rng.uniform(0.03, 0.055))


def _border(rng: np.random.Generator, body: Colour) -> tuple[Colour, float]:
    """Colour and thickness of the border; none for cards printed to the edge."""
    edge = rng.uniform(0.028, 0.062)
    kind = int(rng.choice(6, p=[0.22, 0.25, 0.13, 0.18, 0.14, 0.08]))
    if kind == 0:
        return hsv(rng.uniform(0.12, 0.16), rng.uniform(0.45, 0.95), rng.uniform(0.7, 1)), edge
    if kind == 1:
        return hsv(0.15, rng.uniform(0, 0.06), rng.uniform(0.5, 0.88)), edge
    if kind == 2:
        return hsv(rng.random(), rng.uniform(0, 0.1), rng.uniform(0.88, 1)), edge
    if kind == 3:
        return hsv(rng.random(), rng.uniform(0, 0.25), rng.uniform(0.03, 0.2)), edge
    if kind == 4:
        return body, rng.uniform(0, 0.03)
    return hsv(rng.random(), rng.uniform(0.25, 1), rng.uniform(0.25, 1)), edge


def _worn(rng: np.random.Generator, face: Pixels) -> Pixels:
    """Whitened edges."""
    height, width = face.shape[:2]
    thickness = int(rng.integers(2, 6))
    edge = np.ones((height, width, 1), bool)
    edge[thickness:-thickness, thickness:-thickness] = False
    rubbed = noise(rng, (width, height), (30,), (1,), 1) > rng.uniform(0.4, 0.75)
    return np.where(edge & rubbed, np.uint8(230), face)
