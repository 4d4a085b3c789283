"""The one way from a picture to its end, whatever happens on it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Generator, Iterator

from cardscanner_gui.core import events
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, WorldError
from cardscanner_gui.core.text import file_name

log = logging.getLogger(__name__)

Steps = Callable[[], Iterator[events.RecognitionEvent]]
"""Opens a picture, if that isn't done, and recognises it; gives its events up to `Finished`."""


def guarded(
    request_id: str,
    source: str,
    steps: Steps,
    token: CancelToken,
    *,
    beyond: type[Exception] | tuple[type[Exception], ...] = (),
) -> Generator[events.RecognitionEvent]:
    """The events of a picture: `Started` first, and one `Finished`, `Failed` or `Cancelled` last.

    Nothing but that is given any more once the token is cancelled.

    Args:
        request_id: what the events carry.
        source: what the user calls the picture: a path, as a rule.
        steps: called once; may raise.
        token: stops the work.
        beyond: errors that say nothing of this picture but stop those after it too: they are
            raised, and the events have no end.
    """
    try:
        yield events.Started(request_id, source)
        yield from _up_to_the_end(steps, token)
    except CancelledError:
        yield events.Cancelled(request_id, source)
    except beyond:
        raise
    except WorldError as error:
        yield events.Failed(request_id, source, str(error))
    except Exception:
        log.exception("%s: recognition failed", source)
        name = file_name(source) or source
        message = f"{name}: this picture made the program stumble; the log has the details"
        yield events.Failed(request_id, source, message, bug=traceback.format_exc())


def _up_to_the_end(steps: Steps, token: CancelToken) -> Iterator[events.RecognitionEvent]:
    token.check()
    for event in steps():
        token.check()
        yield event
        if isinstance(event, events.Finished):
            return
    raise RuntimeError("a recognition ended without an end")


def followed(
    guard: Generator[events.RecognitionEvent], hear: Callable[[events.RecognitionEvent], None]
) -> Generator[None, None, events.RecognitionEvent]:
    """As `follow`, but stands still wherever a model is awaited."""
    end: events.RecognitionEvent | None = None
    for event in guard:
        if isinstance(event, events.ModelAwaited):
            yield
            continue
        end = event
        try:
            hear(end)
        except Exception as error:
            end = guard.throw(error)
            hear(end)
    assert end is not None  # at least `Started`
    return end


def follow(
    guard: Generator[events.RecognitionEvent], hear: Callable[[events.RecognitionEvent], None]
) -> events.RecognitionEvent:
    """Hand on all events, and return the last one.

    An error of `hear` ends the request as one of the recogniser's would. What it raises at the end
    itself, and the errors beyond the guard, are raised.
    """
    steps = followed(guard, hear)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            end: events.RecognitionEvent = stop.value
            return end
