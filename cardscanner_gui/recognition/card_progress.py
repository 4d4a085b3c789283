"""One card of a picture on its way from outline to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.model_share import ModelShare
from cardscanner_gui.core.patience import Patience
from cardscanner_gui.core.types import (
    CardImage,
    Corners,
    Field,
    Frame,
    Match,
    Printing,
    Reading,
    Recognition,
)
from cardscanner_gui.reading.card_reader import READER_ID, CardReader, Lines
from cardscanner_gui.reading.slab_label import LABEL, parse_label
from cardscanner_gui.recognition.cache.confirmed import places_of
from cardscanner_gui.recognition.cache.memory import Asked, Memory
from cardscanner_gui.recognition.cache.near import Recalled
from cardscanner_gui.recognition.details import finish_seen, language_of_match
from cardscanner_gui.recognition.hypothesis import Hypothesis
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.outline_reader import OutlineReader
from cardscanner_gui.recognition.routing import Choice, Route, RouteReason
from cardscanner_gui.recognition.second_opinion import (
    contradictions,
    joined,
    judged,
    likeliest,
    settled_by_both,
    share_of,
)
from cardscanner_gui.recognition.slab import named_by_label, offered_by_label
from cardscanner_gui.recognition.stopwatch import Stopwatch
from cardscanner_gui.store.recognitions import CardView
from cardscanner_gui.vision.finder import FoundCard

_NEW_LOOK = 48
"""Bits from which on a look is remembered beside the one that it was recalled by."""

_TOP_EDGE = 0.1
"""Lines that end above it stand beside the card, not on it."""
OUT_OF_TIME = "its time was up before all of it was read"

SURELY_A_CARD = 0.66
"""An outline of a lower score on which nothing can be read is something else: a pack, a page."""


class CardProgress:
    """Takes one found card further step by step and keeps the best answer so far.

    Args:
        frame: the picture, or a draft of it.
        found: where the card probably lies.
        reader: reads it.
        judge: says what it means.
        token: checked before each step.

    Attributes:
        answered_by: `near` when it was remembered, or the id of the reader that settled it.
        cut_short: more might be read on it, but its time was up.
        doubt: whether the model that read last contradicts the answer.
    """

    def __init__(
        self,
        frame: Frame,
        found: FoundCard,
        reader: CardReader,
        judge: Judge,
        token: CancelToken,
    ) -> None:
        self.found = found
        self.answered_by: str = READER_ID
        self.doubt = False
        self.cut_short = False
        self._outline = OutlineReader(frame, found, reader, judge, token)
        self._judge = judge
        self._recalled: Recalled | None = None
        self._best: Hypothesis | None = None
        self._label: Mapping[str, tuple[Field, ...]] = {}
        self._share: ModelShare | None = None

    @property
    def stopwatch(self) -> Stopwatch:
        """Where the time went."""
        return self._outline.stopwatch

    @property
    def best(self) -> Hypothesis:
        """The hypothesis that answers so far; `remember` or `quick` makes the first."""
        if self._best is None:
            raise RuntimeError("quick() comes first")
        return self._best

    @property
    def settled(self) -> bool:
        return self._best is not None and self._best.settled

    @property
    def recalled(self) -> bool:
        """Whether its answer was remembered."""
        return self._recalled is not None

    @property
    def by_user(self) -> bool:
        """Whether the user's word about a like card decided: it may be taken back."""
        best = self.best
        if self._recalled is not None:
            return self._recalled.by_user
        if best.match.printing is None or best.look is None:
            return False
        told = self._judge.told_by_text(best.match)
        return not told and self._judge.rests_on_own(best.reading, best.look)

    @property
    def looks_like_a_card(self) -> bool:
        """Whether to read on: the outline is clear, or something on it could be read."""
        return self.recalled or self.found.score >= SURELY_A_CARD or self._tells_something

    @property
    def _tells_something(self) -> bool:
        return self.best.has_words or self.best.pictured

    @property
    def image(self) -> CardImage:
        """The card as it is read."""
        return self.best.image

    @property
    def recognition(self) -> Recognition:
        """The best answer so far."""
        best = self.best
        match = self._with_label(best)
        return Recognition(
            match=match,
            reading=replace(best.reading, fields={**best.reading.fields, **self._label}),
            corners=best.image.corners,
            photo=best.image.pixels,
            language=language_of_match(best.reading, match, self._judge.game),
            finish=self._finish(match.printing),
            fingerprint=best.image.fingerprint,
            cached=self.recalled,
            timings_ms=dict(self.stopwatch.ms),
            look=best.look,
            model=self._share,
        )

    def _finish(self, printing: Printing | None) -> str | None:
        if printing is None:
            return None
        return finish_seen(printing, self.image.pixels, self._judge.game(printing))

    def remember(self, memory: Memory) -> tuple[Route, Asked]:
        """Answer from how cards looked before, if that can be verified; says what came of it."""
        outcome = self._outline.recalled(memory)
        if outcome is None:
            return Route(Choice.OCR, RouteReason.NEW), {}
        lookup, image, answer = outcome
        if answer is None:
            reason = RouteReason.NOT_VERIFIED if lookup.near else RouteReason.NEW
            return Route(Choice.OCR, reason), lookup.answered_by(None)
        self._recalled = answer
        self._best = Hypothesis(image, answer.reading, answer.match)
        self.answered_by = Choice.NEAR
        reason = RouteReason.CONFIRMED if answer.by_user else RouteReason.LIKE_BEFORE
        return Route(Choice.NEAR, reason), lookup.answered_by(answer.tier)

    def view_to_keep(self) -> CardView | None:
        """How this card looks, if that is worth remembering: it was settled by its own text."""
        best, recalled = self.best, self._recalled
        printing = best.match.printing
        if printing is None or self.answered_by not in (READER_ID, Choice.NEAR):
            return None
        if not self._judge.told_by_text(best.match):
            return None
        if recalled is not None and (recalled.by_user or recalled.distance < _NEW_LOOK):
            return None
        return CardView(
            best.image.fingerprint,
            printing.id,
            places_of(best.reading, printing, self._judge.game(printing)),
        )

    def quick(self) -> None:
        """Read name, HP and number in the likeliest outline, unless the answer was remembered."""
        if not self.recalled:
            self._best = self._outline.quick()

    def look(self) -> None:
        """Take into account what its picture resembles, unless the answer was remembered."""
        if not self.recalled:
            self._best = self._outline.look(self.best)

    def try_other_outlines(self, patience: Patience) -> Iterator[Recognition]:
        """Read name, HP and number elsewhere until settled; gives the answer when it changed."""
        yield from self._further(lambda: self._outline.other_outlines(self.best), patience)

    def look_closer(self, frame: Frame) -> None:
        """Read on in the whole picture, what was read in its draft kept."""
        self._best = self._outline.look_closer(frame, self.best)

    def read_beside(self, frame: Frame, others: Sequence[Corners]) -> Lines:
        """Read what stands above and below the card, and hear the label of its case, if it has one.

        Args:
            frame: the picture.
            others: outlines of its other cards.

        Returns:
            The lines that are on no label.
        """
        found = self._outline.beside(self.best, frame, others)
        above = [line for line in found if line.box.bottom < _TOP_EDGE]
        self._label = parse_label(above)
        if not self._label:
            return found
        match = self._with_label(self.best)
        if match.printing is not None:
            self._best = replace(self.best, match=match)
        return tuple(line for line in found if line not in above)

    def _with_label(self, seen: Hypothesis) -> Match:
        """What card and label tell together."""
        if not self._label:
            return seen.match
        label = self._label[LABEL][0]
        match = named_by_label(seen.match, seen.reading, label, self._judge, seen.look)
        return offered_by_label(match, label, self._judge)

    def deepen(self, patience: Patience) -> Iterator[Recognition]:
        """Read on until the card is settled; gives the answer whenever it has changed."""
        for ask in (self._outline.with_name, self._outline.with_number):
            told = None if self.settled or patience.over else ask(self.best)
            if told is not None:
                self._best = told
                yield self.recognition
        yield from self._further(lambda: self._outline.thorough(self.best), patience)
        match = self.best.match
        if self.cut_short and not self.settled and OUT_OF_TIME not in match.reason:
            reason = f"{match.reason}; {OUT_OF_TIME}"
            self._best = replace(self.best, match=replace(match, reason=reason))

    def _further(
        self, steps: Callable[[], Iterator[Hypothesis]], patience: Patience
    ) -> Iterator[Recognition]:
        """Each step's answer, if it is another than before, until one settles the card."""
        further = steps()
        while not self.settled and not self.best.hopeless:
            if patience.over:
                self.cut_short = True
                return
            seen = next(further, None)
            if seen is None:
                return
            if seen is not self._best:
                self._best = seen
                yield self.recognition

    def hear(self, other: Reading, told: Sequence[tuple[str, Field]] = ()) -> ModelShare:
        """Take a second reader's reading into account.

        Args:
            other: what it read, as a reading.
            told: the same by fields, with what is no evidence.

        Returns:
            what it had to do with the answer.
        """
        before = self.best
        self._weigh(other)
        match = self.best.match
        settled = before.match.printing is None and match.printing is not None
        printing = match.printing or likeliest(match)
        game = self._judge.game(printing if printing is not None else before.reading)
        self._share = share_of(other.reader, told, before.reading, match, game, settled=settled)
        return self._share

    def _weigh(self, other: Reading) -> None:
        best = self.best
        if best.match.printing is not None:
            self.doubt = bool(
                contradictions(best.match.printing, other, self._judge.game(best.match.printing))
            )
            self._best = replace(best, match=judged(best.match, other, self._judge.games))
            return
        reading = joined(best.reading, other)
        answer = settled_by_both(best.match, self._outline.match(reading, best.look), other.reader)
        if answer is not best.match:
            self._best = replace(best, reading=reading, match=answer)
            self.answered_by = other.reader
