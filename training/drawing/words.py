"""Made-up words, in a script one can read or in strokes one can't."""

from __future__ import annotations

import numpy as np

_SOUNDS = """
ba be chi do du el fa fen gar go ha ix ka ko la lin lo ma mi mon na ni no o pa pi qua ra re ri sa
sha si ta ten ti tor u va vel wo xa yo za zu
"""
_SYLLABLES = tuple(_SOUNDS.split())
_ENDINGS = ("", "", "", "", " ex", " V", " GX", " VMAX", " LV.X", " EX", " BREAK")


def word(rng: np.random.Generator, syllables: int | None = None) -> str:
    count = syllables or int(rng.integers(1, 5))
    return "".join(str(rng.choice(_SYLLABLES)) for _ in range(count))


def name(rng: np.random.Generator) -> str:
    """A creature's name, sometimes with a rule suffix or an owner."""
    owner = f"{word(rng, 2).capitalize()}'s " if rng.random() < 0.12 else ""
    return owner + word(rng, int(rng.integers(2, 5))).capitalize() + str(rng.choice(_ENDINGS))


def phrase(rng: np.random.Generator, words: int) -> str:
    return " ".join(word(rng) for _ in range(words)).capitalize()


def number(rng: np.random.Generator) -> str:
    total = int(rng.integers(20, 260))
    return f"{int(rng.integers(1, total + 20)):03d}/{total:03d}"
