"""Reads one card with growing effort; the caller stops when the card is settled.

First text is detected in the top and the bottom of the card, where name, HP and number stand, and
the lines that can hold them are read. Then comes the bottom again, enlarged, then all other lines,
those of most worth first, and last the top, enlarged. Each step gives all lines so
far; which fields they are is for the games to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

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
from cardscanner_gui.reading.sheet import (
    Sheet,
    around,
    ends,
    likeliest_first,
    same_place,
    with_room,
    worth,
)

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
_DOUBT = 60.0
"""How much less likely it may be, for a confidence of 0 in what was read. Numbers that were misread
on drawn cards had 0.93 to 0.99, and the right ones -4.5 at least."""
CLEARLY_LIKELIER = 5.0
_GOES_ON = 0.5
"""A digit that is there costs next to nothing. A rarity's symbol looks like one a little, and so
does a blurred digit like two of its kind."""
_BESIDE_RARITY = 0.75
"""How much of a line is looked at a second time: the number ends about there if the rarity stands
behind it, and symbols that the recogniser doesn't know make it doubt the digits before them."""
_NAME_PLACES = tuple(
    Box(left, top, left + 0.65, top + 0.075) for top in (0.03, 0.05, 0.01) for left in (0.15, 0.05)
)
"""Where a name may stand that the detector missed, as on cards seen from afar; likeliest first."""
_SHORTEST_NAME = 5
"""Shorter ones are found in others too."""
_AS_READ = -0.5
"""In nats: what was read is that name, or as good as that."""
_BEYOND_DOUBT = 0.95
_SHORTEST_WORD = 5
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
        self._top = around([sheet.top for sheet in sheets])
        self._bottom = around([sheet.bottom for sheet in sheets])

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
            seen = place if exactly else with_room(place)
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
            lines += self._read_region(crop, self._bottom, lines, token)
            yield tuple(lines)
        for chunk in self._read_whole(crop, lines, token):
            lines += chunk
            yield tuple(lines)
        if enlarged:
            lines += self._read_region(crop, self._top, lines, token)
            yield tuple(lines)

    def beside(self, crop: CropSource, place: Box, token: CancelToken | None = None) -> Lines:
        """What stands at a place beside the card, from top to bottom; its tallest lines first read.

        Args:
            crop: the card; the place is in fractions of it, outside.
            place: where to look.
            token: checked between lines.
        """
        sheet = Sheet.of(crop, (place,), _BESIDE_HEIGHT * _READ_SCALE)
        boxes = self._detect(sheet.pixels, _READ_SCALE, token)
        tallest = sorted(boxes, key=lambda box: -box.height)[:_MAX_BESIDE]
        return tuple(sorted(self._read(sheet, tallest, token), key=lambda line: line.box.top))

    def check_number(
        self,
        crop: CropSource,
        choices: Sequence[Sequence[str]],
        token: CancelToken | None = None,
        known: Sequence[TextLine] = (),
        *,
        read: Sequence[Field] = (),
    ) -> Field | None:
        """Which of several numbers stands at the bottom of the card, if the picture is clear.

        Args:
            crop: the card.
            choices: for each printing in question the ways in which its number may be printed.
            token: checked between lines.
            known: what was read before; where words stand beyond doubt there is no number.
            read: clear numbers that were read. The more confident one is, the likelier one of the
                choices must be, and so must be an only choice where none was read. None may be
                longer than the choice.

        Returns:
            The number as it is printed, or None when two of them are nearly as likely, none is
            likely at all, or another digit as likely stands right before or behind it.
        """
        owners = [
            (form, owner)
            for owner, forms in enumerate(choices)
            for form in forms
            if len(form) >= _MIN_CHECKED_LENGTH and not form.isdigit()
        ]
        if not owners:
            return None
        least = _least(max((field.confidence for field in read), default=0.0), len(choices))
        texts = [form for form, _ in owners]
        scores = np.full(len(texts), -np.inf)
        places: list[Box | None] = [None] * len(texts)
        looks = [np.empty((0, 0, 3), np.uint8) for _ in texts]
        sheet = Sheet.of(crop, (self._bottom,), _CARD_HEIGHT * _READ_SCALE)
        boxes = self._detect(sheet.pixels, _READ_SCALE, token)
        for box in _not_words(boxes, sheet, known):
            for part in ends(box):
                whole = cut_line(sheet.pixels, part)
                for line in (whole, whole[:, : round(_BESIDE_RARITY * whole.shape[1])]):
                    for i, score in enumerate(self._recogniser.likelihoods(line, texts, token)):
                        if score > scores[i]:
                            scores[i], places[i] = score, sheet.place(part)
                            looks[i] = line
        best = int(scores.argmax())
        others = [
            s for s, (_, owner) in zip(scores, owners, strict=True) if owner != owners[best][1]
        ]
        rival = max(others, default=-np.inf)
        if scores[best] < least or scores[best] < rival + CLEARLY_LIKELIER:
            return None
        # A look without its last quarter may lack the last digit too.
        longer = any(len(_without_zeros(field.text)) > len(texts[best]) for field in read)
        if longer or self._goes_on(looks[best], texts[best], token):
            return None
        confidence = float(np.exp(scores[best] / len(texts[best])))
        return Field(texts[best], confidence, places[best])

    def _goes_on(self, line: Pixels, number: str, token: CancelToken | None) -> bool:
        """Whether a line may as well show this number with one digit more: `85/99` in `85/999`."""
        longer = [number + digit for digit in "0123456789"]
        longer += [digit + number for digit in "123456789"]  # a zero is no other number
        own, *others = self._recogniser.likelihoods(line, [number, *longer], token)
        return bool(max(others) >= own - _GOES_ON)

    def check_name(
        self, crop: CropSource, names: Sequence[str], token: CancelToken | None = None
    ) -> TextLine | None:
        """Which of several names stands at the top of the card, where no line was found.

        Args:
            crop: the card.
            names: as they are printed, in every language in question.
            token: checked between lines.

        Returns:
            A line with the name; None unless what is read there is just one of them.
        """
        texts = list(dict.fromkeys(one for one in names if len(one) >= _SHORTEST_NAME))
        if not texts:
            return None
        for place in _NAME_PLACES:
            picture = crop(place, _CARD_HEIGHT * _READ_SCALE)
            scores = self._recogniser.likelihoods(picture, texts, token)
            # A name within the right one is read there too.
            best = max(range(len(texts)), key=lambda i: (round(float(scores[i]), 1), len(texts[i])))
            others = [s for s, one in zip(scores, texts, strict=True) if one not in texts[best]]
            rival = max(others, default=-np.inf)
            if scores[best] >= max(_AS_READ, rival + CLEARLY_LIKELIER):
                confidence = float(np.exp(scores[best] / len(texts[best])))
                return TextLine(texts[best], confidence, place)
        return None

    def _read_strips(self, crop: CropSource, token: CancelToken | None) -> Iterator[list[TextLine]]:
        """Top and bottom in one detector run: two small pictures cost more than one."""
        sheet = Sheet.of(crop, (self._top, self._bottom), _CARD_HEIGHT * _READ_SCALE)
        boxes = self._detect(sheet.pixels, _READ_SCALE, token)
        boxes = [part for box in boxes for part in ends(box)]
        boxes = likeliest_first(boxes, [sheet.place(box) for box in boxes])
        for start in range(0, min(len(boxes), _MAX_STRIP_LINES), _CHUNK):
            yield self._read(sheet, boxes[start : start + _CHUNK], token)

    def _read_whole(
        self, crop: CropSource, known: Sequence[TextLine], token: CancelToken | None
    ) -> Iterator[list[TextLine]]:
        """Lines that aren't known yet, in chunks, so that the caller can stop in between."""
        sheet = Sheet.of(crop, (WHOLE_CARD,), _CARD_HEIGHT * _READ_SCALE)
        boxes = self._detect(sheet.pixels, _READ_SCALE, token)
        fresh = [b for b in boxes if not any(same_place(sheet.place(b), k.box) for k in known)]
        fresh.sort(key=lambda b: worth(sheet.place(b)), reverse=True)
        for start in range(0, len(fresh), _CHUNK):
            yield self._read(sheet, fresh[start : start + _CHUNK], token)

    def _read_region(
        self,
        crop: CropSource,
        region: Box,
        known: Sequence[TextLine],
        token: CancelToken | None,
    ) -> list[TextLine]:
        """What stands there, enlarged, but for words that are known beyond doubt."""
        sheet = Sheet.of(crop, (region,), _SMALL_PRINT_HEIGHT)
        boxes = self._detect(sheet.pixels, 1, token)
        return self._read(sheet, _not_words(boxes, sheet, known), token)

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
        self, sheet: Sheet, boxes: Sequence[TextBox], token: CancelToken | None
    ) -> list[TextLine]:
        pictures = [cut_line(sheet.pixels, box) for box in boxes]
        texts = self._recogniser.read(pictures, token)
        return [
            TextLine(text, confidence, sheet.place(box))
            for box, (text, confidence) in zip(boxes, texts, strict=True)
            if text
        ]


def _not_words(boxes: Sequence[TextBox], sheet: Sheet, known: Sequence[TextLine]) -> list[TextBox]:
    """The boxes in which nothing was read so far, or something that may be read better."""
    words = [line.box for line in known if _is_words(line)]
    return [box for box in boxes if not any(same_place(sheet.place(box), one) for one in words)]


def _is_words(line: TextLine) -> bool:
    """Whether a line was read beyond doubt and no number is in it."""
    text = line.text
    return (
        line.confidence >= _BEYOND_DOUBT
        and len(text) >= _SHORTEST_WORD
        and not any(letter.isdigit() for letter in text)
    )


def _without_zeros(number: str) -> str:
    return "/".join(part.lstrip("0") for part in number.replace(" ", "").split("/"))


def _least(another_read: float, choices: int) -> float:
    """How likely a number must be, in nats."""
    if another_read:
        return max(_LIKELY, _AS_LIKELY_AS_ANY - _DOUBT * (1.0 - another_read))
    return _LIKELY if choices > 1 else _AS_LIKELY_AS_ANY
