"""From a video file to the collection: the real reader, finder, scanner, window and store."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import pytest

from cardscanner_gui.builder import Builder
from cardscanner_gui.capture.source import CameraSettings, CaptureSource
from cardscanner_gui.capture.sources import open_source
from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.services import LiveServices
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.settings import Settings
from cardscanner_gui.vision.finder import CardFinder
from tests.qt.cards import TIDELING, VOLTUSK
from tests.qt.conftest import Harness
from tests.qt.live.live_camera import desk_picture, noisy

_RATE = 15.0
_SECONDS = 90.0


def film(path: Path) -> Path:
    """Two cards, one after the other, with the bare desk between."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), _RATE, (1280, 720))
    for printing, seconds in ((None, 1), (VOLTUSK, 2), (None, 1), (TIDELING, 2), (None, 1)):
        views = noisy(desk_picture(printing, (1280, 720))[0])
        for number in range(round(seconds * _RATE)):
            writer.write(cv2.cvtColor(views[number % len(views)], cv2.COLOR_RGB2BGR))
    writer.release()
    return path


@pytest.mark.usefixtures("kept_catalogue")
def test_a_video_is_scanned_into_the_collection(harness: Harness) -> None:
    builder = Builder(DataPaths(harness.folder), Settings(offline=True))
    harness.make_recogniser = lambda: builder.make_recogniser(builder.open_catalogue())
    settings = LiveSettings(sounds=False).put_into(Settings(offline=True))

    def every_frame(text: str, settings: CameraSettings) -> CaptureSource:
        return open_source(text, replace(settings, every_frame=True))

    finder = partial(CardFinder, resource_dir() / "finder", threads=1)
    live = LiveServices(finder, every_frame, list)
    window = harness.open_window(settled=False, settings=settings, live=live)
    harness.wait(lambda: window.status.reader.text() == "Reader ready", _SECONDS)
    window.start_live(str(film(harness.folder / "desk.avi")))
    view = window.scan_page.hero.live
    harness.wait(lambda: view.title == "desk.avi has ended", _SECONDS)
    harness.wait(lambda: window.work.live.idle, _SECONDS)
    window.work.live.end()
    harness.wait(lambda: window.work.live.session is None, _SECONDS)
    harness.settle(window)

    query = EntryQuery(descending=False)
    kept = list(window.services.collection.entries(query))
    assert [(e.printing.name, e.quantity) for e in kept] == [("Voltusk", 1), ("Tideling", 1)]
    assert all(e.has_photo for e in kept)
