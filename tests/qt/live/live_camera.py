"""A camera over a drawn desk, in the test's hands, and who knows what lies there, and where.

So these tests ask what the window does, whatever the finder finds and the reader reads.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cardscanner_gui.capture.source import Pace, SourceError
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import CardsFound, Finished, QuickResult, RecognitionEvent
from cardscanner_gui.core.live import SourceState
from cardscanner_gui.core.types import (
    Corners,
    Frame,
    Pixels,
    Printing,
    ScanResult,
    read_only,
)
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.rectify import crop_card
from tests.qt.cards import draw
from tests.qt.scripted_recogniser import ScriptedCard
from tests.recognition.stand_in import StandIn
from training.drawing.scenes import lay_on_desk

SIZE = (960, 540)
_REMEMBERED = 300


class StandInCamera:
    """Plays whatever the test lays under it, until the test unplugs it.

    It follows the rules of `CaptureSource`, and remembers which card lay in which frame.
    """

    pace = Pace.LIVE

    def __init__(
        self, name: str = "Desk camera", rate: float = 30.0, size: tuple[int, int] = SIZE
    ) -> None:
        self.name = name
        self.rate = rate
        self.size = size
        self.opened = 0
        self.noise = True
        self._trouble: SourceError | None = None
        self._bare = noisy(desk_picture(None, size)[0])
        self._lying: tuple[list[Pixels], Printing | None] = self._bare, None
        self._views: dict[tuple[str, float], list[Pixels]] = {}
        self._corners: dict[int, Corners] = {}
        self._laid: OrderedDict[str, Printing | None] = OrderedDict()
        self._count = 0

    def lay(self, printing: Printing, angle: float = 3.0) -> None:
        """Lay a card down."""
        views = self._views.get((printing.id, angle))
        if views is None:
            picture, corners = desk_picture(printing, self.size, angle)
            views = self._views[printing.id, angle] = noisy(picture)
            self._corners |= {id(view): corners for view in views}
        self._lying = views, printing

    def lift(self) -> None:
        """Take it away."""
        self._lying = self._bare, None

    def show(self, picture: Pixels) -> None:
        """Show something else."""
        self._lying = noisy(picture), None

    def card_in(self, frame: Frame) -> Printing | None:
        """The card that lay there; only of the last frames."""
        return self._laid[frame.id]

    def corners_in(self, pixels: Pixels) -> Corners | None:
        """Where the card lies in one of the camera's own pictures."""
        return self._corners.get(id(pixels))

    def fail(self, state: SourceState, message: str = "made by the test") -> None:
        """Unplug it, take it away, deny it: until `work_again`."""
        self._trouble = SourceError(state, message)

    def work_again(self) -> None:
        self._trouble = None

    def open(self) -> None:
        self.opened += 1
        self._check()

    def read(self) -> Frame | None:
        time.sleep(1 / self.rate)
        self._check()
        self._count += 1
        views, printing = self._lying
        pixels = views[self._count % len(views) if self.noise else 0]
        frame_id = f"{self.name}#{self._count}"
        self._laid[frame_id] = printing
        while len(self._laid) > _REMEMBERED:
            self._laid.popitem(last=False)
        return Frame(frame_id, pixels, time.time(), self.name)

    def close(self) -> None:
        pass

    def _check(self) -> None:
        if self._trouble is not None:
            raise self._trouble


def noisy(picture: Pixels) -> list[Pixels]:
    """The same some times over with a sensor's noise: without any it would count as frozen."""
    random = np.random.default_rng(1)
    room = np.minimum(picture, 252)
    noises = (random.integers(0, 3, picture.shape[:2], np.uint8) for _ in range(4))
    return [read_only(room + noise[..., None]) for noise in noises]


def desk_picture(
    printing: Printing | None, size: tuple[int, int] = SIZE, angle: float = 3.0
) -> tuple[Pixels, Corners]:
    """A desk from above, bare or with one card, and the place of the card."""
    if printing is not None:
        return lay_on_desk(draw(printing), angle=angle, size=size, fill=0.7, seed=5)
    blank = np.full((880, 630, 3), 200, np.uint8)
    pixels, corners = lay_on_desk(blank, size=size, fill=0.7, seed=5)
    margin = size[0] // 40
    left, right = int(corners[:, 0].min()) - margin, int(corners[:, 0].max()) + margin
    # The same wood everywhere: the card's place is filled with what lies left of it.
    pixels[:, left:right] = pixels[:, 2 * left - right : left]
    return pixels, corners


class KnowsThePlace:
    """Follows the card by being told where it lies."""

    def __init__(self, camera: StandInCamera) -> None:
        self._camera = camera

    def follow(self, pixels: Pixels, last: Corners | None = None) -> FoundCard | None:
        corners = self._camera.corners_in(pixels)
        return None if corners is None else FoundCard(corners, 0.99, 0.99)

    def find(self, pixels: Pixels) -> Sequence[FoundCard]:
        found = self.follow(pixels)
        return () if found is None else (found,)

    def fit(self, pixels: Pixels, outline: Corners) -> FoundCard:
        return FoundCard(outline, 0.99, 0.99)


@dataclass(eq=False)
class DeskRecogniser(StandIn):
    """Knows which card lay in which frame; everything around it is real.

    Attributes:
        camera: knows that.
        answers: by the printing's id; a card without one is identified as what it is.
        wait: cleared to let readings wait until it is set again.
    """

    camera: StandInCamera
    answers: dict[str, ScriptedCard | Exception] = field(default_factory=dict)
    wait: threading.Event = field(default_factory=threading.Event)
    expected: list[Sequence[Printing]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wait.set()

    def recognise(
        self, request: RecogniseRequest, token: CancelToken | None = None
    ) -> Iterator[RecognitionEvent]:
        frame, request_id, outline = request.frame, request.id, request.outline
        assert outline is not None
        while not self.wait.wait(0.01):
            if token is not None:
                token.check()
        printing = self.camera.card_in(frame)
        assert printing is not None
        card = self.answers.get(printing.id, ScriptedCard((printing,)))
        if isinstance(card, Exception):
            raise card
        photo = crop_card(frame.pixels, outline.corners)
        found = replace(card, corners=outline.corners, photo=photo).recognition()
        yield CardsFound(request_id, frame.width, frame.height, (outline.corners,))
        yield QuickResult(request_id, 0, found)
        result = ScanResult(frame.source, frame.width, frame.height, 5.0, (found,))
        yield Finished(request_id, result)

    def expect(self, recent: Sequence[Printing]) -> tuple[str, ...]:
        self.expected.append(tuple(recent))
        return ()
