"""A scene while it is laid out: the picture, what covers what, and where the cards are."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.types import Corners
from training.drawing.bank import Bank
from training.drawing.camera import CARD_WIDTH, Matrix, project, upright_rectangle
from training.drawing.compose import Labels, lay_face, lay_outline, lay_polygon, lay_shadow
from training.drawing.hands import any_skin
from training.drawing.paint import Paint, any_colour

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


class Table:
    """One scene on a square canvas.

    Attributes:
        picture: what is painted so far.
        labels: per pixel the number of the card seen there, -1 for a hand, 0 else.
        cards: corners of each card that may be learned from, number 1 first.
        frame: left, top, right, bottom of the photograph on the canvas.
        lens: applied after every camera; brings a card close for "second looks".
        close: whether this is such a look; its subject then lies in the middle at a fixed scale.
        least_seen: share of a card that must be seen to ask for it.
    """

    def __init__(self, bank: Bank, rng: np.random.Generator, side: int) -> None:
        self.bank, self.rng, self.side = bank, rng, side
        self.labels: Labels = np.zeros((side, side), np.int16)
        self.cards: list[Corners] = []
        self.frame = (0.0, 0.0, float(side), float(side))
        self.lens: Matrix = np.eye(3)
        self.close = False
        self.least_seen = 0.6
        self.gain, self.lift = rng.uniform(0.75, 1.1), self._some_lift()
        self.skin = any_skin(rng)
        self.picture = self._surface()

    @property
    def middle(self) -> tuple[float, float]:
        left, top, right, bottom = self.frame
        return (left + right) / 2, (top + bottom) / 2

    @property
    def room(self) -> tuple[float, float]:
        """Width and height of the photograph."""
        left, top, right, bottom = self.frame
        return right - left, bottom - top

    def place(self, view: Matrix, shape: Corners) -> Corners:
        """Points on the table, on the canvas."""
        return project(self.lens @ view, shape)

    def lay_card(
        self,
        view: Matrix,
        x: float = 0.0,
        y: float = 0.0,
        angle: float = 0.0,
        *,
        size: float = 1.0,
        counts: bool = True,
        shadow: bool = True,
    ) -> Corners:
        """A bare card; one that doesn't count is scenery, mostly covered by another."""
        width = CARD_WIDTH * self.rng.uniform(0.98, 1.02) * size
        corners = self.place(view, upright_rectangle(width, size, x, y, angle))
        if shadow:
            lay_shadow(self.rng, self.picture, corners)
        if counts:
            self.cards.append(corners)
            number = len(self.cards)
            lay_face(
                self.picture, self.bank.face(), corners, self.gain, self.lift, self.labels, number
            )
        else:
            lay_face(self.picture, self.bank.face(), corners, self.gain * 0.9, self.lift)
        if self.rng.random() < 0.3:
            self.rim(corners, self.rng.uniform(0.1, 0.5))
        return corners

    def lay_object(self, corners: Corners) -> None:
        """Something that is no card face."""
        lay_shadow(self.rng, self.picture, corners)
        lay_face(self.picture, self.bank.object(), corners, self.gain, self.lift * 0.5)

    def rim(self, corners: Corners, share: float, thickness: int = 1) -> None:
        """A thin bright or dark line around something."""
        colour = WHITE if self.rng.random() < 0.6 else BLACK
        lay_outline(self.picture, corners, colour, share, thickness)

    def glare(self, view: Matrix, x: float, y: float, angle: float = 0.0) -> None:
        """A streak of reflected light across a card."""
        rng = self.rng
        start, width = rng.uniform(-0.5, 0.5), rng.uniform(0.03, 0.3)
        lean = rng.normal(0, 0.3, 2)
        streak = np.array(
            [
                [start, -0.55],
                [start + width, -0.55],
                [start + width + lean[0], 0.55],
                [start + lean[1], 0.55],
            ]
        ) * [CARD_WIDTH, 1]
        c, s = np.cos(angle), np.sin(angle)
        points = self.place(view, streak @ np.array([[c, s], [-s, c]]) + [x, y])
        blur = rng.uniform(0.5, 0.04 * self.side)
        lay_polygon(self.picture, points, WHITE, rng.uniform(0.1, 0.75), blur)

    def outside(self) -> None:
        """Grey where the photograph ends, as the finder pads."""
        left, top, right, bottom = (round(v) for v in self.frame)
        mask = np.ones((self.side, self.side), bool)
        mask[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = False
        self.picture[mask] = 114
        self.labels[mask] = 0

    def visible(self, number: int) -> bool:
        """Whether enough of a card can be seen to ask for it."""
        corners = self.cards[number - 1]
        area = abs(float(cv2.contourArea(corners.astype(np.float32))))
        shortest = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).min()
        left, top, right, bottom = self.frame
        x, y = corners.mean(0)
        inside = left <= x <= right and top <= y <= bottom
        if not inside or shortest < 14 or area < 60:
            return False
        return bool((self.labels == number).sum() > self.least_seen * area)

    def _surface(self) -> Paint:
        rng = self.rng
        surface = self.bank.surface()
        whole = surface.shape[0]
        part = self.side if rng.random() < 0.6 else int(self.side * rng.uniform(0.35, 1.0))
        part = min(part, whole)
        y, x = rng.integers(0, whole - part + 1, 2)
        cut = surface[y : y + part, x : x + part]
        if part != self.side:
            cut = np.asarray(cv2.resize(cut, (self.side, self.side)), np.uint8)
        cut = np.rot90(cut, int(rng.integers(4)))
        picture = np.ascontiguousarray(cut).astype(np.float32)
        if rng.random() < 0.25:
            picture *= np.float32(rng.uniform(0.15, 1.0))
        return picture

    def _some_lift(self) -> float:
        low = self.rng.random() < 0.65
        return float(self.rng.uniform(-8, 25) if low else self.rng.uniform(0, 60))

    def tint(self) -> tuple[int, int, int]:
        """A colour for plastic: mostly clear or white."""
        return WHITE if self.rng.random() < 0.5 else any_colour(self.rng)
