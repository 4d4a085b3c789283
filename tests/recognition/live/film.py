"""A desk whose cards a test lays, and stand-ins for the networks that are quick and never wrong.

The finder sees whatever isn't desk; the recogniser knows cards by their picture. Everything between
them is real.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import cv2
import numpy as np

from cardscanner_gui.capture.source import Pace, SourceError
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import (
    CardsFound,
    Finished,
    QuickResult,
    RecognitionEvent,
)
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.types import (
    Candidate,
    Corners,
    Field,
    Frame,
    Match,
    Pixels,
    Printing,
    Reading,
    Recognition,
    ScanResult,
    Status,
    read_only,
)
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.fingerprint import distance, fingerprint
from cardscanner_gui.vision.geometry import rectangle
from cardscanner_gui.vision.rectify import crop_card
from tests.recognition.stand_in import StandIn
from training.drawing.cards import CardFace, draw_card

RATE = 20
_DESK = (96, 104, 112)
_CARD = (200, 280)


@cache
def _fingerprint_of(face: CardFace) -> int:
    return fingerprint(draw_card(face, 372))


def printing_of(face: CardFace) -> Printing:
    """What the catalogue would say of a drawn card."""
    number, _, total = face.number.partition("/")
    return Printing(
        f"sv90-{number}", {"en": face.name}, "sv90", {"en": "Meadow Tales"}, number, int(total),
        facts={"hp": face.hp},
    )  # fmt: skip


@cache
def _hand() -> Pixels:
    """Skin, as large as a hand that hides a whole card."""
    return np.full((_CARD[1] + 120, _CARD[0] + 40, 3), (214, 168, 140), np.uint8)


class Film:
    """Frames of a desk, twenty a second, made by calling `show` and `bare`."""

    def __init__(self, size: tuple[int, int] = (640, 480)) -> None:
        self.size = size
        self.pictures: list[Pixels | SourceError] = []
        self._empty = np.full((size[1], size[0], 3), _DESK, np.uint8)
        self._rng = np.random.default_rng(0)
        self._noise = self._rng.integers(-2, 3, (size[1] + 32, size[0] + 32, 3), np.int16)
        self._faces: dict[CardFace, Pixels] = {}

    def bare(self, seconds: float = 0.6) -> Film:
        """Nothing but the desk."""
        for _ in range(round(seconds * RATE)):
            self.pictures.append(self._noisy(self._desk()))
        return self

    def show(
        self,
        face: CardFace,
        seconds: float = 1.0,
        at: tuple[int, int] = (220, 100),
        light: float = 1.0,
        blur: float = 0.0,
    ) -> Film:
        """A card that lies still."""
        for _ in range(round(seconds * RATE)):
            picture = self._desk()
            x, y = at
            picture[y : y + _CARD[1], x : x + _CARD[0]] = self._face(face)
            if blur:
                picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur), np.uint8)
            self.pictures.append(self._noisy(cv2.convertScaleAbs(picture, alpha=light)))
        return self

    def carry(
        self, face: CardFace, start: tuple[int, int], end: tuple[int, int], seconds: float = 0.25
    ) -> Film:
        """A card that a hand moves, blurred by that."""
        count = max(1, round(seconds * RATE))
        for step in range(count):
            share = (step + 0.5) / count
            x, y = (round(a + share * (b - a)) for a, b in zip(start, end, strict=True))
            picture = self._desk()
            self._lay(picture, self._face(face), x, y)
            picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.5), np.uint8)
            self._lay(picture, _hand(), x + _CARD[0] - 30, y + _CARD[1] - 60)
            self.pictures.append(self._noisy(picture))
        return self

    def cover(
        self, face: CardFace, seconds: float, at: tuple[int, int] = (220, 100), reach: float = 1.0
    ) -> Film:
        """A hand that lies over this share of the card, from below, and then is gone."""
        x, y = at
        for _ in range(round(seconds * RATE)):
            picture = self._desk()
            self._lay(picture, self._face(face), x, y)
            self._lay(picture, _hand(), x - 20, y + round((1 - reach) * _CARD[1]))
            self.pictures.append(self._noisy(picture))
        return self

    def _lay(self, picture: Pixels, thing: Pixels, x: int, y: int) -> None:
        """As much of it as lies in the picture."""
        left, top = max(0, -x), max(0, -y)
        part = thing[top : max(0, self.size[1] - y), left : max(0, self.size[0] - x)]
        picture[y + top : y + top + part.shape[0], x + left : x + left + part.shape[1]] = part

    def fails(self, error: SourceError) -> Film:
        """The camera breaks off here."""
        self.pictures.append(error)
        return self

    def _desk(self) -> Pixels:
        return self._empty.copy()

    def _face(self, face: CardFace) -> Pixels:
        if face not in self._faces:
            small = cv2.resize(draw_card(face), _CARD, interpolation=cv2.INTER_AREA)
            self._faces[face] = np.asarray(small, np.uint8)
        return self._faces[face]

    def _noisy(self, picture: Pixels) -> Pixels:
        top, left = self._rng.integers(0, 32, 2)
        noise = self._noise[top : top + self.size[1], left : left + self.size[0]]
        return read_only(np.asarray(cv2.add(picture, noise, dtype=cv2.CV_8U), np.uint8))


class FilmSource:
    """Plays a film; waits until each frame was looked at unless it is `LIVE`."""

    name = "film"

    def __init__(self, film: Film, pace: Pace = Pace.ASKED) -> None:
        self.pace = pace
        self._pictures = iter(film.pictures)
        self._count = 0

    def open(self) -> None: ...

    def read(self) -> Frame | None:
        picture = next(self._pictures, None)
        self._count += 1
        if isinstance(picture, SourceError):
            raise picture
        if picture is None:
            return None
        return Frame(f"film#{self._count}", picture, 1e9 + self._count / RATE, self.name)

    def close(self) -> None: ...


class Finder:
    """Sees the one thing that isn't desk."""

    def follow(self, pixels: Pixels, last: Corners | None = None) -> FoundCard | None:
        height, width = pixels.shape[:2]
        spread = np.ptp(pixels[:8].reshape(-1, 3), axis=0).max() + 12.0
        desk = pixels[:8].reshape(-1, 3).mean(0)
        planes = cv2.split(cv2.absdiff(pixels, (*desk.tolist(), 0.0)))
        difference = cv2.max(planes[0], cv2.max(planes[1], planes[2]))
        other = cv2.threshold(difference, spread, 1, cv2.THRESH_BINARY)[1]
        other = cv2.morphologyEx(other, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        left, top, wide, high = cv2.boundingRect(other)
        if wide < width / 10 or high < height / 10:
            return None
        return FoundCard(rectangle(left, top, left + wide - 1, top + high - 1), 0.9, 1.0)

    def find(self, pixels: Pixels) -> Sequence[FoundCard]:
        found = self.follow(pixels)
        return () if found is None else (found,)

    def fit(self, pixels: Pixels, outline: Corners) -> FoundCard:
        return FoundCard(outline, 0.7, 1.0)


@dataclass
class Overlooking(Finder):
    """Sees nothing while it follows, and what lies there only when it searches.

    Attributes:
        searches: how often it did; None where it finds nothing then either.
    """

    searches: int | None = 0

    def follow(self, pixels: Pixels, last: Corners | None = None) -> FoundCard | None:
        return None

    def find(self, pixels: Pixels) -> Sequence[FoundCard]:
        if self.searches is None:
            return ()
        self.searches += 1
        found = Finder.follow(self, pixels)
        return () if found is None else (found,)


@dataclass
class Recogniser(StandIn):
    """Knows cards by their picture.

    Attributes:
        unsure_frames: how many of the first frames it stays unsure about.
        number_misread: what it reads for the number on those.
        hold: waits for this event before it answers.
        reads: the frames it was given, in order.
        expected: what it was told to expect, each time.
    """

    faces: Sequence[CardFace]
    unsure_frames: int = 0
    misread: str = "999/193"
    hold: threading.Event | None = None
    reads: list[Frame] = field(default_factory=list)
    expected: list[tuple[str, ...]] = field(default_factory=list)
    fails: Callable[[Frame], None] | None = None

    def recognise(
        self, request: RecogniseRequest, token: CancelToken | None = None
    ) -> Iterator[RecognitionEvent]:
        frame, request_id, outline = request.frame, request.id, request.outline
        assert outline is not None
        token = token or CancelToken()
        self.reads.append(frame)
        if self.fails is not None:
            self.fails(frame)
        yield CardsFound(request_id, frame.width, frame.height, (outline.corners,))
        while self.hold is not None and not self.hold.wait(0.005):
            token.check()
        token.check()
        recognition = self._answer(frame, outline)
        yield QuickResult(request_id, 0, recognition)
        token.check()
        result = ScanResult(frame.source, frame.width, frame.height, 5.0, (recognition,))
        yield Finished(request_id, result)

    def match(self, reading: Reading, look: Look | None = None) -> Match:
        """Two frames that agree on the number are enough."""
        (number,) = reading.of("number")[:1]
        printings = {printing_of(f).printed_number: printing_of(f) for f in self.faces}
        if number.text not in printings:
            return Match(Status.UNSURE, "no such number", candidates=self._candidates())
        found = printings[number.text]
        return Match(Status.IDENTIFIED, "number and name agree", found, 9.0, self._candidates())

    def expect(self, recent: Sequence[Printing]) -> tuple[str, ...]:
        ids = tuple(printing.id for printing in recent)
        self.expected.append(ids)
        return ("sv90-150",) if ids else ()

    def _answer(self, frame: Frame, outline: FoundCard) -> Recognition:
        card = crop_card(frame.pixels, outline.corners, card_height=372)
        face = min(self.faces, key=lambda f: distance(fingerprint(card), _fingerprint_of(f)))
        printing = printing_of(face)
        known = Reading(
            "scripted",
            fields={"name": (Field(face.name, 0.9),), "number": (Field(face.number, 0.9),)},
        )
        sure = Match(Status.IDENTIFIED, "number and name agree", printing, 9.0)
        answer = Recognition(sure, known, outline.corners, card)
        if len(self.reads) > self.unsure_frames:
            return answer
        unclear = replace(known, fields={**known.fields, "number": (Field(self.misread, 0.5),)})
        unsure = Match(Status.UNSURE, "2 printings fit", candidates=self._candidates())
        return replace(answer, match=unsure, reading=unclear)

    def _candidates(self) -> tuple[Candidate, ...]:
        return tuple(Candidate(printing_of(face), 10.0, 0.5) for face in self.faces)
