"""Tidebound's faces."""

from __future__ import annotations

import numpy as np

from cardscanner_gui.core.types import Box, Pixels, Printing
from tests.games.tidebound.game import TIDEBOUND
from training.drawing.canvas import Canvas
from training.drawing.paint import art, hsv


def draw(card: Printing, height: int = 1056) -> Pixels:
    """A face as RGB, 59:86, with square corners."""
    rng = np.random.default_rng(card.facts["power"])
    ink = (18, 20, 30)
    canvas = Canvas(round(height * TIDEBOUND.sheet.aspect), height, hsv(0.55, 0.5, 0.5))
    canvas.fill(Box(0.04, 0.03, 0.96, 0.97), hsv(0.54, 0.12, 0.97))
    canvas.text(0.5, 0.1, card.name, 0.045, ink, anchor="ms", bold=True, longest=0.85)
    picture = Box(0.1, 0.14, 0.9, 0.68)
    canvas.paste(picture, art(rng, canvas.size_of(picture)))
    canvas.text(0.5, 0.76, card.facts["motto"]["en"], 0.024, ink, anchor="ms", longest=0.8)
    canvas.text(0.1, 0.9, card.number, 0.03, ink)
    canvas.text(0.9, 0.9, f"POWER {card.facts['power']}", 0.03, ink, anchor="rs")
    return canvas.pixels()
