"""Reads a whole picture in which no outline was found, or none could be read.

The pose comes from the text itself: the commonest direction of its lines gives the angle, reading
both ways round tells which way is up, and the outermost lines stand in for the card's edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.types import Box, Pixels, TextLine
from cardscanner_gui.reading.card_reader import CLEARLY_LIKELIER, Lines
from cardscanner_gui.reading.detector import TextBox, TextDetector, cut_line
from cardscanner_gui.reading.lines import LineRecogniser

_LONGEST_SIDE = 1280
_TRIAL_LINES = 6
_MAX_LINES = 40
# How much of a card its text covers: the outermost lines stand this far from the edges.
_MARGIN = Box(0.05, 0.03, 0.95, 0.98)

_CERTAIN = -1.0
"""In nats: at least so likely must a text be that counts as read beyond doubt."""

_LIKELY = -4.0
"""The same of one among a few that the catalogue leaves possible."""

_Points = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class PictureText:
    """Where text stands in a picture, all of it turned one way.

    Attributes:
        boxes: each line's corners in the picture, from the top left of what is written, tallest
            line first.
        angle: degrees by which the text runs downhill.
        said: what stands in the boxes that were read so far, and how sure that is.
    """

    boxes: tuple[TextBox, ...]
    angle: float
    said: dict[TextBox, tuple[str, float]] = field(default_factory=dict)

    def along(self, quad: _Points) -> _Points:
        """Points of the picture in axes in which the text runs from left to right."""
        return _turned(quad, self.angle)

    def across(self, quad: _Points) -> _Points:
        """Points of those axes in the picture."""
        return _turned(quad, -self.angle)


class PictureReader:
    """Finds and reads all text of a picture, as if it showed one card."""

    def __init__(self, detector: TextDetector, recogniser: LineRecogniser) -> None:
        self._detector = detector
        self._recogniser = recogniser

    def read(
        self, pixels: Pixels, token: CancelToken | None = None, found: PictureText | None = None
    ) -> Lines:
        """Everything that is written in the picture; nothing when there is no text.

        Args:
            pixels: the picture.
            token: stops the work.
            found: what `find` said of it, where somebody has asked already.
        """
        found = found or self.find(pixels, token)
        boxes = found.boxes[:_MAX_LINES]
        if not boxes:
            return ()
        texts = [self.read_box(pixels, found, box, token) for box in boxes]
        return tuple(_on_card([found.along(box.quad) for box in boxes], texts))

    def find(self, pixels: Pixels, token: CancelToken | None = None) -> PictureText:
        """Where text stands in the picture, and which way up; some of it is read for that."""
        boxes = self._detect(pixels, token)
        if not boxes:
            return PictureText((), 0.0)
        angle = _text_angle(boxes)
        boxes = [TextBox(_along(box.quad, angle), box.score) for box in boxes]
        boxes = sorted(boxes, key=lambda b: -b.height)
        said = self._trial(pixels, boxes[:_MAX_LINES], token)
        turned = {box: TextBox(box.quad[[2, 3, 0, 1]], box.score) for box in boxes}
        as_turned = self._trial(pixels, [turned[box] for box in said], token)
        # Upright text gives more of it, more surely.
        if _worth(as_turned.values()) > _worth(said.values()):
            return PictureText(tuple(turned.values()), angle + 180, as_turned)
        return PictureText(tuple(boxes), angle, said)

    def read_box(
        self, pixels: Pixels, found: PictureText, box: TextBox, token: CancelToken | None = None
    ) -> tuple[str, float]:
        """What stands in one of the boxes, and how sure that is; each is read once."""
        if box not in found.said:
            found.said[box] = self._recogniser.read([cut_line(pixels, box)], token)[0]
        return found.said[box]

    def confirms(
        self, pixels: Pixels, box: TextBox, text: str, token: CancelToken | None = None
    ) -> bool:
        """Whether the picture clearly shows this text and none with another digit in it."""
        others = [
            text[:i] + digit + text[i + 1 :]
            for i, old in enumerate(text)
            if old.isdigit()
            for digit in "0123456789"
            if digit != old
        ]
        line = cut_line(pixels, box)
        own, *rest = self._recogniser.likelihoods(line, [text, *others], token)
        return bool(own >= _CERTAIN and own >= max(rest, default=own) + CLEARLY_LIKELIER)

    def likeliest(
        self,
        pixels: Pixels,
        boxes: Sequence[TextBox],
        texts: Sequence[str],
        token: CancelToken | None = None,
    ) -> str | None:
        """Which of a few texts stands in one of these boxes; None where the picture isn't clear."""
        if not boxes or not texts:
            return None
        scores = np.max(
            [self._recogniser.likelihoods(cut_line(pixels, b), texts, token) for b in boxes], axis=0
        )
        best = int(scores.argmax())
        rival = max((s for i, s in enumerate(scores) if i != best), default=-np.inf)
        clear = scores[best] >= _LIKELY and scores[best] >= rival + CLEARLY_LIKELIER
        return texts[best] if clear else None

    def _detect(self, pixels: Pixels, token: CancelToken | None) -> list[TextBox]:
        """Boxes in the picture's own pixels, found in one of a handy size."""
        scale = _LONGEST_SIDE / max(pixels.shape[:2])
        smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        handy = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=smooth)
        found = self._detector.detect(np.asarray(handy, np.uint8), token)
        return [TextBox(box.quad / np.float32(scale), box.score) for box in found]

    def _trial(
        self, pixels: Pixels, boxes: Sequence[TextBox], token: CancelToken | None
    ) -> dict[TextBox, tuple[str, float]]:
        """What stands in the largest few."""
        trial = sorted(boxes, key=lambda b: -b.width * b.height)[:_TRIAL_LINES]
        texts = self._recogniser.read([cut_line(pixels, box) for box in trial], token)
        return dict(zip(trial, texts, strict=True))


def _worth(texts: Iterable[tuple[str, float]]) -> float:
    return sum(len(text) * confidence for text, confidence in texts if confidence > 0.6)


def _text_angle(boxes: Sequence[TextBox]) -> float:
    """The commonest direction of the lines, in degrees, -90 to 90; 0 when there is none."""
    votes = np.zeros(180)
    for box in boxes:
        along, across = box.quad[1] - box.quad[0], box.quad[3] - box.quad[0]
        length, thickness = float(np.hypot(*along)), float(np.hypot(*across))
        direction = along if length >= thickness else across
        if max(length, thickness) < 2 * min(length, thickness):
            continue
        angle = np.degrees(np.arctan2(direction[1], direction[0])) % 180
        for offset in range(-4, 5):
            votes[int(angle + offset) % 180] += max(length, thickness) * (5 - abs(offset))
    if not votes.any():
        return 0.0
    best = float(votes.argmax())
    return best - 180 if best > 90 else best


def _turned(points: _Points, angle: float) -> _Points:
    """Points in axes turned by `angle` degrees, in which the text runs from left to right."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.asarray(points @ np.array([[cos, -sin], [sin, cos]]), np.float32)


def _along(quad: _Points, angle: float) -> _Points:
    """The corners in the order in which a line that runs at `angle` has them."""
    turned = _turned(quad, angle)
    by_x = np.argsort(turned[:, 0], kind="stable")
    left = sorted(by_x[:2], key=lambda i: turned[i, 1])
    right = sorted(by_x[2:], key=lambda i: turned[i, 1])
    return quad[[left[0], right[0], right[1], left[1]]]


def _on_card(quads: Sequence[_Points], texts: Sequence[tuple[str, float]]) -> list[TextLine]:
    """Places as fractions of a card whose text reaches from margin to margin."""
    trusted = [q for q, (t, c) in zip(quads, texts, strict=True) if c > 0.5 and len(t) > 1]
    points = np.concatenate(trusted or list(quads))
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.maximum(high - low, 1.0)
    inner = np.array([_MARGIN.right - _MARGIN.left, _MARGIN.bottom - _MARGIN.top])
    lines = []
    for quad, (text, confidence) in zip(quads, texts, strict=True):
        place = (quad - low) / size * inner + [_MARGIN.left, _MARGIN.top]
        box = Box(*map(float, (*place.min(axis=0), *place.max(axis=0))))
        lines.append(TextLine(text, confidence, box))
    return lines
