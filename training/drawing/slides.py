"""A camera's view of a desk over which cards are slid: from the right, to rest, out to the left.

No hand is to be seen, and a card may be nudged or shaded while it rests. What comes is given by
`Slide`, one after the other; everything else follows from the seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from cardscanner_gui.core.types import Pixels
from training.drawing.cards import CardFace, draw_card

RATE = 15
_SIZE = (1280, 720)
_CARD = (420, 580)
_REST, _TOP = 430, 70
_DESK = (112, 104, 92)
_NUDGE, _NUDGED_IN = 15, 10
_MOVES_IN = 8


@dataclass(frozen=True)
class Slide:
    """One card.

    Attributes:
        nudged: it is pushed by 15 pixels after two seconds.
        shaded: it lies in the shadow for two thirds of a second.
    """

    face: CardFace
    nudged: bool = False
    shaded: bool = False

    @property
    def seconds(self) -> float:
        """From its first frame to the next card's."""
        return sum(1 for _ in self.places()) / RATE

    def places(self) -> Iterator[tuple[float | None, float]]:
        """For each frame the card's left side, None without it, and how bright it is."""
        for step in range(_MOVES_IN):
            yield _SIZE[0] - (_SIZE[0] - _REST) * (step + 1) / _MOVES_IN, 1.0
        yield from [(_REST, 1.0)] * (2 * RATE)
        at = float(_REST)
        if self.nudged:
            yield from [(at + step * _NUDGE / _NUDGED_IN, 1.0) for step in range(_NUDGED_IN)]
            at += _NUDGE
        if self.shaded:
            yield from [(at, 0.75)] * 10
        yield from [(at, 1.0)] * (3 * RATE)
        for step in range(_MOVES_IN):
            yield at - (at + _REST) * (step + 1) / _MOVES_IN, 1.0
        yield from [(None, 1.0)] * 12


def frames(slides: Sequence[Slide], seed: int = 0) -> Iterator[Pixels]:
    """Every frame, RGB; a second of the bare desk comes first."""
    rng = np.random.default_rng(seed)
    shape = (_SIZE[1], _SIZE[0], 3)
    desk = np.full(shape, _DESK, np.uint8) + rng.integers(0, 10, shape, np.uint8)
    noise = rng.normal(0, 2.0, (shape[0] + 64, shape[1] + 64, 3)).round().astype(np.int16)

    def seen(picture: Pixels) -> Pixels:
        top, left = rng.integers(0, 64, 2)
        part = noise[top : top + shape[0], left : left + shape[1]]
        return np.asarray(cv2.add(picture, part, dtype=cv2.CV_8U), np.uint8)

    for _ in range(RATE):
        yield seen(desk)
    for slide in slides:
        card = cv2.resize(draw_card(slide.face), _CARD, interpolation=cv2.INTER_AREA)
        for left, light in slide.places():
            picture = desk.copy()
            if left is not None:
                start, end = max(0, int(left)), min(_SIZE[0], int(left) + _CARD[0])
                part = card[:, start - int(left) : max(0, end - int(left))]
                picture[_TOP : _TOP + _CARD[1], start : start + part.shape[1]] = part
            yield seen(np.asarray(cv2.convertScaleAbs(picture, alpha=light), np.uint8))


def write(slides: Sequence[Slide], path: Path, seed: int = 0) -> Path:
    """The whole film as Motion JPEG."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), RATE, _SIZE)
    writer.set(cv2.VIDEOWRITER_PROP_QUALITY, 95)
    for frame in frames(slides, seed):
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    return path
