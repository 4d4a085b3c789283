"""Small parts that everything else stands on: lanes, pictures, defaults of a copy."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cardscanner_gui.capture.decoder.pool import decoders
from cardscanner_gui.capture.decoder.process import Limits
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.images import decoded, reduced, to_image
from cardscanner_gui.store.photos import encode_photo
from tests.hostile.documents import form_bomb


@pytest.fixture
def lane(qtbot: QtBot):
    lane = Lane("test", 1)
    yield lane
    lane.close()


def test_work_runs_in_order_elsewhere_and_comes_back_here(lane: Lane, qtbot: QtBot) -> None:
    worked: list[str] = []
    arrived: list[tuple[int, str]] = []
    for number in range(20):
        lane.run(
            lambda n=number: worked.append(threading.current_thread().name) or n,
            lambda n: arrived.append((n, threading.current_thread().name)),
        )
    qtbot.waitUntil(lambda: lane.idle, timeout=60_000)
    assert [n for n, _ in arrived] == list(range(20))
    assert {name for _, name in arrived} == {"MainThread"}
    assert all(name.startswith("test") for name in worked)


def test_a_failure_is_one_line_and_a_bug_is_logged(lane: Lane, qtbot: QtBot, caplog) -> None:
    def fail() -> None:
        raise WorldError("The disk is full.")

    lines: list[str] = []
    lane.failed.connect(lines.append)
    lane.run(fail)
    lane.run(lambda: 1 / 0)
    qtbot.waitUntil(lambda: lane.idle, timeout=60_000)
    assert lines[0] == "The disk is full."
    assert "ZeroDivisionError" in lines[1]
    assert "ZeroDivisionError" in caplog.text


def test_draining_finishes_what_waits_and_closing_drops_it(qtbot: QtBot) -> None:
    for close, expected in (("drain", 5), ("close", 1)):
        lane = Lane("test", 1)
        gate, done = threading.Event(), []

        def work(gate: threading.Event = gate, done: list[int] = done) -> None:
            gate.wait(60)
            done.append(1)

        for _ in range(5):
            lane.run(work)
        threading.Timer(0.5, gate.set).start()
        getattr(lane, close)()
        assert len(done) == expected


def test_closing_waits_for_no_file_that_takes_long_to_open(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoders(), "limits", Limits(seconds=10_000.0, memory=1024**3))
    begun, really = threading.Event(), decoders().picture
    monkeypatch.setattr(decoders(), "picture", lambda *asked: begun.set() or really(*asked))
    path = tmp_path / "forms.pdf"
    path.write_bytes(form_bomb())
    lane = Lane("test", 1)
    pictures = PictureSource(None, lane, lane)  # type: ignore[arg-type]
    pictures.file("key", str(path), lambda image: None, lambda line: None)
    assert begun.wait(60)
    closing = threading.Thread(target=lane.close, daemon=True)
    closing.start()
    closing.join(60)
    assert not closing.is_alive()


def test_a_picture_owns_its_memory_whatever_the_array_is_a_part_of() -> None:
    pixels = np.zeros((40, 61, 3), np.uint8)
    pixels[5:15, 7:20] = (200, 100, 50)
    image = to_image(pixels[5:15, 7:20])
    pixels[:] = 0
    assert (image.width(), image.height()) == (13, 10)
    assert image.pixelColor(12, 9).getRgb()[:3] == (200, 100, 50)


def test_pictures_are_reduced_in_proportion_and_never_enlarged() -> None:
    tall = np.full((3001, 1501, 3), 90, np.uint8)
    small = reduced(tall, 300)
    assert (small.width(), small.height()) == (150, 300)
    assert small.pixelColor(149, 299).getRgb()[:3] == (90, 90, 90)
    assert reduced(tall[:20, :30], 300).width() == 30


def test_stored_photos_are_decoded_at_the_size_they_are_shown() -> None:
    jpeg = encode_photo(np.full((880, 630, 3), 120, np.uint8))
    assert decoded(jpeg).height() == 880
    assert decoded(jpeg, 220).height() == 220
    assert decoded(b"no picture").isNull()
