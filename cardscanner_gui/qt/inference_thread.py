"""The thread that owns the recognizer for its whole life."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QThread, Signal
from PySide6.QtGui import QImage

from cardscanner_gui.core import events
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import Cancelled, WorldError
from cardscanner_gui.core.scheduler import Job, Priority, Scheduler
from cardscanner_gui.qt.images import PREVIEW_SIDE, reduced
from cardscanner_gui.qt.services import Recognises

log = logging.getLogger(__name__)

_REBUILD = "rebuild the recognizer"


class InferenceThread(QThread):
    """Builds the recognizer, then takes jobs until the scheduler is closed.

    A thread with its own loop rather than an object with queued slots: queued events can be neither
    dropped nor reordered, and a queue of 40 would still drain at shutdown.
    """

    ready = Signal()
    unavailable = Signal(str)
    """No recognizer could be built: one line for the user. Jobs fail with the same line."""
    reported = Signal(object)
    """A `RecognitionEvent`."""
    picture = Signal(str, QImage)
    """Request id and the picture, reduced for showing."""

    def __init__(self, scheduler: Scheduler, make_recognizer: Callable[[], Recognises]) -> None:
        super().__init__()
        self.setObjectName("inference")
        self._scheduler = scheduler
        self._make_recognizer = make_recognizer
        self._recognizer: Recognises | None = None
        self._problem = "the reader hasn't started"

    def submit(self, path: Path, request_id: str, priority: Priority) -> None:
        """Ask for the recognition of a picture file; any thread may call this."""
        job = Job(key=request_id, priority=priority, work=lambda token: None)
        job.work = partial(self._recognise, job, path, request_id)
        self._scheduler.submit(job)

    def rebuild(self) -> None:
        """Build the recognizer anew before the next job, because the catalogue has changed."""
        self._scheduler.submit(Job(_REBUILD, Priority.QUICK, self._build))

    def stop(self, seconds: float = 3.0) -> bool:
        """Close the scheduler, cancel what runs, and wait; False when it still runs after that."""
        self._scheduler.close()
        return self.wait(round(seconds * 1000))

    def run(self) -> None:
        self._build(CancelToken())
        while (job := self._scheduler.take()) is not None:
            stopped = False
            try:
                job.work(job.token)
            except Cancelled:
                stopped = True
            except Exception:
                # A bug in one job must not end the thread: the next picture may be fine.
                log.exception("job %s failed", job.key)
            self._scheduler.done(job, stopped=stopped)
        self._recognizer = None

    def _build(self, token: CancelToken) -> None:
        try:
            self._recognizer = self._make_recognizer()
        except WorldError as error:
            self._problem = str(error)
        except Exception as error:
            log.exception("the recognizer can't be built")
            self._problem = (
                f"The reader can't start ({type(error).__name__}); the log has the details"
            )
        else:
            self.ready.emit()
            return
        self._recognizer = None
        self.unavailable.emit(self._problem)

    def _recognise(self, job: Job, path: Path, request_id: str, token: CancelToken) -> None:
        try:
            for event in self._events(path, request_id, token):
                token.check()
                self.reported.emit(event)
        except Cancelled:
            # A pre-empted job runs again, so for the user nothing has ended.
            if not job.preempted:
                self.reported.emit(events.Cancelled(request_id, str(path)))
            raise
        except WorldError as error:
            self.reported.emit(events.Failed(request_id, str(path), str(error)))
        except Exception:
            log.exception("%s: recognition failed", path)
            message = f"{path.name}: this picture made the program stumble; the log has the details"
            self.reported.emit(
                events.Failed(request_id, str(path), message, bug=traceback.format_exc())
            )

    def _events(
        self, path: Path, request_id: str, token: CancelToken
    ) -> Iterator[events.RecognitionEvent]:
        # Brings the picture libraries, which are not needed before the first picture.
        from cardscanner_gui.capture.files import load_frame

        if self._recognizer is None:
            raise WorldError(self._problem)
        yield events.Started(request_id, str(path))
        frame = load_frame(path)
        token.check()
        self.picture.emit(request_id, reduced(frame.pixels, PREVIEW_SIDE))
        yield from self._recognizer.recognise(frame, request_id, token)
