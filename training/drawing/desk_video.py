"""A camera's view of a desk on which hands lay cards, one after the other, with the truth about it.

Everything follows from the seed. What happens to a card while it lies there is its `Happening`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import cv2
import numpy as np

from cardscanner_gui.core.types import Corners, Pixels
from training.drawing.camera import CARD_WIDTH, camera, project, upright_rectangle
from training.drawing.cards import CardFace, draw_card, with_round_corners
from training.drawing.compose import lay_face, lay_polygon, pyramid, window
from training.drawing.hand_sprite import HandSprite
from training.drawing.surfaces import wood

_ARRIVES_S, _LIES_S, _LEAVES_S, _APART_S = 0.25, 0.85, 0.25, 0.1
_HAND_AWAY_S = 0.12


class Happening(Enum):
    """What happens to a card while it lies there."""

    NOTHING = "nothing"
    UPSIDE_DOWN = "upside down"
    SIDEWAYS = "sideways"
    SHADED = "shaded"  # by something that passes between it and the lamp
    EXPOSED = "exposed anew"  # the camera changes its exposure, twice
    NUDGED = "nudged"
    COVERED = "covered"  # by a whole hand, for a while
    HALF_COVERED = "half covered"  # from the moment it is laid down, for a while
    SECOND_COPY = "second copy"  # the card before it again, at the very same place

    @property
    def seconds(self) -> float:
        """How much longer it lies than a card to which nothing happens."""
        longer = {
            Happening.SHADED: 0.8,
            Happening.EXPOSED: 1.0,
            Happening.NUDGED: 0.9,
            Happening.COVERED: 1.4,
            Happening.HALF_COVERED: 0.8,
        }
        return longer.get(self, 0.0)


@dataclass(frozen=True)
class Laid:
    """One card that was laid down.

    Attributes:
        face: what is printed on it.
        happening: what happens to it.
        x, y: its middle on the table, in card heights from the picture's middle.
        angle: how it lies, in radians clockwise.
        begins: when the hand that brings it appears, in seconds of the video.
        lies_from, lies_to: when it lies, though perhaps not untouched.
    """

    face: CardFace
    happening: Happening
    x: float
    y: float
    angle: float
    begins: float

    @property
    def lies_from(self) -> float:
        return self.begins + _APART_S + _ARRIVES_S

    @property
    def lies_to(self) -> float:
        return self.lies_from + _LIES_S + self.happening.seconds

    @property
    def ends(self) -> float:
        return self.lies_to + _LEAVES_S


class DeskVideo:
    """Draws the video.

    Args:
        faces: a card each, in this order; `SECOND_COPY` lays the one before once more.
        happenings: for the cards in turn, repeated as often as needed.
        size: width and height of the picture.
        fill: a card's height by the picture's.
        rate: frames a second.
        seed: decides the desk, places and noise.
    """

    def __init__(
        self,
        faces: Sequence[CardFace],
        happenings: Sequence[Happening] = (Happening.NOTHING,),
        size: tuple[int, int] = (1280, 720),
        fill: float = 0.72,
        rate: float = 30.0,
        seed: int = 0,
    ) -> None:
        rng = np.random.default_rng(seed)
        self.size = size
        self.rate = rate
        self._view = camera(
            fill * size[1], (size[0] / 2, size[1] / 2), 0.0, 0.06, rng.uniform(0, 6.28), 4.0
        )
        self._desk = np.asarray(wood(rng, size, tone=0.5), np.uint8)
        self._height = fill * size[1]
        self._hand = HandSprite(rng, round(fill * size[1] * 1.1))
        # One tile of noise, read from a new place for each frame, is as good as fresh noise.
        self._noise = rng.normal(0, 2.0, (size[1] + 64, size[0] + 64, 3)).round().astype(np.int16)
        self._rng = rng
        self.laid = tuple(self._plan(faces, happenings, rng))
        self._levels: tuple[CardFace | None, list[Pixels]] = (None, [])

    @property
    def seconds(self) -> float:
        return self.laid[-1].ends + 1.0 if self.laid else 1.0

    def frames(self) -> Iterator[Pixels]:
        """Every frame, RGB."""
        for number in range(math.ceil(self.seconds * self.rate)):
            yield self.draw(number / self.rate)

    def write(self, path: Path, quality: int = 92) -> Path:
        """The whole video as Motion JPEG."""
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), self.rate, self.size)
        writer.set(cv2.VIDEOWRITER_PROP_QUALITY, quality)
        for frame in self.frames():
            writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
        writer.release()
        return path

    def draw(self, at: float) -> Pixels:
        """The picture at a moment of the video, in seconds."""
        laid = next((card for card in self.laid if card.begins <= at < card.ends), None)
        picture = self._desk.copy() if laid is None else self._with_card(laid, at)
        top, left = self._rng.integers(0, 64, 2)
        noise = self._noise[top : top + self.size[1], left : left + self.size[0]]
        return np.asarray(cv2.add(picture, noise, dtype=cv2.CV_8U), np.uint8)

    def _plan(
        self, faces: Sequence[CardFace], happenings: Sequence[Happening], rng: np.random.Generator
    ) -> Iterator[Laid]:
        begins, index, before = 1.0, 0, None
        remaining = list(faces)
        while remaining:
            happening = happenings[index % len(happenings)]
            if happening is Happening.SECOND_COPY and before is not None:
                laid = Laid(before.face, happening, before.x, before.y, before.angle, begins)
            else:
                x, y = rng.uniform(-0.25, 0.25), rng.uniform(-0.06, 0.06)
                angle = rng.normal(0, 0.06) + _turn(happening)
                laid = Laid(remaining.pop(0), happening, x, y, angle, begins)
            yield laid
            begins, index, before = laid.ends, index + 1, laid

    def _with_card(self, laid: Laid, at: float) -> Pixels:
        """The desk with a card that is being laid down, lies, or is taken away."""
        away, pushed = _away(laid, at), _pushed(laid, at)
        picture = self._desk.copy()
        if at >= laid.begins + _APART_S:
            x, y = laid.x + 0.9 * away + 0.09 * pushed, laid.y + 1.3 * away + 0.03 * pushed
            size = 1 + 0.12 * min(1.0, 3 * away)  # a card in the hand is nearer to the camera
            outline = upright_rectangle(CARD_WIDTH * size, size, x, y, laid.angle + 0.05 * pushed)
            corners = project(self._view, outline)
            self._lay_card(picture, laid.face, corners, lifted=size - 1)
            self._smear(picture, corners, laid, at)
            self._lay_hand(picture, laid, at, x, y)
        self._shade(picture, _shade(laid, at))
        exposure = _exposure(laid, at)
        return picture if exposure == 1 else cv2.convertScaleAbs(picture, alpha=exposure)

    def _lay_card(self, picture: Pixels, face: CardFace, corners: Corners, lifted: float) -> None:
        shadow = corners + (0.006 + 0.05 * lifted) * self.size[1]
        softness = 3 + 60 * lifted
        where = window(np.vstack([corners, shadow]), picture.shape, 3 * softness)
        if where is None:
            return
        part = picture[where].astype(np.float32)
        origin = [where[1].start, where[0].start]
        lay_polygon(part, shadow - origin, (0, 0, 0), 0.4, softness)
        lay_face(part, self._face(face), corners - origin)
        picture[where] = np.clip(part, 0, 255).astype(np.uint8)

    def _smear(self, picture: Pixels, corners: Corners, laid: Laid, at: float) -> None:
        """What moves is blurred along its way while the shutter is open, half of the time."""
        step = (_away(laid, at + 0.25 / self.rate) - _away(laid, at - 0.25 / self.rate)) / 2
        move = step * np.array([0.9, 1.3]) * self._height
        where = window(corners, picture.shape, 4)
        if where is None or np.abs(move).max() < 0.5:
            return
        part = picture[where]
        size = part.shape[1::-1]
        moved = [
            cv2.warpAffine(
                part, np.array([[1, 0, sign * move[0]], [0, 1, sign * move[1]]]), size,
                borderMode=cv2.BORDER_REPLICATE,
            )
            for sign in (-1.0, 1.0)
        ]  # fmt: skip
        both = cv2.addWeighted(moved[0], 0.5, moved[1], 0.5, 0)
        picture[where] = cv2.addWeighted(part, 1 / 3, both, 2 / 3, 0)

    def _shade(self, picture: Pixels, passed: float) -> None:
        if passed <= 0:
            return
        width, height = self.size
        edge = width * (1.2 * passed - 0.1)
        light = np.ones((height // 8, width // 8), np.float32)
        band = np.array([[-0.5, 0], [0, 0], [-0.06, 1], [-0.6, 1]]) * [width, height] + [edge, 0]
        cv2.fillPoly(light, [np.rint(band / 8).astype(np.int32)], 0.55)
        light = cv2.resize(cv2.GaussianBlur(light, (0, 0), 2), self.size)
        picture[:] = (picture * light[..., None]).astype(np.uint8)

    def _lay_hand(self, picture: Pixels, laid: Laid, at: float, x: float, y: float) -> None:
        """The hand that brings, covers, pushes or takes the card."""
        hold = (0.30, 0.42)  # of the fingertips, in card heights from the card's middle
        out = 1 - _over(laid, at)
        if laid.lies_from <= at < laid.lies_to:
            if out >= 1:
                return
            reach = {Happening.COVERED: (-0.45, -0.55), Happening.HALF_COVERED: (0.02, 0.05)}
            hold = reach.get(laid.happening, hold)
            hold = (hold[0] + 1.0 * out, hold[1] + 1.4 * out)
        tip = project(self._view, np.array([[x + hold[0], y + hold[1]]]))[0]
        self._hand.lay(picture, (float(tip[0]), float(tip[1])))

    def _face(self, face: CardFace) -> list[Pixels]:
        if self._levels[0] is not face:
            self._levels = (face, pyramid(with_round_corners(draw_card(face)), 4))
        return self._levels[1]


def _turn(happening: Happening) -> float:
    return {Happening.UPSIDE_DOWN: math.pi, Happening.SIDEWAYS: math.pi / 2}.get(happening, 0.0)


def _smooth(share: float) -> float:
    """From 0 to 1 with a soft start and end."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def _between(at: float, start: float, end: float, ramp: float) -> float:
    """1 between two moments, 0 outside, with ramps inside."""
    return min(_smooth((at - start) / ramp), _smooth((end - at) / ramp))


def _away(laid: Laid, at: float) -> float:
    """How far from its place the card still is, or is again; 0 while it lies."""
    if at < laid.lies_from:
        return 1 - _smooth((at - laid.begins - _APART_S) / _ARRIVES_S) ** 0.8
    return _smooth((at - laid.lies_to) / _LEAVES_S)


def _over(laid: Laid, at: float) -> float:
    """How far the hand reaches over the lying card: 1 is as far as it goes, 0 is out of sight."""
    since, left = at - laid.lies_from, laid.lies_to - at
    going = 1 - _smooth(since / _HAND_AWAY_S)
    coming = 1 - _smooth(left / _HAND_AWAY_S)
    reach = max(going, coming)
    if laid.happening is Happening.COVERED:
        reach = max(reach, _between(since, 0.6, 0.6 + 1.3, 0.3))
    elif laid.happening is Happening.HALF_COVERED:
        reach = max(reach, 1 - _smooth((since - 0.6) / 0.25))
    elif laid.happening is Happening.NUDGED:
        reach = max(reach, _between(since, 0.5, 1.2, 0.2))
    return reach


def _pushed(laid: Laid, at: float) -> float:
    if laid.happening is not Happening.NUDGED:
        return 0.0
    return _smooth((at - laid.lies_from - 0.72) / 0.2)


def _shade(laid: Laid, at: float) -> float:
    """How far the shadow has passed over the picture; 0 without one."""
    if laid.happening is not Happening.SHADED:
        return 0.0
    share = (at - laid.lies_from - 0.4) / 0.9
    return 1.4 * share if 0 < share < 1 else 0.0


def _exposure(laid: Laid, at: float) -> float:
    if laid.happening is not Happening.EXPOSED:
        return 1.0
    since = at - laid.lies_from
    return 1 - 0.3 * _smooth((since - 0.5) / 0.15) + 0.45 * _smooth((since - 1.1) / 0.15)
