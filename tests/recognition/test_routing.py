"""Who is asked, and why."""

from __future__ import annotations

import pytest

from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Match, Status
from cardscanner_gui.recognition.routing import Choice, Router, RouteReason

SETTLED = Match(Status.IDENTIFIED, "")
UNSURE = Match(Status.UNSURE, "")
UNREADABLE = Match(Status.UNREADABLE, "")
BOTH = ("small", "large")
FAST, BALANCED, THOROUGH = ReadingMode.FAST, ReadingMode.BALANCED, ReadingMode.THOROUGH


@pytest.mark.parametrize(
    ("mode", "match", "models", "asked", "doubt", "choice", "reason"),
    [
        (FAST, UNSURE, BOTH, (), False, Choice.ENOUGH, RouteReason.FAST_MODE),
        (BALANCED, UNSURE, (), (), False, Choice.ENOUGH, RouteReason.NO_MODEL),
        (BALANCED, SETTLED, BOTH, (), False, Choice.ENOUGH, RouteReason.SETTLED),
        (BALANCED, UNREADABLE, BOTH, (), False, Choice.ENOUGH, RouteReason.NOTHING_READ),
        (BALANCED, UNSURE, BOTH, (), False, "small", RouteReason.UNSURE),
        (BALANCED, UNSURE, BOTH, ("small",), False, "large", RouteReason.UNSURE),
        (BALANCED, UNSURE, BOTH, BOTH, False, Choice.ENOUGH, RouteReason.ALL_ASKED),
        (BALANCED, SETTLED, BOTH, ("small",), False, Choice.ENOUGH, RouteReason.SETTLED),
        (THOROUGH, SETTLED, BOTH, (), False, "small", RouteReason.EVERY_CARD),
        (THOROUGH, SETTLED, BOTH, ("small",), True, "large", RouteReason.DOUBT),
        (THOROUGH, SETTLED, BOTH, ("small",), False, Choice.ENOUGH, RouteReason.SETTLED),
        (THOROUGH, UNREADABLE, BOTH, ("small",), False, "large", RouteReason.UNSURE),
    ],
)
def test_the_smallest_model_that_may_settle_it(mode, match, models, asked, doubt, choice, reason):
    route = Router().next_model(mode, match, models, asked, doubt=doubt)
    assert (route.choice, route.reason) == (choice, reason)


def test_a_slow_model_is_not_asked_while_others_wait_but_for_a_batch():
    waiting = 3
    router = Router(lambda: waiting)
    assert router.next_model(BALANCED, UNSURE, BOTH).choice == "small"
    router.took("small", 6.0)
    assert router.next_model(BALANCED, UNSURE, BOTH).reason is RouteReason.OTHERS_WAIT
    batch = router.next_model(BALANCED, UNSURE, BOTH, priority=Priority.BATCH)
    assert batch.choice == "small"
    waiting = 0
    assert router.next_model(BALANCED, UNSURE, BOTH).choice == "small"


def test_a_model_that_takes_forever_here_is_not_asked_for_the_card_on_the_desk():
    router = Router()
    router.took("small", 40.0)
    assert router.next_model(THOROUGH, SETTLED, BOTH).reason is RouteReason.TOO_SLOW
    for _ in range(20):
        router.took("small", 1.0)  # the machine was busy, and isn't any more
    assert router.next_model(THOROUGH, SETTLED, BOTH).choice == "small"
