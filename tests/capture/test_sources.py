"""Video files, picture folders and streams as sources: real files, a real server on loopback."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from cardscanner_gui.capture.source import CameraSettings, CaptureSource, Pace, SourceError
from cardscanner_gui.capture.sources import open_source
from cardscanner_gui.core.live import SourceState
from cardscanner_gui.core.types import Frame, Pixels

RED, GREEN, BLUE = (200, 30, 30), (30, 200, 30), (30, 30, 200)


def plain(colour: tuple[int, int, int], width: int = 320, height: int = 240) -> Pixels:
    return np.full((height, width, 3), colour, np.uint8)


def colour_of(frame: Frame) -> tuple[int, int, int]:
    """The nearest of the three."""
    mean = frame.pixels.reshape(-1, 3).mean(0)
    return min((RED, GREEN, BLUE), key=lambda c: float(np.abs(mean - c).sum()))


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Ten red frames, ten green, ten blue, at 20 a second."""
    path = tmp_path / "desk.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20, (320, 240))
    for colour in (RED, GREEN, BLUE):
        for _ in range(10):
            writer.write(cv2.cvtColor(plain(colour), cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def read_all(source: CaptureSource) -> list[Frame]:
    source.open()
    frames = list(iter(source.read, None))
    source.close()
    return frames


def test_every_frame_of_a_video_in_order_and_in_its_own_time(video):
    frames = read_all(open_source(str(video), CameraSettings(every_frame=True)))
    assert [colour_of(f) for f in frames] == [RED] * 10 + [GREEN] * 10 + [BLUE] * 10
    times = [f.captured_at - frames[0].captured_at for f in frames]
    assert times == pytest.approx([i / 20 for i in range(30)], abs=1e-4)
    assert len({f.id for f in frames}) == 30
    assert not frames[0].pixels.flags.writeable


def test_a_video_at_its_own_speed_takes_its_time_and_skips_what_comes_too_late(video):
    source = open_source(str(video), CameraSettings())
    assert source.pace is Pace.REAL_TIME
    source.open()
    first = source.read()
    time.sleep(0.75)  # the reader was busy: half of the video is over
    second = source.read()
    rest = list(iter(source.read, None))
    source.close()
    assert first is not None
    assert second is not None
    assert colour_of(first) == RED
    assert colour_of(second) != RED
    assert len(rest) < 16


def test_a_video_can_be_read_again_from_its_beginning(video):
    source = open_source(str(video), CameraSettings(every_frame=True))
    source.open()
    source.read()
    source.close()
    assert colour_of(read_all(source)[0]) == RED


@pytest.mark.parametrize(
    ("settings", "corner"),
    [
        (CameraSettings(), (0, 0)),
        (CameraSettings(quarter_turns=1), (0, -1)),
        (CameraSettings(quarter_turns=2), (-1, -1)),
        (CameraSettings(quarter_turns=-1), (-1, 0)),
        (CameraSettings(mirror=True), (0, -1)),
        (CameraSettings(quarter_turns=1, mirror=True), (0, 0)),
    ],
)
def test_pictures_are_turned_and_mirrored_as_the_camera_stands(tmp_path, settings, corner):
    picture = plain(BLUE)
    picture[:80, :80] = RED  # the scene's top-left
    path = tmp_path / "v.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 240))
    writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    writer.release()
    (frame,) = read_all(
        open_source(
            str(path),
            replace(settings, every_frame=True),
        )
    )
    turned = settings.quarter_turns % 2 == 1
    assert (frame.width, frame.height) == ((240, 320) if turned else (320, 240))
    row = 20 if corner[0] == 0 else -20
    column = 20 if corner[1] == 0 else -20
    assert frame.pixels[row, column, 0] > 150


def test_a_folder_shows_each_picture_for_a_while_and_the_bare_desk_in_between(tmp_path):
    for name, colour in (("2.png", GREEN), ("10.png", BLUE), ("1.png", RED)):
        Image.fromarray(plain(colour)).save(tmp_path / name)
    (tmp_path / "3.png").write_bytes(b"not a picture")
    frames = read_all(open_source(str(tmp_path)))
    shown = [
        Path(source).name
        for (source, coloured), _ in itertools.groupby(
            frames, lambda f: (f.source, bool(np.ptp(f.pixels[0, 0]) > 50))
        )
        if coloured
    ]
    assert shown == ["1.png", "2.png", "10.png"]
    assert np.ptp(frames[-1].pixels) == 0
    assert frames[-1].captured_at > frames[0].captured_at + 3


def test_one_picture_file_is_a_source_too(tmp_path):
    path = tmp_path / "card.png"
    Image.fromarray(plain(GREEN)).save(path)
    assert colour_of(read_all(open_source(str(path)))[0]) == GREEN


@pytest.mark.parametrize("name", ["empty", "broken.avi"])
def test_what_has_no_pictures_is_said_when_it_is_opened(tmp_path, name):
    path = tmp_path / name
    if name == "empty":
        path.mkdir()
    else:
        path.write_bytes(b"this was never a video")
    with pytest.raises(SourceError, match=name) as error:
        open_source(str(path)).open()
    assert error.value.state is SourceState.LOST


def test_a_camera_that_is_not_there_is_lost_and_named():
    with pytest.raises(SourceError, match=r"[Nn]o camera") as error:
        open_source("no such camera 4711").open()
    assert error.value.state is SourceState.LOST


@contextmanager
def mjpeg_server(frames: int) -> Iterator[str]:
    """Serves so many frames over one connection, then breaks it off; gives the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            for number in range(frames):
                colour = (RED, GREEN, BLUE)[number % 3]
                _, data = cv2.imencode(".jpg", cv2.cvtColor(plain(colour), cv2.COLOR_RGB2BGR))
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                try:
                    self.wfile.write(head.encode() + data.tobytes() + b"\r\n")
                except OSError:
                    return
                time.sleep(0.02)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/desk.mjpg"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_network_camera_is_read_until_it_breaks_off(tmp_path):
    with mjpeg_server(frames=40) as url:
        source = open_source(url)
        assert source.pace is Pace.LIVE
        source.open()
        seen: list[tuple[int, int, int]] = []
        with pytest.raises(SourceError) as error:
            seen.extend(map(colour_of, iter(source.read, None)))
        source.close()
    assert error.value.state is SourceState.LOST
    assert {RED, GREEN, BLUE} <= set(seen)
    assert len(seen) > 20


def test_a_network_camera_that_does_not_answer_is_lost_within_its_time_limit():
    with mjpeg_server(frames=1) as url:
        pass  # nobody listens there any more
    with pytest.raises(SourceError, match="doesn't answer") as error:
        open_source(url, CameraSettings(timeout_s=1.0)).open()
    assert error.value.state is SourceState.LOST


def test_the_password_of_a_network_camera_is_shown_nowhere():
    source = open_source("rtsp://ada:secret@127.0.0.1:1/live/a@b", CameraSettings(timeout_s=1.0))
    assert source.name == "rtsp://127.0.0.1:1/live/a@b"
    with pytest.raises(SourceError) as error:
        source.open()
    assert "secret" not in str(error.value)
