"""Card faces whose text can be read: the layouts that the reading stage knows."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from cardscanner_gui.core.types import CARD_ASPECT, Box, Pixels
from training.drawing.canvas import Canvas
from training.drawing.paint import Colour, art, foil, hsv, mix


@dataclass(frozen=True)
class Wording:
    """The words that every card of a language bears.

    Attributes:
        rules: sentences, as they stand below the attacks.
        foot: weakness, resistance, retreat.
    """

    hp: str
    basic: str
    stage: str
    evolves_from: str
    foot: tuple[str, str, str]
    rules: tuple[str, ...]


ENGLISH = Wording(
    "HP",
    "Basic",
    "Stage 1",
    "Evolves from",
    ("weakness", "resistance", "retreat"),
    (
        "This attack does 20 more damage for each Energy card attached.",
        "Flip a coin. If heads, the opposing card is now Asleep.",
        "Draw a card, then shuffle the rest into your deck.",
        "Heal 30 damage from one card on your Bench.",
    ),
)


@dataclass(frozen=True)
class CardFace:
    """What is printed on a card. An empty text is left out.

    Attributes:
        number: as printed, such as `012/193`.
        attacks: names of attacks.
        seed: decides colours, art and the filler text.
        wording: in which language everything else is.
        first_edition: whether a classic card bears the stamp: a 1 in a disc below EDITION.
    """

    name: str
    hp: int | None
    number: str
    set_code: str = ""
    attacks: tuple[str, ...] = ()
    artist: str = ""
    year: str = ""
    evolves_from: str = ""
    era: Literal["modern", "classic", "full art"] = "modern"
    seed: int = 0
    wording: Wording = ENGLISH
    first_edition: bool = False


@dataclass(frozen=True)
class Palette:
    """A card's colours."""

    border: Colour
    body: Colour
    panel: Colour
    ink: Colour


def draw_card(face: CardFace, height: int = 1056) -> Pixels:
    """A face as RGB, `height` high and 63:88, with square corners."""
    rng = np.random.default_rng(face.seed)
    hue = rng.random()
    palette = Palette(
        border=hsv(0.13 + rng.normal(0, 0.01), rng.uniform(0.5, 0.8), rng.uniform(0.85, 1))
        if face.era == "classic" or rng.random() < 0.4
        else hsv(0, 0, rng.uniform(0.6, 0.85)),
        body=hsv(hue, rng.uniform(0.2, 0.55), rng.uniform(0.8, 1)),
        panel=hsv(hue, 0.08, 0.97),
        ink=(18, 18, 20),
    )
    canvas = Canvas(round(height * CARD_ASPECT), height, palette.border)
    canvas.fill(Box(0.035, 0.026, 0.965, 0.974), palette.body)
    layouts = {"modern": _modern, "classic": _classic, "full art": _full_art}
    layouts[face.era](canvas, face, palette, rng)
    return canvas.pixels()


def _modern(canvas: Canvas, face: CardFace, palette: Palette, rng: np.random.Generator) -> None:
    words = face.wording
    tag = (words.stage if face.evolves_from else words.basic).upper()
    canvas.fill(Box(0.04, 0.04, 0.135, 0.062), mix(palette.body, (0, 0, 0), 0.25), 0.01)
    canvas.text(0.0875, 0.057, tag, 0.014, (255, 255, 255), anchor="ms", longest=0.085)
    canvas.text(0.155, 0.075, face.name, 0.047, palette.ink, longest=0.49, bold=True)
    if face.hp is not None:
        canvas.text(0.70, 0.073, words.hp, 0.02, palette.ink, anchor="rs")
        canvas.text(0.71, 0.075, str(face.hp), 0.047, palette.ink, longest=0.16)
        canvas.disc(0.915, 0.06, 0.033, _energy(rng))
    picture = art(rng, canvas.size_of(Box(0.07, 0.1, 0.93, 0.5)))
    if rng.random() < 0.4:
        picture = foil(rng, picture, 0.3)
    canvas.paste(Box(0.07, 0.1, 0.93, 0.5), picture)
    canvas.frame(Box(0.065, 0.097, 0.935, 0.503), mix(palette.border, (0, 0, 0), 0.2), 0.006)
    if face.evolves_from:
        canvas.text(0.155, 0.096, f"{words.evolves_from} {face.evolves_from}", 0.017, palette.ink)
    _attacks(canvas, face, palette.ink, rng, 0.56)
    canvas.fill(Box(0.07, 0.855, 0.93, 0.895), palette.panel)
    for x, word in zip((0.09, 0.4, 0.7), words.foot, strict=True):
        canvas.text(x, 0.88, word, 0.016, palette.ink)
    if face.artist:
        canvas.text(0.065, 0.93, f"Illus. {face.artist}", 0.017, palette.ink, longest=0.4)
    x = 0.065
    if face.set_code:
        canvas.fill(Box(x, 0.943, x + 0.075, 0.965), palette.ink, 0.006)
        code = face.set_code.upper()
        canvas.text(x + 0.0375, 0.961, code, 0.017, (255, 255, 255), anchor="ms", longest=0.065)
        x += 0.09
    canvas.text(x, 0.963, face.number, 0.021, palette.ink, longest=0.25)
    if face.year:
        canvas.text(0.935, 0.963, f"©{face.year} Card Works", 0.014, palette.ink, anchor="rs")


def _classic(canvas: Canvas, face: CardFace, palette: Palette, rng: np.random.Generator) -> None:
    words = face.wording
    stage = f"{words.stage}     {words.evolves_from} {face.evolves_from}"
    top = stage if face.evolves_from else words.basic
    canvas.text(0.08, 0.055, top, 0.017, palette.ink)
    canvas.text(0.08, 0.103, face.name, 0.045, palette.ink, longest=0.5, bold=True)
    if face.hp is not None:
        canvas.text(
            0.845, 0.1, f"{face.hp} {words.hp}", 0.037, (200, 30, 30), anchor="rs", longest=0.23
        )
        canvas.disc(0.895, 0.088, 0.033, _energy(rng))
    box = Box(0.1, 0.12, 0.9, 0.48)
    canvas.paste(box, art(rng, canvas.size_of(box)))
    canvas.frame(Box(0.09, 0.113, 0.91, 0.487), (205, 175, 60), 0.012)
    canvas.fill(Box(0.15, 0.49, 0.85, 0.515), (225, 195, 80))
    _attacks(canvas, face, palette.ink, rng, 0.56)
    canvas.fill(Box(0.08, 0.83, 0.92, 0.834), palette.ink)
    for x, word in zip((0.1, 0.4, 0.7), words.foot, strict=True):
        canvas.text(x, 0.855, word, 0.015, palette.ink)
    if face.artist:
        canvas.text(0.08, 0.945, f"Illus. {face.artist}", 0.016, palette.ink, longest=0.3)
    if face.year:
        canvas.text(0.42, 0.967, f"©{face.year} Card Works", 0.013, palette.ink)
    canvas.text(0.93, 0.957, face.number, 0.02, palette.ink, anchor="rs", longest=0.2, bold=True)
    if face.first_edition:
        _stamp(canvas, palette.ink, 0.085, 0.519)


def _stamp(canvas: Canvas, ink: Colour, x: float, y: float) -> None:
    """A first edition's: its letters stand upright, in an arc."""
    canvas.disc(x, y, 0.018, ink)
    canvas.text(x, y + 0.0085, "1", 0.018, (245, 245, 240), anchor="ms", bold=True)
    for index, letter in enumerate("EDITION"):
        angle = math.pi * (1 + index / 6)
        left, below = 0.03 * math.cos(angle), 0.03 * math.sin(angle) * CARD_ASPECT
        canvas.text(x + left, y + below + 0.003, letter, 0.008, ink, anchor="ms")


def _full_art(canvas: Canvas, face: CardFace, palette: Palette, rng: np.random.Generator) -> None:
    """The picture goes to the card's edges, and the text stands on it."""
    everything = Box(0, 0, 1, 1)
    canvas.paste(everything, foil(rng, art(rng, canvas.size_of(everything)), 0.3))
    canvas.blend(Box(0, 0.52, 1, 1), (15, 15, 20), 0.55)
    canvas.blend(Box(0, 0.02, 1, 0.1), (15, 15, 20), 0.55)
    white, rim = (250, 250, 250), (15, 15, 20)
    canvas.text(0.09, 0.075, face.name, 0.047, white, outline=rim, longest=0.55, bold=True)
    if face.hp is not None:
        canvas.text(0.70, 0.073, face.wording.hp, 0.02, white, outline=rim, anchor="rs")
        canvas.text(0.71, 0.075, str(face.hp), 0.047, white, outline=rim, longest=0.16)
    _attacks(canvas, face, white, rng, 0.6)
    if face.artist:
        canvas.text(0.065, 0.93, f"Illus. {face.artist}", 0.017, white, longest=0.4)
    code = f"{face.set_code}  {face.number}" if face.set_code else face.number
    canvas.text(0.065, 0.963, code, 0.021, white, outline=rim, longest=0.4)
    if face.year:
        canvas.text(0.935, 0.963, f"©{face.year} Card Works", 0.014, white, anchor="rs")


def _attacks(
    canvas: Canvas, face: CardFace, ink: Colour, rng: np.random.Generator, y: float
) -> None:
    step = min(0.13, 0.27 / max(1, len(face.attacks)))
    for attack in face.attacks:
        for index in range(int(rng.integers(1, 4))):
            canvas.disc(0.1 + index * 0.05, y - 0.01, 0.021, _energy(rng))
        canvas.text(0.27, y, attack, 0.031, ink, longest=0.48, bold=True)
        canvas.text(0.9, y, str(10 * int(rng.integers(1, 25))), 0.033, ink, anchor="rs")
        rules = face.wording.rules
        filler = textwrap.wrap(rules[int(rng.integers(len(rules)))], 52)
        for line, text in enumerate(filler[: max(0, int((step - 0.04) / 0.024))]):
            canvas.text(0.09, y + 0.03 + line * 0.024, text, 0.019, ink, longest=0.82)
        y += step


def _energy(rng: np.random.Generator) -> Colour:
    return hsv(rng.random(), 0.75, 0.85)


def with_round_corners(card: Pixels, radius: float = 0.045) -> Pixels:
    """The face as RGBA, its corners cut round by `radius` of its width."""
    height, width = card.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    size = max(1, round(radius * width))
    cv2.rectangle(mask, (size, 0), (width - 1 - size, height - 1), 255, -1)
    cv2.rectangle(mask, (0, size), (width - 1, height - 1 - size), 255, -1)
    for x in (size, width - 1 - size):
        for y in (size, height - 1 - size):
            cv2.circle(mask, (x, y), size, 255, -1, cv2.LINE_AA)
    return np.dstack([card, mask])
