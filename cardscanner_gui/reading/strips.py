"""Cards of which only a strip shows: in stacks laid out in steps, and in fans.

A stack shows each card's lowest lines (number, set's code, artist) or its first (name, HP). What
stands beside such a number, or such HP, belongs to its card; the next strip begins where another
one is nearer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import (
    BOTTOM_STRIP,
    CARD_ASPECT,
    TOP_STRIP,
    Box,
    Corners,
    TextLine,
)
from cardscanner_gui.reading.detector import TextBox
from cardscanner_gui.reading.picture_reader import PictureText

_NUMBER = re.compile(r"(?<![\d/])([A-Z]*)(\d{1,3}/)([A-Z]{0,2})(\d{2,3})(?![\d/])")
_MAY_BE_DIGIT = "OQDILSBZG"
_HP = re.compile(r"(?:HP|PV|KP|PS)\s?[1-9]\d?0(?!\d)|(?<!\d)[1-9]\d?0\s?(?:HP|PV|KP|PS)")
_CLEAR = 0.85
"""Confidence of a line whose number is believed."""
_MOST = 60
"""Strips of one picture."""
_SHORT = 9.0
"""Width of a line, by its height, up to which it may be a number."""
_CARD_HIGH, _CARD_WIDE = 38.0, 27.0
"""A card's size by the height of a line of its small print."""
_TALL = 16.0
"""A card's height by that of the line in which its HP stand."""
_ABOVE, _BELOW = 2.1, 1.8
"""How far a card's other small print stands from its number, by the height of a line."""
_NUMBER_AT, _NAME_AT = 0.94, 0.06
"""How far down a card they stand."""

_NAME_BEGINS, _HP_ENDS = (0.05, 0.15, 0.27), 0.86
"""How far across a card they do: by era, a stage's sign or nothing stands before the name."""

_Points = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ReadBox:
    """A line of text in a picture."""

    box: TextBox
    text: str
    confidence: float


@dataclass(frozen=True, eq=False)
class Strip:
    """A strip of a card.

    Attributes:
        part: which strip of it.
        number: what was read as its number; empty in a strip of its top.
        anchor: the box in which the number, or the HP, stands.
        lines: all its text, with places on the whole card.
        boxes: where these lines stand in the picture.
        corners: around the strip, in the picture.
        cards: where the whole card may lie, by era; none where its strip doesn't tell.
    """

    part: str
    number: str
    anchor: TextBox
    lines: tuple[TextLine, ...]
    boxes: tuple[TextBox, ...]
    corners: Corners
    cards: tuple[Corners, ...] = ()


def may_hold_number(box: TextBox) -> bool:
    """Whether a box is short enough for a number, or for HP."""
    return box.width <= _SHORT * box.height


def number_in(line: ReadBox | TextLine) -> str:
    """The clear number with its total that stands in a line; empty when none does."""
    found = _NUMBER.search(line.text.upper().replace(" ", ""))
    if found is None or line.confidence <= _CLEAR:
        return ""
    before, number, prefix, total = found.groups()
    if before.endswith(prefix) and prefix:
        return f"{prefix}{number}{prefix}{total}"
    # The set's code may stand close before it; a letter like a digit may be one of the number's.
    return "" if prefix or before[-1:] in tuple(_MAY_BE_DIGIT) else f"{number}{total}"


def hp_in(line: ReadBox | TextLine) -> bool:
    """Whether a card's HP stand in a line."""
    return line.confidence > _CLEAR and _HP.search(line.text.upper()) is not None


def strips_of(lines: Sequence[ReadBox], text: PictureText) -> list[Strip]:
    """The strips that these lines of a picture belong to, from its top to its bottom."""
    placed = [_Placed.of(line, text) for line in lines]
    numbers = [line for line in placed if number_in(line.line)][:_MOST]
    heads = [line for line in placed if hp_in(line.line) and not number_in(line.line)][:_MOST]
    found = [*_bottoms(numbers, placed, text), *_tops(heads, placed, text)]
    return sorted(found, key=lambda strip: float(text.along(strip.anchor.quad)[:, 1].mean()))


@dataclass(frozen=True, eq=False)
class _Placed:
    """A line in axes in which text runs from left to right."""

    line: ReadBox
    quad: _Points

    @classmethod
    def of(cls, line: ReadBox, text: PictureText) -> _Placed:
        return cls(line, text.along(line.box.quad))

    @property
    def y(self) -> float:
        return float(self.quad[:, 1].mean())

    @property
    def x(self) -> float:
        return float(self.quad[:, 0].mean())

    @property
    def height(self) -> float:
        return self.line.box.height


def _bottoms(
    numbers: Sequence[_Placed], placed: Sequence[_Placed], text: PictureText
) -> Iterable[Strip]:
    for number in numbers:
        high = number.height
        own = [
            line
            for line in placed
            if -_ABOVE * high < line.y - number.y < _BELOW * high
            and abs(line.x - number.x) < _CARD_WIDE * high
            and _nearest(line, numbers) is number
        ]
        places = [
            _on_card(line, number, (_CARD_WIDE * high, _CARD_HIGH * high), _NUMBER_AT)
            for line in own
        ]
        yield _strip(BOTTOM_STRIP, number_in(number.line), number, own, places, text)


def _tops(
    heads: Sequence[_Placed], placed: Sequence[_Placed], text: PictureText
) -> Iterable[Strip]:
    for head in heads:
        # Cards of a fan are turned: their names lie in the direction of their own HP.
        own_text = replace(text, angle=_direction(head.line.box))
        lines = [_Placed.of(line.line, own_text) for line in placed]
        here = _Placed.of(head.line, own_text)
        high = here.height
        own = [
            line
            for line in lines
            if abs(line.y - here.y) < high
            and -_TALL * high < line.x - here.x <= high
            and _nearest(line, _right_of(line, heads, own_text)).line is head.line
        ]
        if len(own) > 1 or any(c.isalpha() for c in _HP.sub("", head.line.text.upper())):
            size = (0.72 * _TALL * high, _TALL * high)
            places = [_on_card(line, here, size, _NAME_AT) for line in own]
            yield _strip(TOP_STRIP, "", here, own, places, own_text)


def _right_of(line: _Placed, heads: Sequence[_Placed], text: PictureText) -> list[_Placed]:
    """The HP that may be of the card whose name this is: names stand to the left of them."""
    placed = [_Placed.of(head.line, text) for head in heads]
    return [head for head in placed if line.x - head.x <= head.height]


def _direction(box: TextBox) -> float:
    """Degrees by which the text in a box runs downhill."""
    along = box.quad[1] - box.quad[0]
    return float(np.degrees(np.arctan2(along[1], along[0])))


def _nearest(line: _Placed, anchors: Sequence[_Placed]) -> _Placed:
    """The anchor whose strip a line stands in: what is far to the side is another column's."""

    def distance(anchor: _Placed) -> float:
        return abs(line.y - anchor.y) + 0.1 * abs(line.x - anchor.x)

    return min(anchors, key=distance)


def _on_card(line: _Placed, anchor: _Placed, card: tuple[float, float], down: float) -> TextLine:
    """The line with its place on the card, supposed that the anchor's middle is so far down."""
    low, high = line.quad.min(axis=0), line.quad.max(axis=0)
    middle = np.array([anchor.x, anchor.y])
    left, top = (low - middle) / card + [0.5, down]
    right, bottom = (high - middle) / card + [0.5, down]
    # A slanting line's box is higher than the line.
    half = line.height / card[1] / 2
    centre = (top + bottom) / 2
    box = Box(float(left), float(centre - half), float(right), float(centre + half))
    return TextLine(line.line.text, line.line.confidence, box)


def _strip(
    part: str,
    number: str,
    anchor: _Placed,
    own: Sequence[_Placed],
    lines: Sequence[TextLine],
    text: PictureText,
) -> Strip:
    points = np.concatenate([line.quad for line in own])
    room = anchor.height * np.array([0.7, 0.5], np.float32)
    (left, top), (right, bottom) = points.min(axis=0) - room, points.max(axis=0) + room
    around = _rectangle(left, top, right, bottom).astype(np.float32)
    corners = text.across(around).astype(np.float64)
    cards = _whole_cards(anchor, own, text) if part == TOP_STRIP else ()
    boxes = tuple(line.line.box for line in own)
    return Strip(part, number, anchor.line.box, tuple(lines), boxes, corners, cards)


def _whole_cards(head: _Placed, own: Sequence[_Placed], text: PictureText) -> tuple[Corners, ...]:
    """About where the card may lie whose name and HP these are: they reach across most of it."""
    left = min(float(line.quad[:, 0].min()) for line in own)
    right = float(head.quad[:, 0].max())
    outlines = []
    for begins in _NAME_BEGINS:
        width = (right - left) / (_HP_ENDS - begins)
        height = width / CARD_ASPECT
        x, y = left - begins * width, head.y - _NAME_AT * height
        around = _rectangle(x, y, x + width, y + height)
        outlines.append(text.across(around.astype(np.float32)).astype(np.float64))
    return tuple(outlines)


def _rectangle(left: float, top: float, right: float, bottom: float) -> Corners:
    """Its corners from the top left, clockwise."""
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
