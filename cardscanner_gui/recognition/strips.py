"""What a strip of a card tells: its lowest lines, or its name and HP."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.evidence import NAME, NUMBER
from cardscanner_gui.core.types import (
    BOTTOM_STRIP,
    Field,
    Frame,
    Match,
    Reading,
    Recognition,
    Status,
)
from cardscanner_gui.reading.card_reader import READER_ID
from cardscanner_gui.reading.picture_reader import PictureReader
from cardscanner_gui.reading.strips import Strip, may_hold_number
from cardscanner_gui.recognition.details import finish_of, language_of_match
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.stopwatch import Stopwatch
from cardscanner_gui.vision.card_image import photo_of

_NAME_READ = 6.0
"""Points of a name that was read well."""
_NUMBER_READ = 10.0
_SET_CODE = "set_code"


@dataclass(frozen=True)
class StripReader:
    """Names the cards of strips. Belongs to one thread."""

    reader: PictureReader
    judge: Judge

    def recognised(self, frame: Frame, strip: Strip, token: CancelToken) -> Recognition | None:
        """What a strip's card is; None where it looks like none that the catalogue knows.

        A number is believed only where the picture shows no other digit; of several sets that have
        it the picture is asked for the code.
        """
        watch, started = Stopwatch(), time.perf_counter()
        numbers: tuple[Field, ...] = ()
        if strip.number and self.reader.confirms(frame.pixels, strip.anchor, strip.number, token):
            numbers = (Field(strip.number, 1.0),)
        before = Reading("", checked_numbers=numbers, part=strip.part)
        reading, match = self.judge.judge(strip.lines, READER_ID, before)
        if match.status is Status.UNSURE and numbers:
            reading, match = self._with_code(frame, strip, reading, match, token)
        if match.status is Status.UNREADABLE:
            return None
        best = match.candidates[0].evidence if match.candidates else {}
        if strip.part != BOTTOM_STRIP and best.get(NAME, 0.0) < _NAME_READ:
            return None
        watch.add("read", started)
        return Recognition(
            match=match,
            reading=reading,
            corners=strip.corners,
            photo=photo_of(frame, strip.corners),
            language=language_of_match(reading, match, self.judge.game),
            finish=finish_of(match.printing) if match.printing else None,
            timings_ms=watch.ms,
        )

    def _with_code(
        self, frame: Frame, strip: Strip, reading: Reading, match: Match, token: CancelToken
    ) -> tuple[Reading, Match]:
        """The picture is asked which set's code stands beside the number."""
        fitting = [c for c in match.candidates if c.evidence.get(NUMBER, 0.0) >= _NUMBER_READ]
        codes = list(dict.fromkeys(c.printing.set_code for c in fitting if c.printing.set_code))
        if len(codes) < 2:
            return reading, match
        boxes = [box for box in strip.boxes if may_hold_number(box)]
        code = self.reader.likeliest(frame.pixels, boxes, codes, token)
        if code is None:
            return reading, match
        read = (Field(code, 1.0), *reading.of(_SET_CODE))
        reading = replace(reading, fields={**reading.fields, _SET_CODE: read})
        return reading, self.judge.match(reading)


def of_one_kind(cards: Sequence[Recognition], least: int) -> list[Recognition]:
    """The strips of a stack, of bottoms or of tops; a card's other end counts no second time.

    Fewer than `least` of a kind are none.
    """
    bottoms = [card for card in cards if card.reading.part == BOTTOM_STRIP]
    known = {card.match.printing.id for card in bottoms if card.match.printing}
    tops = [
        card
        for card in cards
        if card.reading.part != BOTTOM_STRIP
        and not any(candidate.printing.id in known for candidate in card.match.candidates)
    ]
    return [card for kind in (bottoms, tops) if len(kind) >= least for card in kind]
