"""An hour at the desk, as fast as the program takes it: does the memory stay where it is?

    python benchmarks/live_soak.py [--quick] [--minutes N] [--json FILE]

The drawn desk of `benchmarks/live.py`, filmed at 8 frames a second, comes again and again through
the real capture, gates, pipeline, cache and store; each card is recorded with its photo. An hour is
1,900 cards. The first tenth may fill caches and pools; from then on the resident
memory may grow by 16 MB at most. `--quick` is four minutes at the desk.
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
_WARM_UP = 0.1
_LINES = 20


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--minutes", type=float, default=60.0, help="at the desk; 60 by default")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    import cv2

    cv2.setNumThreads(1)
    minutes = 4.0 if options.quick else options.minutes
    with tempfile.TemporaryDirectory() as temporary:
        figures = soak(Path(temporary), minutes * 60)
    for name, value in figures.items():
        print(f"{name:36} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    good = figures["growth, MB"] <= GOAL_GROWTH_MB and figures["cards"] == figures["laid down"]
    return 0 if good else 1


def soak(folder: Path, seconds: float) -> dict[str, float]:
    """So many seconds of the desk; the resident memory on the way."""
    from benchmarks._live_run import Bench, draw

    print("drawing …", flush=True)
    drawn = draw(folder, "desk", 26, (1280, 720), rate=_RATE)
    with Bench(folder, remembers=True) as bench:
        return _watched(bench, drawn.path, len(drawn.laid), seconds)


def _watched(bench, path: Path, laid: int, seconds: float):  # type: ignore[no-untyped-def]
    import psutil

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

    source = _again_and_again(path, seconds)
    scanner = LiveScanner(bench.loop, make_finder, hear, report)
    recorder = ThreadPoolExecutor(1, "recorder")
    process, started, memory = psutil.Process(), time.monotonic(), []
    scanner.start(source)
    print("  desk, min   clock, min   cards   resident, MB", flush=True)
    while not ended.wait(0.2):
        if source.shown >= len(memory) * seconds / _LINES:
            memory.append(process.memory_info().rss / 1e6)
            clock = (time.monotonic() - started) / 60
            print(
                f"  {source.shown / 60:9.1f} {clock:12.1f} {counts['cards']:7} {memory[-1]:14.1f}",
                flush=True,
            )
    recorder.shutdown()
    memory.append(process.memory_info().rss / 1e6)
    scanner.stop()
    warm = memory[round(_WARM_UP * _LINES)]
    return {
        "minutes at the desk": round(source.shown / 60, 1),
        "minutes by the clock": round((time.monotonic() - started) / 60, 1),
        "laid down": source.rounds * laid,
        **counts,
        "resident after the first tenth, MB": round(warm, 1),
        "resident at the end, MB": round(memory[-1], 1),
        "largest, MB": round(max(memory), 1),
        "growth, MB": round(memory[-1] - warm, 1),
    }


def _again_and_again(path: Path, seconds: float):  # type: ignore[no-untyped-def]
    from cardscanner_gui.capture.source import CameraSettings
    from cardscanner_gui.capture.video import VideoFileSource
    from cardscanner_gui.core.types import Frame

    class Endless(VideoFileSource):
        """Begins anew until so many seconds were shown, in whole rounds; its clock goes on."""

        def __init__(self) -> None:
            super().__init__(path, CameraSettings(every_frame=True))
            self._first = time.time()
            self.shown = 0.0
            self.rounds = 1

        def read(self) -> Frame | None:
            frame = super().read()
            if frame is None and self.shown < seconds:
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
