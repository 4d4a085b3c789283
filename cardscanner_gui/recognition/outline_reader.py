"""Reads what lies within an outline, with growing effort; each step is timed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.numbers import LEGIBLE, is_clear_number
from cardscanner_gui.core.types import CardImage, Corners, Frame, Match, Reading, Status, TextLine
from cardscanner_gui.reading.card_reader import READER_ID, CardReader, Lines
from cardscanner_gui.recognition.beside import ABOVE, BELOW, worth_reading
from cardscanner_gui.recognition.cache.memory import Memory, ViewLookup
from cardscanner_gui.recognition.cache.near import Recalled, recall
from cardscanner_gui.recognition.hypothesis import Hypothesis
from cardscanner_gui.recognition.judge import NO_TEXT, Judge
from cardscanner_gui.recognition.stopwatch import Stopwatch
from cardscanner_gui.vision.artwork import cut_by_edge, look_at
from cardscanner_gui.vision.card_image import crop_of, make_card_image
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.plain_page import is_plain_page

_SURE_OF_UPRIGHT = 0.97
_MAX_ALTERNATIVES = 2
_LITTLE_TEXT = 12.0
_PLAIN_PAGE = "only text on plain paper: is this a card?"


class OutlineReader:
    """Makes hypotheses of one found card. It keeps no answer, only the time that they took.

    Args:
        frame: the picture, or a draft of it.
        found: where the card probably lies.
        reader: reads it.
        judge: says what it means.
        token: checked before each step.
    """

    def __init__(
        self,
        frame: Frame,
        found: FoundCard,
        reader: CardReader,
        judge: Judge,
        token: CancelToken,
    ) -> None:
        self.stopwatch = Stopwatch()
        self._frame = frame
        self._found = found
        self._reader = reader
        self._judge = judge
        self._token = token
        self._first_image: CardImage | None = None

    def recalled(self, memory: Memory) -> tuple[ViewLookup, CardImage, Recalled | None] | None:
        """What looks like this card, and the answer if its own text and picture agree.

        None: nobody can tell.

        The answer is for the image beside it.
        """
        if not self._judge.has_catalogue:
            return None
        image = self._image(self._found.corners)
        started = time.perf_counter()
        lookup = memory.views(image.fingerprint)
        self.stopwatch.add("cache", started)
        started = time.perf_counter()
        answer = recall(image, lookup.near, self._reader, self._judge, self._token)
        self.stopwatch.add("verify", started)
        return lookup, image, self._not_another_picture(image, answer)

    def quick(self) -> Hypothesis:
        """Name, HP and number within the likeliest outline."""
        return self._read_quickly(self._found.corners)

    def other_outlines(self, seen: Hypothesis) -> Iterator[Hypothesis]:
        """What reads best so far, after each further outline, and upside down where that may be.

        A card whose name was read and whose picture is the one of that name lies within this one.
        """
        if seen.names and seen.pictured:
            return
        outlines = list(self._found.alternatives[:_MAX_ALTERNATIVES])
        doubtful = self._found.upright_confidence < _SURE_OF_UPRIGHT and not seen.names
        as_found = seen.image.corners is self._found.corners
        if as_found and (doubtful or seen.text_amount < _LITTLE_TEXT):
            outlines.insert(0, np.roll(self._found.corners, 2, axis=0))
        for corners in outlines:
            other = self._read_quickly(corners)
            if seen.look is not None:
                other = self._looked(other)
            seen = other if other.beats(seen) else seen
            yield seen

    def look_closer(self, frame: Frame, seen: Hypothesis) -> Hypothesis:
        """The same in all pixels of the picture, of which a draft was read so far."""
        self._frame = frame
        crop = crop_of(frame, seen.image.corners)
        return replace(seen, image=replace(seen.image, crop=crop))

    def look(self, seen: Hypothesis) -> Hypothesis:
        """The same card, judged by its picture too; turned round where that says so."""
        if not self._judge.knows_pictures:
            return seen
        looked = self._looked(seen)
        if looked.settled or looked.look is None or not self._judge.upside_down(looked.look):
            return looked
        turned = self._looked(self._read_quickly(np.roll(seen.image.corners, 2, axis=0)))
        return turned if turned.beats(looked) else looked

    def with_name(self, seen: Hypothesis) -> Hypothesis | None:
        """The picture is asked for the name among those of the printings that it resembles."""
        if seen.look is None:
            return None
        names = self._judge.names_in_question(seen.reading, seen.look)
        started = time.perf_counter()
        line = self._reader.check_name(seen.image.crop, names, self._token)
        self.stopwatch.add("read", started)
        if line is None:
            return None
        return self._judged(seen.image, (*seen.reading.lines, line), seen.reading, seen.look)

    def with_number(self, seen: Hypothesis) -> Hypothesis | None:
        """The picture is asked for the number among those that the catalogue leaves possible."""
        if not self._judge.has_catalogue:
            return None
        started = time.perf_counter()
        choices = self._judge.numbers_in_question(seen.reading, seen.look)
        read = [
            field
            for field in seen.reading.of("number")
            if is_clear_number(field.text) and field.confidence >= LEGIBLE
        ]
        number = self._reader.check_number(
            seen.image.crop, choices, self._token, seen.reading.lines, read=read
        )
        self.stopwatch.add("read", started)
        if number is None:
            return None
        reading = replace(seen.reading, checked_numbers=(number,))
        return replace(seen, reading=reading, match=self.match(reading, seen.look))

    def thorough(self, seen: Hypothesis) -> Iterator[Hypothesis]:
        """The rest of the text, line after line, from what was read before."""
        corners = seen.image.corners
        sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
        height = float(sides[[0, 2]].mean())  # the left and the right side
        known = seen.reading.lines
        steps = self._reader.thorough(seen.image.crop, known, self._token, height)
        while (lines := self._next(steps)) is not None:
            yield self._judged(seen.image, lines, seen.reading, seen.look)

    def beside(self, seen: Hypothesis, frame: Frame, others: Sequence[Corners]) -> Lines:
        """What stands above and below the card in the picture, where anything may stand there."""
        started = time.perf_counter()
        lines: Lines = ()
        for place in (ABOVE, BELOW):
            image = seen.image
            if worth_reading(place, image.corners, image.crop, frame, others):
                lines += self._reader.beside(image.crop, place, self._token)
        self.stopwatch.add("beside", started)
        return lines

    def match(self, reading: Reading, look: Look | None = None) -> Match:
        """The printing that a reading and a look mean."""
        started = time.perf_counter()
        answer = self._judge.match(reading, look)
        self.stopwatch.add("match", started)
        return answer

    def _judged(
        self,
        image: CardImage,
        lines: Sequence[TextLine],
        before: Reading | None = None,
        look: Look | None = None,
    ) -> Hypothesis:
        started = time.perf_counter()
        reading, match = self._judge.judge(lines, READER_ID, before, look)
        if match.status is Status.IDENTIFIED and is_plain_page(image.pixels):
            match = replace(match, status=Status.UNSURE, printing=None, reason=_PLAIN_PAGE)
        self.stopwatch.add("match", started)
        return Hypothesis(image, reading, match, look)

    def _not_another_picture(self, image: CardImage, answer: Recalled | None) -> Recalled | None:
        """The remembered answer, unless the picture speaks against it; the user's word stays."""
        if answer is None or answer.by_user or not self._judge.knows_pictures:
            return answer
        match = self.match(answer.reading, self._look_at(image))
        known = answer.match.printing
        same = match.printing is not None and known is not None and match.printing.id == known.id
        return replace(answer, match=match) if same else None

    def _looked(self, seen: Hypothesis) -> Hypothesis:
        look = self._look_at(seen.image)
        return self._judged(seen.image, seen.reading.lines, seen.reading, look)

    def _look_at(self, image: CardImage) -> Look:
        started = time.perf_counter()
        corners = self._frame.in_pixels(image.corners)
        height, width = self._frame.pixels.shape[:2]
        look = look_at(image.crop, cut_by_edge(corners, width, height))
        self.stopwatch.add("look", started)
        return look

    def _read_quickly(self, corners: Corners) -> Hypothesis:
        image = self._image(corners)
        steps = self._reader.quick(image.crop, self._token)
        best = Hypothesis(image, Reading(""), NO_TEXT)
        while not best.settled and (lines := self._next(steps)) is not None:
            best = self._judged(image, lines)
        return best

    def _next(self, steps: Iterator[Lines]) -> Lines | None:
        self._token.check()
        started = time.perf_counter()
        lines = next(steps, None)
        self.stopwatch.add("read", started)
        return lines

    def _image(self, corners: Corners) -> CardImage:
        """The card within these corners; that within the likeliest ones is made only once."""
        first = self._first_image
        if first is not None and first.corners is corners:
            return first
        started = time.perf_counter()
        found = FoundCard(corners, self._found.score, self._found.upright_confidence)
        image = make_card_image(self._frame, found)
        self.stopwatch.add("rectify", started)
        if corners is self._found.corners:
            self._first_image = image
        return image
