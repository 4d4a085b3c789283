"""A recogniser whose answers, order and pace the test decides. Everything around it is real."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import (
    CardsFound,
    FieldResult,
    Finished,
    QuickResult,
    RecognitionEvent,
)
from cardscanner_gui.core.types import (
    Candidate,
    Corners,
    Field,
    Match,
    Pixels,
    Printing,
    Reading,
    Recognition,
    ScanResult,
    Status,
)
from cardscanner_gui.recognition.request import RecogniseRequest
from tests.recognition.stand_in import StandIn

STEPS = ("found", "quick", "details", "finished")


def reading_of(printing: Printing) -> Reading:
    """A flawless reading of a printing."""
    return Reading(
        reader="scripted",
        fields={
            "name": (Field(printing.name, 0.99),),
            "number": (Field(printing.printed_number, 0.97),),
            "hp": (Field(str(printing.facts["hp"]), 0.98),),
            "artist": (Field(printing.illustrator or "", 0.9),),
        },
    )


@dataclass(frozen=True, eq=False)
class ScriptedCard:
    """One card of a scripted picture.

    Attributes:
        printings: candidates, best first; the first is the answer when it is identified.
        evidence: the points of each kind of evidence, the same for all candidates.
    """

    printings: tuple[Printing, ...]
    status: Status = Status.IDENTIFIED
    reason: str = "number and name agree"
    reading: Reading | None = None
    corners: Corners | None = None
    photo: Pixels | None = None
    language: str | None = "en"
    fingerprint: int | None = None
    evidence: Mapping[str, float] = field(default_factory=dict)

    def recognition(self) -> Recognition:
        candidates = tuple(
            Candidate(p, 20.0 - 6 * i, max(0.1, 0.95 - 0.3 * i), self.evidence)
            for i, p in enumerate(self.printings)
        )
        answer = self.printings[0] if self.status is Status.IDENTIFIED else None
        reading = self.reading
        if reading is None:
            reading = reading_of(self.printings[0]) if self.printings else Reading("scripted")
        return Recognition(
            match=Match(self.status, self.reason, answer, 6.0, candidates),
            reading=reading,
            corners=self.corners,
            photo=self.photo,
            language=self.language,
            fingerprint=self.fingerprint,
        )


@dataclass(eq=False)
class ScriptedRecogniser(StandIn):
    """Answers by file name.

    Attributes:
        script: cards by the picture's file name; an exception is raised, a bug or a failure.
        held: a step of a file at which it waits until the test calls `release`.
    """

    script: dict[str, tuple[ScriptedCard, ...] | Exception] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    _held: dict[tuple[str, str], threading.Event] = field(default_factory=dict)
    _reached: dict[tuple[str, str], threading.Event] = field(default_factory=dict)

    def hold(self, name: str, step: str) -> None:
        """Let the recognition of this file wait before this step."""
        assert step in STEPS
        self._held[name, step] = threading.Event()
        self._reached[name, step] = threading.Event()

    def reached(self, name: str, step: str) -> bool:
        """Whether it waits there now."""
        return self._reached[name, step].is_set()

    def release(self, name: str, step: str) -> None:
        self._held.pop((name, step)).set()

    def release_all(self) -> None:
        for event in self._held.values():
            event.set()

    def recognise(
        self, request: RecogniseRequest, token: CancelToken | None = None
    ) -> Iterator[RecognitionEvent]:
        frame, request_id, token = request.frame, request.id, token or CancelToken()
        name = frame.source.replace("\\", "/").rsplit("/", 1)[-1]
        self.seen.append(name)
        self.threads.append(threading.current_thread().name)
        cards = self.script.get(name, ())
        if isinstance(cards, Exception):
            raise cards
        self._wait(name, "found", token)
        corners = tuple(c.corners for c in cards if c.corners is not None)
        yield CardsFound(request_id, frame.width, frame.height, corners)
        recognitions = tuple(card.recognition() for card in cards)
        self._wait(name, "quick", token)
        for index, recognition in enumerate(recognitions):
            yield QuickResult(request_id, index, recognition)
        self._wait(name, "details", token)
        for index, recognition in enumerate(recognitions):
            printing = recognition.match.printing
            if printing is not None:
                hp = Field(str(printing.facts["hp"]), 1.0)
                yield FieldResult(request_id, index, "hp", hp, "catalogue")
                artist = Field(printing.illustrator or "", 1.0)
                yield FieldResult(request_id, index, "artist", artist, "catalogue")
        self._wait(name, "finished", token)
        result = ScanResult(frame.source, frame.width, frame.height, 5.0, recognitions)
        yield Finished(request_id, result)

    def _wait(self, name: str, step: str, token: CancelToken) -> None:
        token.check()
        held = self._held.get((name, step))
        if held is not None:
            self._reached[name, step].set()
            while not held.wait(0.005):
                token.check()
        token.check()


def tiny_card(shade: int = 200) -> Pixels:
    """A rectified card for tests that don't look at it."""
    return np.full((88, 63, 3), shade, np.uint8)
