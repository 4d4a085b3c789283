"""Cards without a border, slid under the camera, before the real finder, reader and matcher."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from cardscanner_gui.capture.source import CameraSettings
from cardscanner_gui.capture.video import VideoFileSource
from cardscanner_gui.core.events import Finished, RecognitionEvent
from cardscanner_gui.core.live import CardPresented, LiveEvent, SourceChanged, SourceState
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.recognition.inference import InferenceLoop
from cardscanner_gui.recognition.live.scanner import LiveScanner
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.vision.finder import CardFinder
from tests.recognition.conftest import LEAFKIT, TWINFIN
from training.drawing.slides import Slide, write

BORDERLESS = replace(LEAFKIT, era="full art")


@pytest.mark.parametrize(
    "happens", [{}, {"nudged": True}, {"shaded": True}], ids=["plain", "nudge", "shade"]
)
def test_each_card_is_recorded_once(happens, recogniser, tmp_path):
    slides = [Slide(BORDERLESS, **happens), Slide(TWINFIN, **happens), Slide(BORDERLESS, **happens)]
    presented: list[str] = []
    names: dict[str, str | None] = {}
    ended = threading.Event()

    def live(event: LiveEvent) -> None:
        if isinstance(event, CardPresented):
            presented.append(event.request_id)
        elif isinstance(event, SourceChanged) and event.state is SourceState.ENDED:
            ended.set()

    def report(event: RecognitionEvent) -> None:
        if isinstance(event, Finished):
            printing = event.result.cards[0].match.printing
            names[event.request_id] = printing.name if printing else None

    scheduler = Scheduler()
    loop = InferenceLoop(scheduler, lambda: recogniser, lambda _: None)
    thread = threading.Thread(target=loop.run)
    thread.start()
    scanner = LiveScanner(loop, lambda: CardFinder(resource_dir() / "finder", 1), live, report)
    film = write(slides, tmp_path / "film.avi")
    try:
        scanner.start(VideoFileSource(film, CameraSettings(every_frame=True)))
        assert ended.wait(240)
    finally:
        scanner.stop()
        scheduler.close()
        thread.join()
    assert [names[request_id] for request_id in presented] == ["Leafkit", "Twinfin", "Leafkit"]
