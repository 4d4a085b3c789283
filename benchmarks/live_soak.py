"""An hour at the desk, as fast as the program takes it: do memory and handles stay where they are?

    python benchmarks/live_soak.py [--quick] [--minutes N] [--clock N] [--json FILE]

The drawn desk of `benchmarks/live.py`, filmed at 8 frames a second, comes again and again through
the real capture, gates, pipeline, cache and store; each card is recorded with its photo. An hour is
1,900 cards. The first tenth may fill caches and pools; from then on the resident
memory may grow by 16 MB at most, and open files and threads by none. `--quick` is four minutes at
the desk; `--clock` ends a run on a busy machine after so many minutes of the clock.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from cardscanner_gui import environment

GOAL_GROWTH_MB = 16.0
_RATE = 8.0
_LINES = 20


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--minutes", type=float, default=60.0, help="at the desk; 60 by default")
    parser.add_argument("--clock", type=float, default=600.0, help="at most so many by the clock")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    import cv2

    cv2.setNumThreads(1)
    minutes = 4.0 if options.quick else options.minutes
    with tempfile.TemporaryDirectory() as temporary:
        figures = soak(Path(temporary), minutes * 60, options.clock * 60)
    for name, value in figures.items():
        print(f"{name:36} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    flat = figures["growth, MB"] <= GOAL_GROWTH_MB and figures["growth, handles"] <= 0
    return 0 if flat and figures["cards"] == figures["laid down"] else 1


def soak(folder: Path, seconds: float, clock: float) -> dict[str, float]:
    """So many seconds of the desk, or of the clock if those are over first; memory and handles."""
    from benchmarks._live_run import Bench, draw

    print("drawing …", flush=True)
    drawn = draw(folder, "desk", 26, (1280, 720), rate=_RATE)
    with Bench(folder, remembers=True) as bench:
        return _watched(bench, drawn.path, len(drawn.laid), seconds, clock)


def _watched(bench, path: Path, laid: int, seconds: float, clock: float):  # type: ignore[no-untyped-def]
    from benchmarks._flat import Flatness
    from benchmarks._live_run import make_finder
    from cardscanner_gui.core.events import Finished, RecognitionEvent
    from cardscanner_gui.core.live import LiveEvent, SourceChanged, SourceState
    from cardscanner_gui.recognition.live.scanner import LiveScanner

    counts = {"cards": 0, "identified": 0}
    ended = threading.Event()

    def hear(event: LiveEvent) -> None:
        if isinstance(event, SourceChanged) and event.state is SourceState.ENDED:
            ended.set()

    def record(event: Finished) -> None:
        counts["cards"] += 1
        bench.keeping.record(event.result, time.time(), None)
        for card in event.result.cards:
            counts["identified"] += card.match.printing is not None

    def report(event: RecognitionEvent) -> None:
        if isinstance(event, Finished):
            recorder.submit(record, event)

    source = _again_and_again(path, seconds, clock)
    scanner = LiveScanner(bench.loop, make_finder, hear, report)
    recorder = ThreadPoolExecutor(1, "recorder")
    flatness, started = Flatness(), time.monotonic()
    scanner.start(source)
    print(f"  desk, min   clock, min   cards   {Flatness.HEADER}", flush=True)
    while not ended.wait(0.2):
        minutes = (time.monotonic() - started) / 60
        if max(source.shown / seconds, minutes * 60 / clock) >= len(flatness) / _LINES:
            before = f"  {source.shown / 60:9.1f} {minutes:12.1f} {counts['cards']:7}   "
            print(before + flatness.note(), flush=True)
    recorder.shutdown()
    flatness.note()
    scanner.stop()
    return {
        "minutes at the desk": round(source.shown / 60, 1),
        "minutes by the clock": round((time.monotonic() - started) / 60, 1),
        "laid down": source.rounds * laid,
        **counts,
        **flatness.figures(),
    }


def _again_and_again(path: Path, seconds: float, clock: float):  # type: ignore[no-untyped-def]
    from cardscanner_gui.capture.source import CameraSettings
    from cardscanner_gui.capture.video import VideoFileSource
    from cardscanner_gui.core.types import Frame

    class Endless(VideoFileSource):
        """Begins anew until the time is over, in whole rounds; its own clock goes on."""

        def __init__(self) -> None:
            super().__init__(path, CameraSettings(every_frame=True))
            self._first = time.time()
            self._until = time.monotonic() + clock
            self.shown = 0.0
            self.rounds = 1

        def read(self) -> Frame | None:
            frame = super().read()
            if frame is None and self.shown < seconds and time.monotonic() < self._until:
                self.rounds += 1
                self.open()
                frame = super().read()
            if frame is None:
                return None
            self.shown += 1 / _RATE
            return replace(frame, captured_at=self._first + self.shown)

    return Endless()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
