"""Stages for what lies beside and over cards: labels of their cases, stacks and fans.

A stack laid out in steps shows a strip of each card, a fan shows more. Once whole cards were read,
text that is on none of them is looked for where something speaks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cardscanner_gui.core.events import CardsFound, QuickResult, RecognitionEvent
from cardscanner_gui.core.types import Corners, Recognition, TextLine
from cardscanner_gui.reading.detector import TextBox
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
from cardscanner_gui.recognition.strips import StripReader, of_one_kind
from cardscanner_gui.vision.geometry import covered

_FEW = 4
"""With more cards than these in a picture, what stands beside one is the next one."""
_MOST_BOXES = 200
_INSIDE = 0.5


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
        told = any(card.settled or card.best.hopeless for card in kept)
        unread = len(kept) <= 1 and not told
        several = any(_is_stack(c.best.reading.lines) for c in kept if not c.settled)
        if not picture.searched or not (picture.stacked or unread or several):
            return
        if picture.patience.over and not (picture.stacked or several):
            picture.cut_short = True
            return
        picture.frame = picture.frame.whole()
        lines = self._short_lines(picture)
        whole = [card for card in kept if card.settled or not _holds_several(card, lines)]
        least = 1 if picture.stacked and whole else 2
        outside = _outside(lines, whole)
        if max(_count(number_in, outside), _count(hp_in, outside)) < least:
            return
        strips = self._strips(picture, lines, whole)
        cards, left = self._whole_cards(picture, strips, whole)
        reader = StripReader(self.networks.picture_reader, self.judge)
        named = [reader.recognised(picture.frame, strip, picture.token) for strip in left]
        found = of_one_kind([card for card in named if card is not None], least)
        if cards or found:
            picture.cards, picture.strips = [*whole, *cards], found
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

    def _short_lines(self, picture: PictureProgress) -> list[ReadBox]:
        """The picture's lines that may be numbers or HP."""
        reader, pixels = self.networks.picture_reader, picture.frame.pixels
        picture.text = picture.text or reader.find(pixels, picture.token)
        short = filter(may_hold_number, picture.text.boxes[:_MOST_BOXES])
        return [ReadBox(box, *reader.read_box(pixels, box, picture.token)) for box in short]

    def _strips(
        self, picture: PictureProgress, short: Sequence[ReadBox], whole: Sequence[CardProgress]
    ) -> list[Strip]:
        """All lines that are on no whole card, as strips."""
        reader, text = self.networks.picture_reader, picture.text
        assert text is not None
        long = [
            ReadBox(box, *reader.read_box(picture.frame.pixels, box, picture.token))
            for box in text.boxes[:_MOST_BOXES]
            if not may_hold_number(box) and not _within(box, whole)
        ]
        return strips_of([*_outside(short, whole), *long], text)

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
    return any(covered(quad, card.image.corners) > _INSIDE for card in cards)


def _count(
    told: Callable[[TextLine | ReadBox], object], lines: Sequence[TextLine | ReadBox]
) -> int:
    return sum(bool(told(line)) for line in lines)
