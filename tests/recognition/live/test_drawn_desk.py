"""Hands lay drawn cards on a drawn desk, before the real finder, reader and matcher."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cardscanner_gui.capture.source import CameraSettings
from cardscanner_gui.capture.sources import open_source
from cardscanner_gui.core.events import Finished, RecognitionEvent
from cardscanner_gui.core.live import CardPresented, LiveEvent, SourceChanged, SourceState
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.recognition.inference import InferenceLoop
from cardscanner_gui.recognition.live.scanner import LiveScanner
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.vision.finder import CardFinder
from tests.recognition.conftest import LEAFKIT, TWINFIN
from training.drawing.desk_video import DeskVideo, Happening

SOMETHING_EACH = (
    Happening.NOTHING, Happening.SECOND_COPY, Happening.COVERED, Happening.NUDGED,
    Happening.HALF_COVERED, Happening.SHADED, Happening.UPSIDE_DOWN, Happening.EXPOSED,
)  # fmt: skip


@pytest.fixture(scope="module")
def video(tmp_path_factory) -> tuple[Path, DeskVideo]:
    faces = [LEAFKIT, TWINFIN] * 4
    drawn = DeskVideo(faces[:7], SOMETHING_EACH, rate=15.0, seed=4)
    return drawn.write(tmp_path_factory.mktemp("desk") / "desk.avi"), drawn


def test_one_record_for_each_card_whatever_happens_to_it(video, recogniser):
    path, drawn = video
    presented: dict[str, float] = {}
    names: dict[str, str | None] = {}
    ended, answered = threading.Event(), threading.Event()

    def live(event: LiveEvent) -> None:
        if isinstance(event, CardPresented):
            presented[event.request_id] = event.captured_at
        elif isinstance(event, SourceChanged) and event.state is SourceState.ENDED:
            ended.set()

    def report(event: RecognitionEvent) -> None:
        if isinstance(event, Finished):
            printing = event.result.cards[0].match.printing
            names[event.request_id] = printing.name if printing else None
            answered.set()

    scheduler = Scheduler()
    loop = InferenceLoop(scheduler, lambda: recogniser, lambda _: None)
    thread = threading.Thread(target=loop.run)
    thread.start()
    scanner = LiveScanner(loop, lambda: CardFinder(resource_dir() / "finder", 1), live, report)
    source = open_source(str(path), CameraSettings(every_frame=True))
    try:
        scanner.start(source)
        assert ended.wait(240)
    finally:
        scanner.stop()
        scheduler.close()
        thread.join()
    times = [at - source.started_at for at in presented.values()]  # type: ignore[attr-defined]
    happened = [
        [card.happening.value for card in drawn.laid if card.lies_from <= at < card.lies_to]
        for at in times
    ]
    assert happened == [[card.happening.value] for card in drawn.laid]
    assert [names[request_id] for request_id in presented] == [c.face.name for c in drawn.laid]
