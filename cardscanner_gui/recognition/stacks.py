"""Stages for what lies beside and over cards: labels of their cases, stacks and fans.

A stack laid out in steps shows a strip of each card, a fan shows more. Once whole cards were read,
text that is on none of them is looked for where something speaks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cardscanner_gui.core.events import CardsFound, QuickResult, RecognitionEvent
from cardscanner_gui.core.types import Corners, Recognition, TextLine
from cardscanner_gui.reading.detector import TextBox
from cardscanner_gui.reading.picture_reader import PictureText
from cardscanner_gui.reading.strips import (
    ReadBox,
    Strip,
    hp_in,
    may_hold_number,
    number_in,
    strips_of,
)
from cardscanner_gui.recognition.card_progress import CardProgress
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.known import details
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.picture_progress import PictureProgress
from cardscanner_gui.recognition.strips import StripReader
from cardscanner_gui.vision.geometry import covered, reading_order
from cardscanner_gui.vision.plain_page import is_plain_page

_FEW = 4
"""With more cards than these in a picture, what stands beside one is the next one."""
_MOST_SHORT, _MOST_BOXES = 60, 120
"""Lines of a picture that are read, the tallest first."""
_INSIDE, _RIM = 0.5, 1.06


def look_beside(picture: PictureProgress) -> Iterator[RecognitionEvent]:
    """Labels of graded cards' cases, and whether the text beside a card is that of a stack."""
    if not picture.searched or len(picture.cards) > _FEW:
        return
    for index, card in enumerate(picture.cards):
        before = card.best
        others = [other.image.corners for other in picture.cards if other is not card]
        beside = card.read_beside(picture.frame, others)
        picture.stacked |= any(number_in(line) or hp_in(line) for line in beside)
        if card.best is not before:
            yield QuickResult(picture.id, index, card.recognition)


@dataclass(frozen=True)
class ReadStacks:
    """Cards of which others hide most, where something in the picture speaks for such."""

    networks: Networks
    judge: Judge

    def __call__(self, picture: PictureProgress) -> Iterator[RecognitionEvent]:
        kept = picture.kept
        seems = picture.stacked or any(_is_stack(c.best.reading.lines) for c in _open(kept))
        if not picture.searched or not (seems or _unread(kept)):
            return
        if picture.patience.over and not seems:
            picture.cut_short = True
            return
        picture.frame = picture.frame.whole()
        reader = self.networks.picture_reader
        text = picture.text or reader.find(picture.frame.pixels, picture.token)
        picture.text = text
        lines = self._short_lines(picture, text)
        whole = [card for card in kept if card.settled or not _holds_several(card, lines)]
        least = 1 if picture.stacked and whole else 2
        outside = _outside(lines, whole)
        if max(_count(number_in, outside), _count(hp_in, outside)) < least:
            return
        if is_plain_page(picture.frame.pixels):  # a list of cards says all that strips say
            return
        strips = self._strips(picture, text, outside, whole)
        picture.patience.show_cards(len(whole) + len(strips))
        cards, left = self._whole_cards(picture, strips, whole)
        strip_reader = StripReader(reader, self.judge)
        named = [strip_reader.recognised(picture.frame, strip, picture.token) for strip in left]
        found = strip_reader.of_one_stack([card for card in named if card is not None], least)
        if cards or found:
            picture.cards, picture.strips = _in_order([*whole, *cards]), found
            yield from self._told(picture)

    def _told(self, picture: PictureProgress) -> Iterator[RecognitionEvent]:
        cards: Sequence[Recognition] = [
            *(card.recognition for card in picture.cards), *picture.strips,
        ]  # fmt: skip
        outlines = tuple(card.corners for card in cards if card.corners is not None)
        yield CardsFound(picture.id, picture.frame.width, picture.frame.height, outlines)
        for index, card in enumerate(cards):
            yield QuickResult(picture.id, index, card)
            yield from details(picture.id, index, card, self.judge.games)

    def _short_lines(self, picture: PictureProgress, text: PictureText) -> list[ReadBox]:
        """The picture's lines that may be numbers or HP."""
        short = [box for box in text.boxes if may_hold_number(box)]
        return self._read(picture, text, short[:_MOST_SHORT])

    def _strips(
        self,
        picture: PictureProgress,
        text: PictureText,
        short: Sequence[ReadBox],
        whole: Sequence[CardProgress],
    ) -> list[Strip]:
        """The strips of which these lines are, with what else stands on no whole card."""
        long = [
            box
            for box in text.boxes[:_MOST_BOXES]
            if not may_hold_number(box) and not _within(box, whole)
        ]
        return strips_of([*short, *self._read(picture, text, long)], text)

    def _read(
        self, picture: PictureProgress, text: PictureText, boxes: Iterable[TextBox]
    ) -> list[ReadBox]:
        reader, pixels, token = self.networks.picture_reader, picture.frame.pixels, picture.token
        return [ReadBox(box, *reader.read_box(pixels, text, box, token)) for box in boxes]

    def _whole_cards(
        self, picture: PictureProgress, strips: Sequence[Strip], whole: Sequence[CardProgress]
    ) -> tuple[list[CardProgress], list[Strip]]:
        """Cards that lie where a name and HP say, and can be read there; and the other strips."""
        guessed = [corners for strip in strips for corners in strip.cards]
        if not guessed:
            return [], list(strips)
        found = self.networks.finder.look_at(picture.frame.pixels, guessed, picture.token)
        cards = []
        for one in found:
            reader = self.networks.reader
            card = CardProgress(picture.frame, one, reader, self.judge, picture.token)
            card.quick()
            card.look()
            for _ in card.deepen(picture.patience.share(len(found))):
                pass
            if card.settled or card.best.names:
                cards.append(card)
        left = [strip for strip in strips if not _within(strip.anchor, cards)]
        return cards, left


def _in_order(cards: Sequence[CardProgress]) -> list[CardProgress]:
    return [cards[index] for index in reading_order([card.image.corners for card in cards])]


def _open(cards: Sequence[CardProgress]) -> list[CardProgress]:
    return [card for card in cards if not card.settled]


def _unread(kept: Sequence[CardProgress]) -> bool:
    """Whether no card was read where there may be some."""
    return len(kept) <= 1 and not any(card.settled or card.best.hopeless for card in kept)


def _is_stack(lines: Sequence[TextLine | ReadBox]) -> bool:
    """Whether these lines bear the numbers, or the HP, of several cards."""
    numbers = {number for line in lines if (number := number_in(line))}
    return len(numbers) > 1 or _count(hp_in, lines) > 1


def _holds_several(card: CardProgress, lines: Sequence[ReadBox]) -> bool:
    return _is_stack([line for line in lines if _within(line.box, [card])])


def _outside(lines: Sequence[ReadBox], cards: Sequence[CardProgress]) -> list[ReadBox]:
    return [line for line in lines if not _within(line.box, cards)]


def _within(box: TextBox, cards: Sequence[CardProgress]) -> bool:
    quad: Corners = box.quad.astype(np.float64)
    return any(covered(quad, _with_rim(card.image.corners)) > _INSIDE for card in cards)


def _with_rim(corners: Corners) -> Corners:
    """An outline a little larger: its own lowest line must not be taken for a strip."""
    middle = corners.mean(0)
    return np.asarray(middle + (corners - middle) * _RIM, np.float64)


def _count(
    told: Callable[[TextLine | ReadBox], object], lines: Sequence[TextLine | ReadBox]
) -> int:
    return sum(bool(told(line)) for line in lines)
