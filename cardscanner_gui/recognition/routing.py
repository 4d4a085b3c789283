"""Who answers: what is remembered, the quick reader, or a model; and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Match, Status
from cardscanner_gui.core.words import mark


class Choice(StrEnum):
    """What answers; a model is chosen by its id."""

    EXACT = "exact"
    NEAR = "near"
    OCR = "ocr"
    ENOUGH = "enough"  # nobody else is asked


class RouteReason(StrEnum):
    """Why; few and fixed, since they are counted."""

    SAME_PICTURE = "the same picture"
    LIKE_BEFORE = "looks like before, and its text agrees"
    CONFIRMED = "looks as the user confirmed it"
    NOT_VERIFIED = "looks like before, but its text doesn't tell"
    NEW = "not seen before"
    NO_MODEL = "no model"
    FAST_MODE = "the mode asks for no model"
    SETTLED = mark("settled")
    NOTHING_READ = "nothing to go on"
    UNSURE = "still unsure"
    EVERY_CARD = "the mode asks for every card"
    DOUBT = "the smaller model disagrees"
    ALL_ASKED = "everyone was asked"
    OTHERS_WAIT = "it would take too long here while others wait"
    TOO_SLOW = "it would take too long here"


@dataclass(frozen=True)
class Route:
    """A choice, a model's id or one of `Choice`, with its reason."""

    choice: str
    reason: RouteReason


_ENOUGH_SECONDS = 20.0
_ENOUGH_SECONDS_WHILE_OTHERS_WAIT = 4.0
_NEWEST_COUNTS = 0.3


class Router:
    """Chooses models for a card, the smallest that may settle it first.

    Args:
        waiting: how many requests wait now; None where somebody else looks after the queue.
    """

    def __init__(self, waiting: Callable[[], int] | None = None) -> None:
        self.waiting = waiting
        self._seconds: dict[str, float] = {}

    def took(self, model: str, seconds: float) -> None:
        """Learn how long a model takes on this machine; the first time is often slower."""
        known = self._seconds.get(model, seconds)
        self._seconds[model] = known + _NEWEST_COUNTS * (seconds - known)

    def next_model(
        self,
        mode: ReadingMode,
        match: Match,
        models: Sequence[str],
        asked: Sequence[str] = (),
        *,
        doubt: bool = False,
        priority: Priority = Priority.QUICK,
    ) -> Route:
        """Which model reads the card now, if any.

        Args:
            mode: fast asks for none, thorough for every card.
            match: the answer so far.
            models: ids of those there are, the quickest first.
            asked: those that have read this card already.
            doubt: whether one of them contradicted the answer.
            priority: of the request. A batch has time, as nobody looks at it.
        """
        if mode is ReadingMode.FAST:
            return Route(Choice.ENOUGH, RouteReason.FAST_MODE)
        left = [model for model in models if model not in asked]
        if not left:
            return Route(Choice.ENOUGH, RouteReason.ALL_ASKED if asked else RouteReason.NO_MODEL)
        wanted = _wanted(mode, match, bool(asked), doubt)
        if wanted in (RouteReason.SETTLED, RouteReason.NOTHING_READ):
            return Route(Choice.ENOUGH, wanted)
        seconds = self._seconds.get(left[0], 0.0)
        if priority is not Priority.BATCH:
            if seconds > _ENOUGH_SECONDS:
                return Route(Choice.ENOUGH, RouteReason.TOO_SLOW)
            others = self.waiting is not None and self.waiting() > 0
            if seconds > _ENOUGH_SECONDS_WHILE_OTHERS_WAIT and others:
                return Route(Choice.ENOUGH, RouteReason.OTHERS_WAIT)
        return Route(left[0], wanted)


def _wanted(mode: ReadingMode, match: Match, was_asked: bool, doubt: bool) -> RouteReason:
    """Why a model should read, or why it needn't."""
    settled = match.status is Status.IDENTIFIED
    if mode is ReadingMode.THOROUGH and not was_asked:
        return RouteReason.EVERY_CARD
    if settled:
        return RouteReason.DOUBT if doubt else RouteReason.SETTLED
    if match.status is Status.UNREADABLE and mode is not ReadingMode.THOROUGH:
        return RouteReason.NOTHING_READ
    return RouteReason.UNSURE
