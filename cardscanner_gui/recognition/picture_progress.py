"""One picture on its way through the stages, and what the log says of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.patience import Patience
from cardscanner_gui.core.types import Frame, Recognition, ScanResult
from cardscanner_gui.reading.card_reader import READER_ID
from cardscanner_gui.reading.picture_reader import PictureText
from cardscanner_gui.recognition.card_progress import CardProgress
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.recognition.routing import Choice
from cardscanner_gui.recognition.stopwatch import Stopwatch, summed
from cardscanner_gui.recognition.worth_showing import worth_showing
from cardscanner_gui.vision.card_image import kept_photo
from cardscanner_gui.vision.look import look_of

_TOLD_BEFORE = ("find", "model")
"""Steps whose times the log tells for the whole scan, or for each model."""


@dataclass(eq=False)
class PictureProgress:
    """What is known of a picture so far; lives as long as its recognition.

    Attributes:
        mode: whether models read too.
        patience: how long it may be read.
        frame: what is read now: the request's, or all of the picture once its draft won't do.
        cards: what was found, in reading order.
        whole: what the text of the whole picture named, where no card told.
        strips: cards of which only a strip shows.
        stacked: whether text beside a card looks like that of a stack.
        text: where text stands in the picture, once somebody asked.
        cut_short: more might be read, but its time was up.
        watch: times that belong to no single card.
        said: the answer as the log says it, once there is one.
        timings: the same in milliseconds by step.
    """

    request: RecogniseRequest
    mode: ReadingMode
    token: CancelToken
    patience: Patience = field(default_factory=Patience)
    frame: Frame = field(init=False)
    cards: list[CardProgress] = field(default_factory=list)
    whole: Recognition | None = None
    strips: Sequence[Recognition] = ()
    stacked: bool = False
    text: PictureText | None = None
    cut_short: bool = False
    watch: Stopwatch = field(default_factory=Stopwatch)
    said: list[dict[str, Any]] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    _result: ScanResult | None = None
    _started: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.frame = self.request.frame

    @property
    def id(self) -> str:
        """What its events carry."""
        return self.request.id

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since it was taken up."""
        return (time.perf_counter() - self._started) * 1000

    @property
    def searched(self) -> bool:
        """Whether its cards had to be found; where the caller had an outline, only that counts."""
        return self.request.outline is None

    @property
    def kept(self) -> Sequence[CardProgress]:
        """The cards that are cards, as far as one can tell: those worth reading on."""
        return [card for card in self.cards if card.looks_like_a_card]

    @property
    def answer(self) -> ScanResult:
        """What came of it; `close` comes first."""
        if self._result is None:
            raise RuntimeError("close() comes first")
        return self._result

    @property
    def by_user(self) -> bool:
        """Whether the user's word decided a card; such an answer isn't remembered twice."""
        return any(card.by_user for card in self.kept)

    def close(self) -> None:
        """The stages are through: what they came to is the answer."""
        self.timings = summed([card.stopwatch.ms for card in self.cards]) | self.watch.ms
        if self.whole is not None:
            self._answer([self.whole], [READER_ID])
        else:
            # What can't be read stays where it may be a card all the same, to be named by hand: an
            # outline that the user saw, or what lies under the camera.
            size = (self.frame.width, self.frame.height)
            cards = worth_showing(self.cards, size) if self.searched else self.cards
            readers = [card.answered_by for card in cards] + [READER_ID] * len(self.strips)
            self._answer([*(self._kept(card) for card in cards), *self.strips], readers)

    def _kept(self, card: CardProgress) -> Recognition:
        """The answer with a photo that is worth looking at closely, where the picture has one."""
        recognition = card.recognition
        if not self.request.photos:
            return recognition
        return replace(recognition, photo=kept_photo(self.request.frame, card.image))

    def close_known(self, cards: Sequence[Recognition]) -> None:
        """This answer was remembered."""
        self._answer(cards, [Choice.EXACT] * len(cards))

    def _answer(self, cards: Sequence[Recognition], by: Sequence[str]) -> None:
        frame = self.request.frame
        elapsed = round(self.elapsed_ms, 1)
        self._result = ScanResult(
            frame.source,
            frame.width,
            frame.height,
            elapsed,
            tuple(cards),
            look=look_of(frame.pixels),
        )
        self.said = [said_of(card, reader) for card, reader in zip(cards, by, strict=True)]


def said_of(recognition: Recognition, by: str) -> dict[str, Any]:
    """What the log says of a card's answer; models' times have lines of their own."""
    match = recognition.match
    said: dict[str, Any] = {
        "by": str(by),
        "status": str(match.status),
        "reason": match.reason,
        "stages": {k: ms for k, ms in recognition.timings_ms.items() if k not in _TOLD_BEFORE},
    }
    if match.printing is not None:
        said["name"] = f"{match.printing.name} {match.printing.printed_number}"
    return said
