"""Drawn cards for the small reader: faces, the tiles made of them, and the answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cardscanner_gui.core.types import Box, CardImage, Pixels
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.vlm.layouts import STRIPS
from cardscanner_gui.vlm.tiles import ImageSettings, make_tiles
from training.drawing.cards import CardFace, draw_card
from training.tiny_vlm.shapes import READER

QUESTION = POKEMON.question()
assert QUESTION is not None
LABELS = {name: field.label for name, field in QUESTION.fields.items()}
WEIGHTS = Path(__file__).parent / "reader.npz"
"""What `train.py` keeps: the small reader's weights in half precision."""

NAMES = (
    "Abra", "Arbok", "Bulbasaur", "Charizard", "Cubone", "Ditto", "Dratini", "Eevee", "Ekans",
    "Gastly", "Geodude", "Golbat", "Horsea", "Jynx", "Kabuto", "Lapras", "Machop", "Magmar",
    "Meowth", "Mew", "Oddish", "Onix", "Paras", "Pidgey", "Pikachu", "Ponyta", "Psyduck", "Raichu",
    "Seel", "Snorlax", "Squirtle", "Tauros", "Vulpix", "Weedle", "Zapdos", "Zubat",
)  # fmt: skip
SETTINGS = ImageSettings(
    tile=READER.image_size,
    longest_edge=READER.longest_edge,
    resample=1,
    factor=1 / 255,
    mean=(0.5, 0.5, 0.5),
    std=(0.5, 0.5, 0.5),
)


@dataclass(frozen=True, eq=False)
class Sample:
    """A tile and what it says."""

    tile: Pixels
    name: str
    hp: str
    number: str


def draw_face(rng: np.random.Generator) -> CardFace:
    """A random face of the modern layout."""
    total = int(rng.integers(60, 300))
    return CardFace(
        name=str(rng.choice(NAMES)),
        hp=int(rng.integers(3, 35)) * 10,
        number=f"{int(rng.integers(1, total + 1)):03d}/{total:03d}",
        seed=int(rng.integers(1 << 30)),
    )


def flat_card(pixels: Pixels, shift: tuple[float, float] = (0.0, 0.0)) -> CardImage:
    """A drawn card as if it had been found; `shift` moves every crop by that part of the card."""
    height, width = pixels.shape[:2]

    def crop(region: Box, card_height: int) -> Pixels:
        left, right = ((edge + shift[0]) * width for edge in (region.left, region.right))
        top, bottom = ((edge + shift[1]) * height for edge in (region.top, region.bottom))
        x = slice(max(0, round(left)), min(width, round(right)))
        y = slice(max(0, round(top)), min(height, round(bottom)))
        return pixels[y, x]

    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    return CardImage(corners, pixels, crop, 1.0, 1.0, 100.0, 0)


def draw_sample(rng: np.random.Generator, height: int = 528) -> Sample:
    """A random card's tile, cut a little beside where it should be."""
    face = draw_face(rng)
    shift = rng.normal(0, 0.003, 2)
    card = flat_card(draw_card(face, height), (float(shift[0]), float(shift[1])))
    tile = make_tiles(card, STRIPS, SETTINGS).pixels[0]
    return Sample(tile, face.name, str(face.hp), face.number)


def answer(name: str, hp: str, number: str) -> str:
    """The text that the model should write, as `record.RecordForm` frames it."""
    values = (name, hp, number)
    lines = [f"{LABELS[f]}: {v}" for f, v in zip(POKEMON.asked[:3], values, strict=True)]
    return " " + "\n".join(lines) + "\n"


def texts() -> list[str]:
    """What the small tokenizer learns its pieces from."""
    numbers = "0 1 2 3 4 5 6 7 8 9 / -"
    frame = "".join(f"\n{label}: -" for label in LABELS.values())
    names = "".join(f" {name}" for name in NAMES)
    return [f"User: {POKEMON.ask}", "Assistant:", frame, numbers, names] * 4
