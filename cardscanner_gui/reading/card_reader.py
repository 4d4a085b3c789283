"""Reads one card with growing effort; the caller stops when the card is settled.

First text is detected in the top and the bottom of the card, where name, HP and number stand, and
the lines that can hold them are read. Then comes the bottom again, enlarged, then all other lines,
those of most worth first, and last the top, enlarged. Each step gives all lines so
far; which fields they are is for the games to say.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.game import CardSheet
from cardscanner_gui.core.types import (
    WHOLE_CARD,
    Box,
    CropSource,
    Field,
    Pixels,
    TextLine,
)
from cardscanner_gui.reading.detector import TextBox, TextDetector, cut_line
from cardscanner_gui.reading.lines import LineRecogniser

READER_ID = "ocr"

Lines = tuple[TextLine, ...]
"""What was read on one card so far."""

_CARD_HEIGHT = 744
_SMALL_PRINT_HEIGHT = 2000
_LEGIBLE_HEIGHT = 300.0
_SMALL_PRINT_LEGIBLE_HEIGHT = 800.0
_CHUNK = 4
_MAX_STRIP_LINES = 16
_BESIDE_HEIGHT, _MAX_BESIDE = 500, 12
_MIN_CHECKED_LENGTH = 4
# In nats. `benchmarks/number_check.py` shows what they give: no wrong choice where the right number
# is among them, and one in forty where it isn't.
_LIKELY = -6.0
_AS_LIKELY_AS_ANY = -3.0
"""From here on a number may as well stand there as what was read."""
_LIKELY_BESIDE_A_GUESS = -5.0
_READ_CLEARLY = 0.99
"""Digits that were misread on drawn cards had less. Below it 1 in 8 was, and had -4.5 at least."""
CLEARLY_LIKELIER = 5.0
_BESIDE_RARITY = 0.75
"""How much of a line is looked at a second time: the number ends about there if the rarity stands
behind it, and symbols that the recogniser doesn't know make it doubt the digits before them."""
_ROOM = (0.03, 0.008)
"""By how much of the card's width and height a known place is widened on each side: for corners
that are a little off, and so that a longer number than the known one isn't cut."""
_READ_SCALE = 2
"""Lines are cut from a crop this many times larger than the one they were detected in."""


class CardReader:
    """The embedded reader: detection and recognition models on ONNX Runtime.

    Args:
        detector: finds lines of text.
        recogniser: reads them.
        sheets: where things stand on the cards of each game that may be shown; at least one.
    """

    def __init__(
        self, detector: TextDetector, recogniser: LineRecogniser, sheets: Sequence[CardSheet]
    ) -> None:
        self._detector = detector
        self._recogniser = recogniser
        self._top = _around([sheet.top for sheet in sheets])
        self._bottom = _around([sheet.bottom for sheet in sheets])

    def warm_up(self) -> None:
        """Run both networks once, so that the first card doesn't pay for their first run."""
        blank = np.full((96, 320, 3), 255, np.uint8)
        self._detector.detect(blank)
        self._recogniser.read([blank])

    def quick(self, crop: CropSource, token: CancelToken | None = None) -> Iterator[Lines]:
        """Name, HP and number from the card's top and bottom; about 0.1 s on two cores.

        First come the likeliest lines; the next steps add the rest of the two strips.
        """
        lines: list[TextLine] = []
        for chunk in self._read_strips(crop, token):
            lines += chunk
            yield tuple(lines)

    def at(
        self,
        crop: CropSource,
        places: Sequence[Box],
        token: CancelToken | None = None,
        known: Sequence[TextLine] = (),
        *,
        exactly: bool = False,
    ) -> Lines:
        """Reads the lines at these places without looking for text: where a like card had them.

        Args:
            crop: the card.
            places: of the lines, in the order in which they are read.
            token: checked between lines.
            known: lines that were read before; they come first.
            exactly: no room around the places, for lines with others close beside them.
        """
        lines = list(known)
        for place in places:
            seen = place if exactly else _with_room(place)
            picture = crop(seen, _CARD_HEIGHT * _READ_SCALE)
            (text, confidence), *_ = self._recogniser.read([picture], token)
            if text:
                lines.append(TextLine(text, confidence, place))
        return tuple(lines)

    def thorough(
        self,
        crop: CropSource,
        known: Sequence[TextLine],
        token: CancelToken | None = None,
        pixels_high: float = float("inf"),
    ) -> Iterator[Lines]:
        """Adds to what is known: small print at the bottom, enlarged, then all other lines.

        Args:
            crop: the card.
            known: what `quick` read.
            token: checked between lines.
            pixels_high: the card's height in the picture. What has no pixels isn't looked at: small
                print on a card of less than 800, anything more on one of less than 300.
        """
        if pixels_high < _LEGIBLE_HEIGHT:
            return
        enlarged = pixels_high > _SMALL_PRINT_LEGIBLE_HEIGHT
        lines = list(known)
        if enlarged:
            lines += self._read_region(crop, self._bottom, _SMALL_PRINT_HEIGHT, token)
            yield tuple(lines)
        for chunk in self._read_whole(crop, lines, token):
            lines += chunk
            yield tuple(lines)
        if enlarged:
            lines += self._read_region(crop, self._top, _SMALL_PRINT_HEIGHT, token)
            yield tuple(lines)

    def beside(self, crop: CropSource, place: Box, token: CancelToken | None = None) -> Lines:
        """What stands at a place beside the card, from top to bottom; its tallest lines first read.

        Args:
            crop: the card; the place is in fractions of it, outside.
            place: where to look.
            token: checked between lines.
        """
        sheet = _Sheet.of(crop, (place,), _BESIDE_HEIGHT * _READ_SCALE)
        boxes = self._detect(sheet.pixels, _READ_SCALE, token)
        tallest = sorted(boxes, key=lambda box: -box.height)[:_MAX_BESIDE]
        return tuple(sorted(self._read(sheet, tallest, token), key=lambda line: line.box.top))

    def check_number(
        self,
        crop: CropSource,
        choices: Sequence[Sequence[str]],
        token: CancelToken | None = None,
        *,
        another_read: float = 0.0,
    ) -> Field | None:
        """Which of several numbers stands at the bottom of the card, if the picture is clear.

        Args:
            crop: the card.
            choices: for each printing in question the ways in which its number may be printed.
            token: checked between lines.
            another_read: the confidence with which a number that is none of these was read. Where
                that is high, one of them must be about as likely. So must be an only choice where
                none was read.

        Returns:
            The number as it is printed, or None when two of them are nearly as likely, or none is
            likely at all.
        """
        owners = [
            (form, owner)
            for owner, forms in enumerate(choices)
            for form in forms
            if len(form) >= _MIN_CHECKED_LENGTH and not form.isdigit()
        ]
        if not owners:
            return None
        least = _least(another_read, len(choices))
        texts = [form for form, _ in owners]
        scores = np.full(len(texts), -np.inf)
        places: list[Box | None] = [None] * len(texts)
        sheet = _Sheet.of(crop, (self._bottom,), _CARD_HEIGHT * _READ_SCALE)
        for box in self._detect(sheet.pixels, _READ_SCALE, token):
            for part in _ends(box):
                whole = cut_line(sheet.pixels, part)
                for line in (whole, whole[:, : round(_BESIDE_RARITY * whole.shape[1])]):
                    for i, score in enumerate(self._recogniser.likelihoods(line, texts, token)):
                        if score > scores[i]:
                            scores[i], places[i] = score, sheet.place(part)
        best = int(scores.argmax())
        others = [
            s for s, (_, owner) in zip(scores, owners, strict=True) if owner != owners[best][1]
        ]
        rival = max(others, default=-np.inf)
        if scores[best] < least or scores[best] < rival + CLEARLY_LIKELIER:
            return None
        confidence = float(np.exp(scores[best] / len(texts[best])))
        return Field(texts[best], confidence, places[best])

    def _read_strips(self, crop: CropSource, token: CancelToken | None) -> Iterator[list[TextLine]]:
        """Top and bottom in one detector run: two small pictures cost more than one."""
        sheet = _Sheet.of(crop, (self._top, self._bottom), _CARD_HEIGHT * _READ_SCALE)
        boxes = self._detect(sheet.pixels, _READ_SCALE, token)
        boxes = [part for box in boxes for part in _ends(box)]
        boxes = _likeliest_first(boxes, [sheet.place(box) for box in boxes])
        for start in range(0, min(len(boxes), _MAX_STRIP_LINES), _CHUNK):
            yield self._read(sheet, boxes[start : start + _CHUNK], token)

    def _read_whole(
        self, crop: CropSource, known: Sequence[TextLine], token: CancelToken | None
    ) -> Iterator[list[TextLine]]:
        """Lines that aren't known yet, in chunks, so that the caller can stop in between."""
        sheet = _Sheet.of(crop, (WHOLE_CARD,), _CARD_HEIGHT * _READ_SCALE)
        boxes = self._detect(sheet.pixels, _READ_SCALE, token)
        fresh = [b for b in boxes if not any(_same_place(sheet.place(b), k.box) for k in known)]
        fresh.sort(key=lambda b: _worth(sheet.place(b)), reverse=True)
        for start in range(0, len(fresh), _CHUNK):
            yield self._read(sheet, fresh[start : start + _CHUNK], token)

    def _read_region(
        self, crop: CropSource, region: Box, card_height: int, token: CancelToken | None
    ) -> list[TextLine]:
        sheet = _Sheet.of(crop, (region,), card_height)
        return self._read(sheet, self._detect(sheet.pixels, 1, token), token)

    def _detect(self, pixels: Pixels, shrink: int, token: CancelToken | None) -> list[TextBox]:
        """Boxes in `pixels`, found in a picture `shrink` times smaller."""
        if shrink == 1:
            return self._detector.detect(pixels, token)
        height, width = pixels.shape[:2]
        size = (width // shrink, height // shrink)
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        found = self._detector.detect(np.asarray(small, np.uint8), token)
        return [TextBox(b.quad * shrink, b.score) for b in found]

    def _read(
        self, sheet: _Sheet, boxes: Sequence[TextBox], token: CancelToken | None
    ) -> list[TextLine]:
        pictures = [cut_line(sheet.pixels, box) for box in boxes]
        texts = self._recogniser.read(pictures, token)
        return [
            TextLine(text, confidence, sheet.place(box))
            for box, (text, confidence) in zip(boxes, texts, strict=True)
            if text
        ]


@dataclass(frozen=True, eq=False)
class _Sheet:
    """Regions of a card, one below the other in one picture, and the way back to the card."""

    pixels: Pixels
    regions: tuple[Box, ...]
    tops: tuple[int, ...]

    @classmethod
    def of(cls, crop: CropSource, regions: tuple[Box, ...], card_height: int) -> _Sheet:
        parts = [crop(region, card_height) for region in regions]
        tops = tuple(int(t) for t in np.cumsum([0, *(p.shape[0] for p in parts[:-1])]))
        width = min(p.shape[1] for p in parts)
        return cls(np.vstack([p[:, :width] for p in parts]), regions, tops)

    def place(self, box: TextBox) -> Box:
        """Where a box of the sheet stands on the card."""
        left, top = box.quad.min(axis=0)
        right, bottom = box.quad.max(axis=0)
        part = max(i for i, t in enumerate(self.tops) if t <= (top + bottom) / 2 or i == 0)
        region, offset = self.regions[part], self.tops[part]
        end = self.tops[part + 1] if part + 1 < len(self.tops) else self.pixels.shape[0]
        across = (region.right - region.left) / self.pixels.shape[1]
        down = (region.bottom - region.top) / (end - offset)
        return Box(
            float(region.left + left * across),
            float(region.top + (top - offset) * down),
            float(region.left + right * across),
            float(region.top + (bottom - offset) * down),
        )


def _least(another_read: float, choices: int) -> float:
    """How likely a number must be, in nats."""
    if another_read >= _READ_CLEARLY or (not another_read and choices < 2):
        return _AS_LIKELY_AS_ANY
    return _LIKELY_BESIDE_A_GUESS if another_read else _LIKELY


def _around(regions: Sequence[Box]) -> Box:
    """The smallest region that holds all of these."""
    return Box(
        min(region.left for region in regions),
        min(region.top for region in regions),
        max(region.right for region in regions),
        max(region.bottom for region in regions),
    )


def _with_room(place: Box) -> Box:
    """A line's place with room for corners that are a little off."""
    across, down = _ROOM
    return Box(place.left - across, place.top - down, place.right + across, place.bottom + down)


def _ends(box: TextBox) -> list[TextBox]:
    """Only the ends of a copyright line may hold a number, and reading all of it is dear."""
    if box.width <= 14 * box.height:
        return [box]
    part = 6 * box.height / box.width
    return [
        TextBox(_slice(box.quad, 0.0, part), box.score),
        TextBox(_slice(box.quad, 1.0 - part, 1.0), box.score),
    ]


def _slice(quad: npt.NDArray[np.float32], start: float, end: float) -> npt.NDArray[np.float32]:
    top_left, top_right, bottom_right, bottom_left = quad
    return np.array(
        [
            top_left + start * (top_right - top_left),
            top_left + end * (top_right - top_left),
            bottom_left + end * (bottom_right - bottom_left),
            bottom_left + start * (bottom_right - bottom_left),
        ],
        np.float32,
    )


def _likeliest_first(boxes: Sequence[TextBox], places: Sequence[Box]) -> list[TextBox]:
    """Lines of the strips by how likely they hold name, HP or number, top and bottom in turn."""
    top, bottom = [], []
    for box, place in zip(boxes, places, strict=True):
        if place.top < 0.5:
            # Name and HP are the tallest print at the top.
            top.append((place.bottom - place.top, box))
        else:
            # The number stands alone in a corner, in one of the last lines.
            alone = (place.right < 0.45 or place.left > 0.55) and place.right - place.left < 0.4
            bottom.append((alone + (place.top + place.bottom) / 2, box))
    queues = [sorted(q, key=lambda item: -item[0]) for q in (top, bottom)]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*queues))
    return [item[1] for item in turns if item is not None]


def _same_place(a: Box, b: Box) -> bool:
    """Whether two boxes hold the same line: their middles lie within each other."""
    across, down = (a.left + a.right) / 2, (a.top + a.bottom) / 2
    return (
        b.left <= across <= b.right
        and b.top <= down <= b.bottom
        and (a.right - a.left) < 1.5 * (b.right - b.left)
    )


def _worth(box: Box) -> float:
    """What a line of the whole card is worth reading for: edges first, then tall lines."""
    middle = (box.top + box.bottom) / 2
    edge = 2.0 if middle > 0.86 else 1.0 if middle < 0.2 else 0.0
    return edge + 10 * (box.bottom - box.top)
