"""A batch whose readers are elsewhere, and end."""

from __future__ import annotations

import numpy as np
import pytest

from cardscanner_gui.cluster import remote_recogniser
from cardscanner_gui.cluster.messages import Refused
from cardscanner_gui.cluster.pool import NoRoomError
from cardscanner_gui.cluster.remote_engine import ATTEMPTS
from cardscanner_gui.cluster.remote_recogniser import RemoteRecogniser
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, WorldError
from cardscanner_gui.core.events import CardsFound, Finished
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import Frame
from cardscanner_gui.recognition.request import RecogniseRequest
from tests.cluster.pools import Losing


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else has to start here."""
    monkeypatch.setattr(remote_recogniser, "_AGAIN_SECONDS", 0.001)


def request() -> RecogniseRequest:
    frame = Frame("1", np.zeros((30, 40, 3), np.uint8), 0.0, "a.jpg")
    return RecogniseRequest(frame, "1")


def test_a_batchs_picture_starts_over_until_a_reader_stays() -> None:
    pool, metrics = Losing(), Metrics()
    pool.losses = ATTEMPTS - 1
    events = list(RemoteRecogniser(pool, metrics).recognise(request()))

    assert [type(event) for event in events] == [CardsFound] * ATTEMPTS + [Finished]
    assert metrics.snapshot().count("reader_retries_total") == ATTEMPTS - 1


def test_a_picture_that_loses_every_reader_has_failed_with_a_word() -> None:
    pool = Losing()
    pool.losses = ATTEMPTS
    with pytest.raises(WorldError, match="readers"):
        list(RemoteRecogniser(pool, Metrics()).recognise(request()))


def test_it_waits_where_the_cluster_has_no_room() -> None:
    class Full(Losing):
        def _said(self, source):
            self.answer = NoRoomError("full") if not self.read_times else None
            return super()._said(source)

    assert isinstance(list(RemoteRecogniser(Full(), Metrics()).recognise(request()))[-1], Finished)


def test_a_draft_is_decoded_before_it_is_sent() -> None:
    whole = np.zeros((60, 80, 3), np.uint8)

    class Looking(Losing):
        def read_frame(self, request):
            assert request.frame.decode_whole is None
            assert request.frame.pixels.shape == whole.shape
            return super().read_frame(request)

    frame = Frame("1", whole[::2, ::2], 0.0, "a.jpg", shrunk=2, decode_whole=lambda: whole)
    events = RemoteRecogniser(Looking(), Metrics()).recognise(RecogniseRequest(frame, "1"))
    assert isinstance(list(events)[-1], Finished)


def test_a_refusal_is_the_pictures_failure_and_a_cancelled_batch_stops() -> None:
    pool = Losing()
    pool.answer = Refused(500, "reader_stuck", "a.jpg: stuck", {})
    with pytest.raises(WorldError, match="stuck"):
        list(RemoteRecogniser(pool, Metrics()).recognise(request()))

    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        list(RemoteRecogniser(Losing(), Metrics()).recognise(request(), token))
