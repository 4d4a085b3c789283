"""Looks at frame after frame: follows the card, passes the gates, starts and adopts reads."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cardscanner_gui.core.live import DeskState
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Corners, Frame
from cardscanner_gui.recognition.inference import InferenceLoop, Report
from cardscanner_gui.recognition.live.expectation import Expectation
from cardscanner_gui.recognition.live.glare import Glare
from cardscanner_gui.recognition.live.look import LiveLook, look_at, texture_near
from cardscanner_gui.recognition.live.options import LiveOptions
from cardscanner_gui.recognition.live.overlooked import AskedFor, Overlooked
from cardscanner_gui.recognition.live.presentation import (
    Action,
    CardSight,
    Presentations,
    Sight,
    Step,
)
from cardscanner_gui.recognition.live.presented import Presented
from cardscanner_gui.recognition.live.speculation import Speculation
from cardscanner_gui.recognition.live.surroundings import Surroundings
from cardscanner_gui.recognition.protocols import Follows
from cardscanner_gui.vision.steadiness import in_place

_SEARCH_AGAIN_S = 0.3


@dataclass(frozen=True, eq=False)
class Seen:
    """What a frame came to."""

    state: DeskState
    corners: Corners | None = None
    request_id: str | None = None


class Watcher:
    """Scans one source; belongs to the scanner's thread, all of it.

    Args:
        finder: follows the card.
        presented: called with the request id and the frame of each new card, before its events.
    """

    def __init__(
        self,
        finder: Follows,
        loop: InferenceLoop,
        options: LiveOptions,
        report: Report,
        presented: Callable[[str, Frame], None],
        expectation: Expectation,
        metrics: Metrics,
    ) -> None:
        self._finder = finder
        self._loop = loop
        self._report = report
        self._tell_presented = presented
        self._expectation = expectation
        self._metrics = metrics
        self.options = options
        self._presentations = Presentations(options)
        self._surroundings = Surroundings()
        self._overlooked = Overlooked(finder, self._surroundings)
        self._glare = Glare()
        self._look: LiveLook | None = None
        self._open: list[Presented] = []
        self._lying: Presented | None = None
        self._speculation: Speculation | None = None
        self._step = Step(DeskState.EMPTY)
        self._size = (0, 0)
        self._looked_at = 0.0
        self._searched_at = 0.0

    def end(self) -> None:
        """The source is gone: finish what waits for further frames."""
        self._drop_speculation()
        self._lying = None
        self.tick()

    def pause(self) -> None:
        """Nothing is looked at for a while."""
        self._drop_speculation()
        self.tick()

    def tick(self) -> None:
        """Time passes."""
        for presented in self._open:
            presented.tick(lying=presented is self._lying)
        self._open = [presented for presented in self._open if not presented.closed]

    @property
    def busy(self) -> bool:
        """Whether a card is being read."""
        return any(not p.waits for p in self._open)

    def rest(self) -> float:
        """Seconds until the next look is due; longer while the cores are needed for reading."""
        return max(0.0, self._looked_at + 1 / self._looks_per_second - time.perf_counter())

    @property
    def _looks_per_second(self) -> float:
        options, lying = self.options, self._lying
        if self._step.state is DeskState.READING and lying is not None and not lying.waits:
            return min(options.looks_per_second, options.looks_while_reading)
        if self._speculation is not None and not self._speculation.over:
            return min(options.looks_per_second, options.looks_while_settling)
        return options.looks_per_second

    def look(self, frame: Frame, arrived: float, wanted: AskedFor = AskedFor.NEW) -> Seen:
        """Take the next frame.

        Args:
            frame: the newest one.
            arrived: when it came, in `time.perf_counter` seconds.
            wanted: whether the user wants something read now.
        """
        asked = wanted is not AskedFor.NEW
        self._looked_at = time.perf_counter()
        self._presentations.options = self.options
        self._fit_resolution(frame)
        self._surroundings.see(frame.pixels)
        self.tick()
        if self._nothing_new(frame.captured_at) and not asked:
            return self._seen(self._step)
        look = self._follow(frame, wanted)
        self._step = step = self._presentations.see(self._sight(frame, look, asked))
        self._learn()
        if look is not None:
            if step.state is not DeskState.READING or step.action is Action.PRESENT:
                self._glare.see(look.picture)
            self._act(step.action, look, arrived)
        if step.action is Action.LIFTED:
            self._lifted()
        if look is None and step.state in (DeskState.EMPTY, DeskState.MOVING):
            self._drop_speculation()
        return self._seen(step)

    def _fit_resolution(self, frame: Frame) -> None:
        size = (frame.width, frame.height)
        if self._size not in (size, (0, 0)):
            self._presentations.resized(frame.width / self._size[0])
            self._look = None
        self._size = size

    def _nothing_new(self, at: float) -> bool:
        """Nothing waits for a further look, and the picture is the same as before.

        Now and then it is looked at all the same: the finder may have overlooked a card.
        """
        lying, state = self._lying, self._step.state
        settled = (
            state is DeskState.EMPTY
            if lying is None
            else (lying.closed or not lying.waits) and state is DeskState.READING
        )
        if settled and self._surroundings.unchanged and at - self._searched_at < _SEARCH_AGAIN_S:
            return True
        self._searched_at = at
        return False

    def _follow(self, frame: Frame, wanted: AskedFor) -> LiveLook | None:
        started = time.perf_counter()
        last = self._look.found.corners if self._look is not None else None
        found = self._finder.follow(frame.pixels, last)
        if found is not None:
            self._overlooked.followed()
        else:
            lying = self._presentations.place is not None
            found = self._overlooked.find(frame, wanted, lying=lying)
        self._metrics.observe("stage_ms", (time.perf_counter() - started) * 1000, stage="follow")
        self._look = look_at(frame, found) if found is not None else None
        return self._look

    def _sight(self, frame: Frame, look: LiveLook | None, asked: bool) -> Sight:
        card = _card_sight(look) if look is not None else None
        place, before = self._presentations.place, self._presentations.texture
        texture, bare = None, None
        if place is not None and card is not None and in_place(place, card.corners):
            texture, bare = card.texture, 0.0
        elif place is not None and before is not None:
            texture, bare = texture_near(frame, place, before), self._surroundings.bare(place)
        return Sight(frame.captured_at, card, texture, bare, self._surroundings.still, asked)

    def _learn(self) -> None:
        if self._overlooked.pending:
            return
        covered = [q for q in (self._presentations.place,) if q is not None]
        if self._look is not None:
            covered.append(self._look.found.corners)
        self._surroundings.learn(covered)

    def _act(self, action: Action, look: LiveLook, arrived: float) -> None:
        if action is Action.SPECULATE:
            self._speculate(look)
        elif action is Action.PRESENT:
            self._present(look, arrived)
        elif action is Action.CONFIRM and self._lying is not None:
            self._lying.confirm(look)

    def _speculate(self, look: LiveLook) -> None:
        """Read ahead, unless that is being done for this card already."""
        current = self._speculation
        sharp = look.focus >= self.options.min_focus
        if current is not None:
            as_good = current.sharp or not sharp
            if not current.over and current.shows(look) and as_good:
                return
            self._drop_speculation()
        request_id = uuid.uuid4().hex
        speculation = Speculation(request_id, look, sharp=sharp)
        stream = partial(speculation.stream, self._expectation)
        self._speculation = speculation
        try:
            self._loop.submit(
                request_id, look.frame.source, stream, Priority.SPECULATIVE, speculation.hear,
                speculation.dropped,
            )  # fmt: skip
        except RuntimeError:  # the loop was closed; the settled card will say so
            speculation.dropped()

    def _present(self, look: LiveLook, arrived: float) -> None:
        speculation, self._speculation = self._speculation, None
        fits = speculation is not None and speculation.shows(look)
        request_id = speculation.request_id if speculation and fits else uuid.uuid4().hex
        if self._lying is not None:
            self._lifted()
        presented = Presented(
            self._loop, request_id, look, arrived, self.options, self._report,
            self._expectation, self._glare, self._metrics,
        )  # fmt: skip
        self._glare = Glare()
        self._lying = presented
        self._open.append(presented)
        self._tell_presented(request_id, look.frame)
        if speculation is not None:
            if fits and presented.adopt(speculation):
                saved = (arrived - speculation.began) * 1000
                self._metrics.count("speculation_total", outcome="adopted")
                self._metrics.observe("speculation_saved_ms", max(0.0, saved))
                return
            self._metrics.count("speculation_total", outcome="dropped")
            self._loop.cancel(speculation.request_id)
        presented.read()

    def _lifted(self) -> None:
        self._lying = None
        self._glare = Glare()
        self.tick()

    def _drop_speculation(self) -> None:
        speculation, self._speculation = self._speculation, None
        if speculation is not None:
            self._metrics.count("speculation_total", outcome="dropped")
            self._loop.cancel(speculation.request_id)

    def _seen(self, step: Step) -> Seen:
        corners = self._look.found.corners if self._look is not None else None
        lying = self._lying
        if step.state is DeskState.READING and lying is not None:
            return Seen(lying.state, corners, lying.request_id)
        return Seen(step.state, corners)


def _card_sight(look: LiveLook) -> CardSight:
    return CardSight(look.found.corners, look.texture, look.focus, look.fingerprint)
