"""Whatever happens to a picture, whoever asked hears of its beginning and of exactly one end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from cardscanner_gui.core import events
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import PictureError, StoreError
from cardscanner_gui.core.scheduler import Priority, Scheduler
from cardscanner_gui.core.types import Frame, ScanResult
from cardscanner_gui.recognition.guard import follow, guarded
from cardscanner_gui.recognition.inference import InferenceLoop
from cardscanner_gui.recognition.protocols import Recognises
from cardscanner_gui.recognition.request import RecogniseRequest
from tests.qt.scripted_recogniser import ScriptedRecogniser

SOURCE = "folder/card.jpg"
FOUND = events.CardsFound("r", 4, 3, ())
FINISHED = events.Finished("r", ScanResult(SOURCE, 4, 3))


class Steps:
    """Gives what it was told to; an error is raised. Knows whether it was closed."""

    def __init__(self, *given: events.RecognitionEvent | Exception) -> None:
        self.given = given
        self.closed = False

    def __call__(self) -> Iterator[events.RecognitionEvent]:
        try:
            for one in self.given:
                if isinstance(one, Exception):
                    raise one
                yield one
        finally:
            self.closed = True


def told(steps: Steps, token: CancelToken | None = None) -> list[events.RecognitionEvent]:
    return list(guarded("r", SOURCE, steps, token or CancelToken()))


def test_a_picture_that_is_read_ends_finished_and_nothing_comes_after() -> None:
    assert told(Steps(FOUND, FINISHED, FOUND)) == [events.Started("r", SOURCE), FOUND, FINISHED]


def test_what_is_wrong_with_the_world_is_said_in_its_own_words() -> None:
    *_, end = told(Steps(FOUND, PictureError("card.jpg: the file is damaged.")))
    assert end == events.Failed("r", SOURCE, "card.jpg: the file is damaged.")


@pytest.mark.parametrize("steps", [Steps(FOUND, ValueError("a bug")), Steps(FOUND)])
def test_a_bug_is_logged_and_named_after_the_file(
    steps: Steps, caplog: pytest.LogCaptureFixture
) -> None:
    *_, end = told(steps)
    assert isinstance(end, events.Failed)
    message = "card.jpg: this picture made the program stumble; the log has the details"
    assert end.message == message
    assert end.bug is not None
    assert "Traceback" in end.bug
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    caplog.clear()


def test_a_cancelled_token_ends_it_before_the_next_event() -> None:
    token = CancelToken()
    guard = guarded("r", SOURCE, Steps(FOUND, FINISHED), token)
    assert next(guard) == events.Started("r", SOURCE)
    assert next(guard) == FOUND
    token.cancel()
    assert list(guard) == [events.Cancelled("r", SOURCE)]


def test_a_picture_cancelled_while_it_waits_is_not_even_opened() -> None:
    token, steps = CancelToken(), Steps(FOUND, FINISHED)
    token.cancel()
    assert told(steps, token) == [events.Started("r", SOURCE), events.Cancelled("r", SOURCE)]
    assert not steps.closed


def test_closing_it_closes_what_it_guards() -> None:
    steps = Steps(FOUND, FINISHED)
    guard = guarded("r", SOURCE, steps, CancelToken())
    next(guard)
    next(guard)
    guard.close()
    assert steps.closed


def test_what_is_beyond_it_is_raised_even_out_of_the_listener() -> None:
    failing = Steps(FOUND, StoreError("The disk is full."))
    with pytest.raises(StoreError, match="full"):
        list(guarded("r", SOURCE, failing, CancelToken(), beyond=StoreError))

    def hear(event: events.RecognitionEvent) -> None:
        if isinstance(event, events.Finished):
            raise StoreError("The disk is full.")

    guard = guarded("r", SOURCE, Steps(FOUND, FINISHED), CancelToken(), beyond=StoreError)
    with pytest.raises(StoreError, match="full"):
        follow(guard, hear)


def test_a_listeners_bug_ends_its_request_and_the_next_one_is_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scheduler, heard = Scheduler(), list[events.RecognitionEvent]()
    done = threading.Event()
    loop = InferenceLoop(scheduler, ScriptedRecogniser, heard.append)

    def stream(recogniser: Recognises, token: CancelToken) -> Iterator[events.RecognitionEvent]:
        frame = Frame("f", np.zeros((3, 4, 3), np.uint8), 0.0, SOURCE)
        return recogniser.recognise(RecogniseRequest(frame, "r"), token)

    def stumble(event: events.RecognitionEvent) -> None:
        heard.append(event)
        assert not isinstance(event, events.Finished), "the listener's bug"

    def listen(event: events.RecognitionEvent) -> None:
        heard.append(event)
        if isinstance(event, events.Finished):
            done.set()

    loop.submit("first", SOURCE, stream, Priority.QUICK, stumble)
    loop.submit("second", SOURCE, stream, Priority.QUICK, listen)
    thread = threading.Thread(target=loop.run)
    thread.start()
    assert done.wait(60)
    scheduler.close()
    thread.join(60)
    kinds = [type(event).__name__ for event in heard]
    reading = ["Started", "CardsFound", "Finished"]
    assert kinds == [*reading, "Failed", *reading]
    caplog.clear()
