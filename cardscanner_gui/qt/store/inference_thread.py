"""The window's inference thread: an `InferenceLoop` whose reports are signals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtGui import QImage

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.give_way import give_way
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.scheduler import Priority, Scheduler
from cardscanner_gui.qt.style.images import PREVIEW_SIDE, reduced
from cardscanner_gui.recognition.inference import InferenceLoop
from cardscanner_gui.recognition.protocols import Recognises
from cardscanner_gui.recognition.request import RecogniseRequest


class Reports(QObject):
    """The loop's reports as signals.

    An object of its own: a loop that held its thread's signals would hold the thread, and Python's
    collector then destroys that at any time, on any thread.
    """

    ready = Signal()
    unavailable = Signal(str)
    """No recogniser could be built: one line for the user. Jobs fail with the same line."""
    reported = Signal(RecognitionEvent)
    picture = Signal(str, QImage)
    """Request id and the picture, reduced for showing."""


class InferenceThread(QThread):
    """Runs the loop; a thread with its own loop rather than an object with queued slots."""

    def __init__(
        self,
        scheduler: Scheduler,
        make_recogniser: Callable[[], Recognises],
        metrics: Metrics | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("inference")
        self._scheduler = scheduler
        self._metrics = metrics or Metrics()
        self.reports = reports = Reports()
        self.loop = InferenceLoop(
            scheduler,
            make_recogniser,
            reports.reported.emit,
            reports.ready.emit,
            reports.unavailable.emit,
        )

    def submit(self, path: Path, request_id: str, priority: Priority) -> None:
        """Ask for the recognition of a picture file; any thread may call this."""
        stream = partial(_events, path, request_id, self._metrics, self.reports.picture.emit)
        self.loop.submit(request_id, str(path), stream, priority)

    def rebuild(self) -> None:
        """Build the recogniser anew before the next job, because the catalogue has changed."""
        self.loop.rebuild()

    def stop(self, seconds: float = 3.0) -> bool:
        """Close the scheduler, cancel what runs, and wait; False when it still runs after that."""
        self._scheduler.close()
        return self.wait(round(seconds * 1000))

    def run(self) -> None:
        give_way()  # to the thread that draws, and the one that looks for cards
        self.loop.run()


def _events(
    path: Path,
    request_id: str,
    metrics: Metrics,
    show: Callable[[str, QImage], None],
    recogniser: Recognises,
    token: CancelToken,
) -> Iterator[RecognitionEvent]:
    # Brings the picture libraries, which are not needed before the first picture.
    from cardscanner_gui.recognition.opening import open_picture

    frame = open_picture(path, metrics, request_id, token=token)
    token.check()
    show(request_id, reduced(frame.pixels, PREVIEW_SIDE))
    yield from recogniser.recognise(RecogniseRequest(frame, request_id), token)
