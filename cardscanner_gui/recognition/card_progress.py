"""One card of a picture on its way from outline to answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.types import (
    CardImage,
    Corners,
    Frame,
    Match,
    Reading,
    Recognition,
    Status,
)
from cardscanner_gui.reading.card_reader import READER_ID, CardReader
from cardscanner_gui.recognition.cache.confirmed import places_of
from cardscanner_gui.recognition.cache.memory import Asked, Memory
from cardscanner_gui.recognition.cache.near import Recalled, recall
from cardscanner_gui.recognition.details import finish_of, language_of
from cardscanner_gui.recognition.routing import Choice, Reason, Route
from cardscanner_gui.recognition.second_opinion import (
    contradictions,
    joined,
    judged,
    settled_by_both,
)
from cardscanner_gui.store.recognitions import CardView
from cardscanner_gui.vision.card_image import crop_of, make_card_image
from cardscanner_gui.vision.finder import FoundCard

NO_CATALOGUE = "the card catalogue isn't here yet"

_SURE_OF_UPRIGHT = 0.97
_MAX_ALTERNATIVES = 2
_LITTLE_TEXT = 12.0
_A_WORD = 4.0
_PLENTY_OF_LINES = 6
_SOME_EVIDENCE = 6.0
_NEW_LOOK = 4
"""Bits from which on a look is remembered beside the one that it was recalled by."""

SURELY_A_CARD = 0.66
"""An outline of a lower score on which nothing can be read is something else: a pack, a page."""


class Stopwatch:
    """Milliseconds by step, added up."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}

    def add(self, step: str, since: float) -> None:
        self.ms[step] = round(self.ms.get(step, 0.0) + (time.perf_counter() - since) * 1000, 1)


@dataclass
class _View:
    """One hypothesis of where the card lies and which way is up, and what reading it gave."""

    image: CardImage
    reading: Reading
    match: Match

    def beats(self, likelier: _View) -> bool:
        """Whether this view is the right one, and not the one that the finder holds for likelier.

        An answer tells, then evidence, then clearly more text: a few letters are read in any
        picture, also upside down.
        """
        own = self.match.status is Status.IDENTIFIED, self.points
        other = likelier.match.status is Status.IDENTIFIED, likelier.points
        if own != other:
            return own > other
        return self.text_amount > likelier.text_amount + _A_WORD

    @property
    def text_amount(self) -> float:
        """Well-read characters."""
        lines = (line for line in self.reading.lines if line.confidence > 0.8)
        return sum(len(line.text) * line.confidence for line in lines)

    @property
    def points(self) -> float:
        """The best candidate's."""
        return self.match.candidates[0].points if self.match.candidates else 0.0


@dataclass
class CardProgress:
    """Reads one found card step by step and keeps the best answer so far.

    Attributes:
        answered_by: `near` when it was remembered, or the id of the reader that settled it.
        doubt: whether the model that read last contradicts the answer.
    """

    frame: Frame
    found: FoundCard
    reader: CardReader
    matcher: Matcher | None
    token: CancelToken
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    answered_by: str = READER_ID
    doubt: bool = False
    _first_image: CardImage | None = None
    _recalled: Recalled | None = None
    _view: _View | None = None

    @property
    def settled(self) -> bool:
        return self._view is not None and self._view.match.status is Status.IDENTIFIED

    @property
    def by_user(self) -> bool:
        """Whether the user's word about a like card decided."""
        return self._recalled is not None and self._recalled.by_user

    @property
    def looks_like_a_card(self) -> bool:
        """Whether to read on: the outline is clear, or something on it could be read."""
        return (
            self._recalled is not None
            or self.found.score >= SURELY_A_CARD
            or any(
                line.confidence > 0.8 and len(line.text) > 2 for line in self._best().reading.lines
            )
        )

    @property
    def hopeless(self) -> bool:
        """Plenty could be read, and nothing in the catalogue is like it: another game's card."""
        view = self._best()
        clear = sum(len(x.text) > 3 and x.confidence > 0.85 for x in view.reading.lines)
        return clear >= _PLENTY_OF_LINES and view.points < _SOME_EVIDENCE

    @property
    def recognition(self) -> Recognition:
        """The best answer so far; call `quick()` first."""
        view = self._best()
        printing = view.match.printing
        return Recognition(
            match=view.match,
            reading=view.reading,
            corners=view.image.corners,
            photo=view.image.pixels,
            language=language_of(view.reading, printing) if printing else None,
            finish=finish_of(printing) if printing else None,
            fingerprint=view.image.fingerprint,
            cached=self._recalled is not None,
            timings_ms=dict(self.stopwatch.ms),
        )

    def remember(self, memory: Memory) -> tuple[Route, Asked]:
        """Answer from how cards looked before, if that can be verified; says what came of it."""
        if self.matcher is None:
            return Route(Choice.OCR, Reason.NEW), {}
        image = self._first_image = self._rectified(self.found.corners)
        started = time.perf_counter()
        lookup = memory.views(image.fingerprint)
        self.stopwatch.add("cache", started)
        started = time.perf_counter()
        found = recall(image, lookup.near, self.reader, self.matcher, self.token)
        self.stopwatch.add("verify", started)
        if found is None:
            reason = Reason.NOT_VERIFIED if lookup.near else Reason.NEW
            return Route(Choice.OCR, reason), lookup.answered_by(None)
        self._recalled = found
        self._view = _View(image, found.reading, found.match)
        self.answered_by = Choice.NEAR
        reason = Reason.CONFIRMED if found.by_user else Reason.LIKE_BEFORE
        return Route(Choice.NEAR, reason), lookup.answered_by(found.tier)

    def view_to_keep(self) -> CardView | None:
        """How this card looks, if that is worth remembering: it was settled by its own text."""
        view, recalled = self._best(), self._recalled
        printing = view.match.printing
        if printing is None or self.answered_by not in (READER_ID, Choice.NEAR):
            return None
        if recalled is not None and (recalled.by_user or recalled.distance < _NEW_LOOK):
            return None
        places = places_of(view.reading, printing)
        return CardView(view.image.fingerprint, printing.id, places)

    def quick(self) -> None:
        """Read name, HP and number; where the outline is doubtful, the one that reads best wins."""
        if self._recalled is not None:
            return
        outlines = [self.found.corners, *self.found.alternatives[:_MAX_ALTERNATIVES]]
        best = self._read_quickly(outlines[0])
        doubtful = self.found.upright_confidence < _SURE_OF_UPRIGHT
        if doubtful or best.text_amount < _LITTLE_TEXT:
            outlines.insert(1, np.roll(outlines[0], 2, axis=0))
        for corners in outlines[1:]:
            if best.match.status is Status.IDENTIFIED:
                break
            view = self._read_quickly(corners)
            best = view if view.beats(best) else best
        self._view = best

    def deepen(self) -> Iterator[Recognition]:
        """Read on until the card is settled; gives the answer whenever it has changed."""
        view = self._best()
        if not self.settled and self._check_number(view):
            yield self.recognition
        sides = np.linalg.norm(view.image.corners - np.roll(view.image.corners, 1, axis=0), axis=1)
        height = float(sides[[0, 2]].mean())  # the left and the right side
        readings = self.reader.thorough(view.image.crop, view.reading, self.token, height)
        while not self.settled and not self.hopeless:
            reading = self._next(readings)
            if reading is None:
                return
            checked = view.reading.checked_numbers
            view.reading = replace(reading, checked_numbers=checked)
            view.match = self._match(view.reading)
            yield self.recognition

    def look_closer(self, frame: Frame) -> None:
        """Read on in the whole picture, what was read in its draft kept; call `quick()` first."""
        view = self._best()
        self.frame = frame
        view.image = replace(view.image, crop=crop_of(frame, view.image.corners))

    @property
    def image(self) -> CardImage:
        """The card as it is read; call `quick()` first."""
        return self._best().image

    def hear(self, other: Reading) -> None:
        """Take a second reader's reading into account."""
        view = self._best()
        if view.match.printing is not None:
            self.doubt = bool(contradictions(view.match.printing, other))
            view.match = judged(view.match, other)
            return
        reading = joined(view.reading, other)
        answer = settled_by_both(view.match, self._match(reading), other.reader)
        if answer is not view.match:
            view.reading, view.match = reading, answer
            self.answered_by = other.reader

    def _check_number(self, view: _View) -> bool:
        """Ask the picture for the number among those that the catalogue leaves possible."""
        if self.matcher is None:
            return False
        started = time.perf_counter()
        choices = self.matcher.numbers_in_question(view.reading)
        number = self.reader.check_number(view.image.crop, choices, self.token)
        self.stopwatch.add("read", started)
        if number is None:
            return False
        view.reading = replace(view.reading, checked_numbers=(number,))
        view.match = self._match(view.reading)
        return True

    def _best(self) -> _View:
        if self._view is None:
            raise RuntimeError("quick() comes first")
        return self._view

    def _rectified(self, corners: Corners) -> CardImage:
        first = self._first_image
        if first is not None and first.corners is corners:
            return first
        started = time.perf_counter()
        found = FoundCard(corners, self.found.score, self.found.upright_confidence)
        image = make_card_image(self.frame, found)
        self.stopwatch.add("rectify", started)
        return image

    def _read_quickly(self, corners: Corners) -> _View:
        image = self._rectified(corners)
        readings = self.reader.quick(image.crop, self.token)
        view: _View | None = None
        while (reading := self._next(readings)) is not None:
            view = _View(image, reading, self._match(reading))
            if view.match.status is Status.IDENTIFIED:
                break
        return view or _View(image, Reading(""), Match(Status.UNREADABLE, "no text could be read"))

    def _next(self, readings: Iterator[Reading]) -> Reading | None:
        self.token.check()
        started = time.perf_counter()
        reading = next(readings, None)
        self.stopwatch.add("read", started)
        return reading

    def _match(self, reading: Reading) -> Match:
        started = time.perf_counter()
        answer = match_or_say_why(self.matcher, reading)
        self.stopwatch.add("match", started)
        return answer


def match_or_say_why(matcher: Matcher | None, reading: Reading) -> Match:
    """The match, or without a catalogue an unsure answer that says so."""
    if matcher is not None:
        return matcher.match(reading)
    if not reading.best():
        return Match(Status.UNREADABLE, "no text could be read")
    return Match(Status.UNSURE, NO_CATALOGUE)
