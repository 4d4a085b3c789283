"""The stages that a picture goes through, in the order in which `Recogniser` runs them.

Each takes the picture further and gives the events of what it found out. Whatever is quick is done
for all cards before anything slow is begun for one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cardscanner_gui.core.events import CardsFound, QuickResult, RecognitionEvent
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.patience import OutOfTimeError
from cardscanner_gui.core.types import Recognition, Status
from cardscanner_gui.recognition.asking import Models
from cardscanner_gui.recognition.cache.memory import Memory
from cardscanner_gui.recognition.card_progress import SURELY_A_CARD, CardProgress
from cardscanner_gui.recognition.decisions import Journal
from cardscanner_gui.recognition.drafts import fit_to_read, in_picture
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.known import details
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.picture_progress import PictureProgress
from cardscanner_gui.recognition.routing import Choice
from cardscanner_gui.recognition.whole_picture import own_outline, read_whole_picture
from cardscanner_gui.vision.finder import FoundCard

Stage = Callable[[PictureProgress], Iterator[RecognitionEvent]]


@dataclass(frozen=True)
class FindCards:
    """Where cards lie in the picture, or the one place that the request names."""

    networks: Networks
    judge: Judge

    def __call__(self, picture: PictureProgress) -> Iterator[RecognitionEvent]:
        outline = picture.request.outline
        found = [outline] if outline is not None else self._search(picture)
        yield _cards_found(picture, found)
        picture.cards = [
            CardProgress(picture.frame, card, self.networks.reader, self.judge, picture.token)
            for card in found
        ]
        picture.patience.show_cards(len(found))
        for card in picture.cards:
            card.stopwatch.ms.update(picture.watch.ms)

    def _search(self, picture: PictureProgress) -> Sequence[FoundCard]:
        started, frame = time.perf_counter(), picture.frame
        debug = picture.request.debug
        found = self.networks.finder.find(frame.pixels, token=picture.token, debug=debug)
        found = in_picture(frame, found)
        picture.watch.add("find", started)
        picture.frame = fit_to_read(frame, found)
        return found


@dataclass(frozen=True)
class RecallCards:
    """Cards that look as one did before, once their own text agrees."""

    memory: Memory | None
    journal: Journal

    def __call__(self, picture: PictureProgress) -> Iterator[RecognitionEvent]:
        if self.memory is None:
            return
        for index, card in enumerate(picture.cards):
            route, asked = card.remember(self.memory)
            self.journal.route(
                picture.id, route.choice, route.reason, index=index, kind="near", asked=asked
            )
            if card.recalled:
                yield QuickResult(picture.id, index, card.recognition)


def read_quickly(picture: PictureProgress) -> Iterator[RecognitionEvent]:
    """Name, HP and number of each card that wasn't recalled."""
    for index, card in enumerate(picture.cards):
        if not card.recalled:
            card.quick()
            yield _so_far(picture, index, card)


def try_other_outlines(picture: PictureProgress) -> Iterator[RecognitionEvent]:
    """The same where else each card may lie, if its likeliest outline left it open."""
    open_cards = [(i, card) for i, card in enumerate(picture.cards) if not card.settled]
    for left, (index, card) in zip(range(len(open_cards), 0, -1), open_cards, strict=True):
        for recognition in card.try_other_outlines(picture.patience.share(left)):
            yield QuickResult(picture.id, index, recognition, going_on=not card.settled)


def look_closer(picture: PictureProgress) -> Iterator[RecognitionEvent]:
    """All pixels instead of a draft's, where those left a card open."""
    if picture.frame.shrunk > 1 and not all(card.settled for card in picture.cards):
        picture.frame = picture.frame.whole()
        for card in picture.cards:
            card.look_closer(picture.frame)
    yield from ()


def look_at_pictures(picture: PictureProgress) -> Iterator[RecognitionEvent]:
    """What each card looks like, compared with the pictures of the printings: milliseconds a card.

    Also where the text has told already: a picture that is another card's speaks against that.
    """
    for index, card in enumerate(picture.cards):
        before = card.best
        card.look()
        if card.best is not before:
            yield _so_far(picture, index, card)


@dataclass(frozen=True)
class TakeAsScan:
    """The whole picture as one card, where it has a card's shape and that reads better.

    A flatbed scan shows no edge of the card, and the finder then takes frames within its art for
    cards.
    """

    networks: Networks
    judge: Judge

    def __call__(self, picture: PictureProgress) -> Iterator[RecognitionEvent]:
        scan = self._scan_of(picture) if picture.searched else None
        if scan is not None and not _says_the_same(picture, scan):
            picture.cards = [scan]
            yield _cards_found(picture, [scan.found])
            yield QuickResult(picture.id, 0, scan.recognition)

    def _scan_of(self, picture: PictureProgress) -> CardProgress | None:
        outline = own_outline(picture.frame)
        if outline is None or any(card.settled for card in picture.cards):
            return None
        if picture.patience.over and any(card.best.names for card in picture.kept):
            # Without a name it goes on: a scan shows no card's edge, only frames in its art.
            picture.cut_short = True
            return None
        found = FoundCard(outline, score=0.5, upright_confidence=0.5)
        reader = self.networks.reader
        scan = CardProgress(picture.frame, found, reader, self.judge, picture.token)
        scan.quick()
        scan.look()
        unclear = all(card.found.score < SURELY_A_CARD for card in picture.cards)
        if scan.settled or (unclear and _tells_more(scan, picture.cards)):
            return scan
        return None


@dataclass(frozen=True)
class ReadOn:
    """Card by card: the rest of its text until it is settled, models, and the details."""

    models: Models
    games: Games

    def __call__(self, picture: PictureProgress) -> Iterator[RecognitionEvent]:
        left = sum(not card.settled for card in picture.cards)
        for index, card in enumerate(picture.cards):
            patience = picture.patience.share(left)
            left -= not card.settled
            if card.looks_like_a_card and card.answered_by is not Choice.NEAR:
                if not picture.request.together:  # it may be settled before a model is asked
                    self.models.expect(card, picture)
                for recognition in card.deepen(patience):
                    yield QuickResult(picture.id, index, recognition, going_on=not card.settled)
                yield from self.models.ask(index, card, picture)
            picture.cut_short |= card.cut_short
            yield from details(picture.id, index, card.recognition, self.games)


@dataclass(frozen=True)
class ReadWholePicture:
    """The last resort: the picture's text as if it were one card, where no card told."""

    networks: Networks
    judge: Judge

    def __call__(self, picture: PictureProgress) -> Iterator[RecognitionEvent]:
        kept = picture.kept
        answered = any(card.settled or card.best.hopeless for card in kept)
        if not picture.searched or picture.strips or len(kept) > 1 or answered:
            return
        try:
            whole = self._read(picture)
        except OutOfTimeError:
            picture.cut_short = True
            return
        if whole is not None:
            picture.whole = whole
            yield QuickResult(picture.id, 0, whole)
            yield from details(picture.id, 0, whole, self.judge.games)

    def _read(self, picture: PictureProgress) -> Recognition | None:
        kept = picture.kept
        known = [card.recognition for card in kept]
        look = kept[0].best.look if kept else None
        reader, token = self.networks.picture_reader, picture.patience.limited(picture.token)
        return read_whole_picture(
            picture.frame, reader, self.judge, known, token, look, picture.text
        )


def _cards_found(picture: PictureProgress, found: Sequence[FoundCard]) -> CardsFound:
    outlines = tuple(card.corners for card in found)
    return CardsFound(picture.id, picture.frame.width, picture.frame.height, outlines)


def _so_far(picture: PictureProgress, index: int, card: CardProgress) -> QuickResult:
    """What is known of a card, which goes on being read until it is settled."""
    return QuickResult(picture.id, index, card.recognition, going_on=not card.settled)


def _tells_more(scan: CardProgress, cards: Sequence[CardProgress]) -> bool:
    """Whether what the whole picture told, as one card, is worth giving up the outlines for.

    A few digits are read in any picture.
    """
    if not cards:
        return scan.best.match.status is not Status.UNREADABLE
    return scan.best.names or scan.best.pictured


def _says_the_same(picture: PictureProgress, scan: CardProgress) -> bool:
    """Whether the one clear card of the picture, read on, is what the whole picture was read as.

    Its outline and its photo are better than the picture's then.
    """
    cards = picture.cards
    clear = [card for card in cards if card.found.score >= SURELY_A_CARD]
    printing = scan.best.match.printing
    if len(clear) != 1 or len(cards) != 1 or printing is None:
        return False
    for _ in clear[0].deepen(picture.patience):
        pass
    answer = clear[0].best.match.printing
    return answer is not None and answer.id == printing.id
