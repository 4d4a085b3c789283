"""Live scanning: watches a source, and has each card read once for each time it is laid down."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from cardscanner_gui.capture.reader import FrameReader
from cardscanner_gui.capture.source import CaptureSource, Pace
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.live import (
    CardPresented,
    DeskChanged,
    DeskState,
    LiveEvent,
    NothingSeen,
    SourceChanged,
    SourceState,
)
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import Frame, Printing
from cardscanner_gui.recognition.inference import InferenceLoop, Report
from cardscanner_gui.recognition.live.expectation import Expectation
from cardscanner_gui.recognition.live.options import LiveOptions
from cardscanner_gui.recognition.live.overlooked import AskedFor
from cardscanner_gui.recognition.live.watcher import Seen, Watcher
from cardscanner_gui.recognition.protocols import Follows

log = logging.getLogger(__name__)

_WAIT_S = 0.1
_ASKING_S = 1.0
_WANTED = (AskedFor.NEW, AskedFor.CARD, AskedFor.WHATEVER)
"""Before the user asks, then, and when no card was seen for a while."""


class LiveScanner:
    """Scans what a source shows. Its methods may be called from any thread.

    For each card that is laid down there is one `CardPresented`, and after it, under the same
    request id, recognition events with exactly one `Finished`, `Failed` or `CancelledError`.

    Args:
        loop: where cards are read.
        finder: makes the finder that follows cards; called on the scanner's thread, which owns it.
        report_live: gets what there is to show, on the scanner's threads.
        report: gets the recognition events, on the loop's thread or the scanner's. Neither callback
            may wait for the scanner.
        options: how to scan.
        metrics: where counts and times go.
    """

    def __init__(
        self,
        loop: InferenceLoop,
        finder: Callable[[], Follows],
        report_live: Callable[[LiveEvent], None],
        report: Report,
        options: LiveOptions | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._loop = loop
        self._finder = finder
        self._report = report
        self._report_live = report_live
        self._metrics = metrics or Metrics()
        self._options = options or LiveOptions()
        self._expectation = Expectation(self._metrics)
        self._reader: FrameReader | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._paused = threading.Event()
        self._asked_at: float | None = None

    def start(self, source: CaptureSource) -> None:
        """Open a source and scan it; another one that runs is stopped first."""
        self.stop()
        self._stopping.clear()

        def changed(state: SourceState, message: str) -> None:
            if state is not SourceState.ENDED:  # said when its last frame was looked at
                self._report_live(SourceChanged(source.name, state, message))

        self._reader = reader = FrameReader(source, changed)
        self._thread = threading.Thread(
            target=self._watch, args=(reader, source.name), name="live scanner", daemon=True
        )
        reader.start()
        self._thread.start()

    def stop(self, seconds: float = 3.0) -> bool:
        """Let go of the source; cards being read are still answered. False if it hangs."""
        self._stopping.set()
        stopped = True
        if self._reader is not None:
            stopped = self._reader.stop(seconds)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(seconds)
            stopped &= not self._thread.is_alive()
        self._reader = self._thread = None
        return stopped

    def pause(self) -> None:
        """Read no cards; the preview goes on."""
        self._paused.set()

    def resume(self) -> None:
        """Go on; the card that lay there all the time doesn't count again."""
        self._paused.clear()

    @property
    def paused(self) -> bool:
        return self._paused.is_set()

    def capture_now(self) -> None:
        """Read the card that lies there now, settled or not, again if need be.

        Where none is seen just now, as behind a hand, the next one within a second is taken, and
        after that whatever lies there. Over the bare desk it is said that there is nothing.
        """
        self._asked_at = time.perf_counter()

    def set_options(self, options: LiveOptions) -> None:
        """Take other options from the next frame on."""
        self._options = options

    def latest(self) -> Frame | None:
        """The newest frame, for the preview; None before the first."""
        reader = self._reader
        return reader.latest if reader is not None else None

    def expect(self, printing: Printing) -> None:
        """The user said what a card is: that tells what may come next."""
        self._expectation.came(printing)

    def _watch(self, reader: FrameReader, name: str) -> None:
        """Look at the newest frame, over and over; runs on the scanner's own thread."""
        watcher: Watcher | None = None
        try:
            watcher = self._new_watcher()
            while not self._stopping.is_set():
                watcher.options = self._options
                frame = reader.next(_WAIT_S)
                if frame is None:
                    watcher.tick()
                    if reader.ended:
                        break
                    continue
                asked_pace = reader.pace is Pace.ASKED
                age = 0.0 if asked_pace else max(0.0, time.time() - frame.captured_at)
                self._look(watcher, frame, age)
                if asked_pace:
                    # Frames that wait for us must not run ahead of the cards being read.
                    while watcher.busy and not self._stopping.wait(0.005):
                        watcher.tick()
                else:
                    self._stopping.wait(watcher.rest())
        except WorldError as error:
            self._report_live(SourceChanged(name, SourceState.LOST, str(error)))
        except Exception:
            log.exception("live scanning stopped")
            message = "Live scanning stumbled and stopped; the log has the details."
            self._report_live(SourceChanged(name, SourceState.LOST, message))
        finally:
            if watcher is not None:
                watcher.end()
            if reader.state is SourceState.ENDED:
                self._report_live(SourceChanged(name, SourceState.ENDED))

    def _new_watcher(self) -> Watcher:
        return Watcher(
            self._finder(), self._loop, self._options, self._report, self._presented,
            self._expectation, self._metrics,
        )  # fmt: skip

    def _look(self, watcher: Watcher, frame: Frame, age: float) -> None:
        if self._paused.is_set():
            self._asked_at = None
            watcher.pause()
            seen = Seen(DeskState.PAUSED)
        else:
            now, asked_at = time.perf_counter(), self._asked_at
            waited = now - asked_at if asked_at is not None else 0.0
            wanted = _WANTED[(asked_at is not None) + (waited >= _ASKING_S)]
            seen = watcher.look(frame, now - age, wanted)
            if self._asked_at is asked_at and self._is_answered(seen, wanted, frame.source):
                self._asked_at = None
        self._report_live(
            DeskChanged(
                seen.state, seen.corners, frame.width, frame.height, frame.captured_at,
                seen.request_id,
            )
        )  # fmt: skip

    def _is_answered(self, seen: Seen, wanted: AskedFor, source: str) -> bool:
        if seen.corners is None and wanted is AskedFor.WHATEVER:
            self._report_live(NothingSeen(source))
            return True
        return seen.corners is not None

    def _presented(self, request_id: str, frame: Frame) -> None:
        self._report_live(CardPresented(request_id, frame.source, frame.captured_at))
