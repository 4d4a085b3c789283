"""Cameras, video files and network streams, all through OpenCV."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np

from cardscanner_gui.capture.cameras import CameraInfo, find_camera, why_not_opened
from cardscanner_gui.capture.source import CameraSettings, Pace, SourceError
from cardscanner_gui.core.addresses import shown_address
from cardscanner_gui.core.live import SourceState
from cardscanner_gui.core.types import Frame, Pixels, read_only

_USUAL_RATE = 30.0
_MOST_SKIPPED = 10
_TURNS = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)
_EXPOSURE_MODES = {True: (1, 3), False: (0, 1)}
"""Manual and automatic `CAP_PROP_AUTO_EXPOSURE`, with V4L2 and with the other backends."""


class _Video:
    """What the three have in common: an open capture, and its pictures as frames."""

    pace = Pace.LIVE

    def __init__(self, name: str, settings: CameraSettings) -> None:
        self.name = name
        self.settings = settings
        self._capture: cv2.VideoCapture | None = None
        self._count = 0

    def close(self) -> None:
        """Let go of the device; calling it again does nothing."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _opened(self) -> cv2.VideoCapture:
        if self._capture is None:
            raise RuntimeError("open() comes first")
        return self._capture

    def _frame(self, picture: Pixels, captured_at: float) -> Frame:
        self._count += 1
        pixels = prepared(picture, self.settings)
        return Frame(f"{self.name}#{self._count}", pixels, captured_at, self.name)

    def _next_or_lost(self) -> Frame:
        """The next frame of something that has no end. Raises `SourceError`."""
        fine, picture = self._opened().read()
        if not fine or picture is None:
            raise SourceError(SourceState.LOST, f"{self.name}: the picture broke off.")
        return self._frame(np.asarray(picture, np.uint8), time.time())


class CameraSource(_Video):
    """A camera of this machine.

    Args:
        text: its name, part of its name, its index or its id; looked up at each `open`, because
            indices change when cameras are plugged in and out.
    """

    def __init__(self, text: str, settings: CameraSettings) -> None:
        super().__init__(text if not text.isdigit() else f"Camera {text}", settings)
        self._text = text

    def open(self) -> None:
        """Find the camera and start it. Raises `SourceError`."""
        self.close()
        cv2.utils.logging.setLogLevel(
            cv2.utils.logging.LOG_LEVEL_SILENT
        )  # what it would print, the error says better
        camera = find_camera(self._text)
        self.name = camera.name
        capture = cv2.VideoCapture(camera.index, camera.backend)
        if not capture.isOpened():
            capture.release()
            raise why_not_opened(camera)
        self._capture = capture
        self._set_up(capture, camera)

    def read(self) -> Frame:
        """The next frame. Raises `SourceError` when the camera is gone."""
        return self._next_or_lost()

    def _set_up(self, capture: cv2.VideoCapture, camera: CameraInfo) -> None:
        settings = self.settings
        # Uncompressed video of this size doesn't fit through USB 2 at 30 frames a second.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        if settings.width and settings.height:
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, settings.width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, settings.height)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        manual, automatic = _EXPOSURE_MODES[camera.backend == cv2.CAP_V4L2]
        if settings.exposure is not None:
            capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, manual)
            capture.set(cv2.CAP_PROP_EXPOSURE, settings.exposure)
        else:
            # Linux keeps a camera's choices after the program that made them has ended.
            capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, automatic)
        fine, _ = capture.read()
        if not fine:
            # V4L2 opens for several programs, and gives pictures to the first.
            self.close()
            raise why_not_opened(camera)


class StreamSource(_Video):
    """A camera on the network: an RTSP or MJPEG URL, whose user and password are shown nowhere."""

    def __init__(self, url: str, settings: CameraSettings) -> None:
        super().__init__(shown_address(url), settings)
        self._url = url

    def open(self) -> None:
        """Connect. Raises `SourceError` when nothing answers in time."""
        self.close()
        _silence_opencv()
        limit = round(self.settings.timeout_s * 1000)
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, limit, cv2.CAP_PROP_READ_TIMEOUT_MSEC, limit]
        capture = cv2.VideoCapture(self._url, cv2.CAP_FFMPEG, limits)
        if not capture.isOpened():
            capture.release()
            raise SourceError(SourceState.LOST, f"{self.name} doesn't answer.")
        self._capture = capture

    def read(self) -> Frame:
        """The next frame. Raises `SourceError` when the stream ends."""
        return self._next_or_lost()


class VideoFileSource(_Video):
    """A video file at its own speed, or every frame of it as fast as they are taken.

    At its own speed late frames are skipped, as a camera would. Otherwise `captured_at` tells the
    video's time, not the clock's.

    Attributes:
        started_at: when it was opened, in seconds since the epoch.
    """

    def __init__(self, path: Path, settings: CameraSettings) -> None:
        super().__init__(str(path), settings)
        self.pace = Pace.ASKED if settings.every_frame else Pace.REAL_TIME
        self._path = path
        self._rate = _USUAL_RATE
        self.started_at = 0.0
        self._position = 0

    def open(self) -> None:
        """Open the file from its beginning. Raises `SourceError`."""
        self.close()
        if not self._path.exists():
            raise SourceError(SourceState.LOST, f"There is no file {self._path}.")
        _silence_opencv()
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        if not capture.isOpened():
            capture.release()
            raise SourceError(SourceState.LOST, f"{self._path.name} can't be read as a video.")
        self._capture = capture
        rate = capture.get(cv2.CAP_PROP_FPS)
        self._rate = rate if 0 < rate <= 1000 else _USUAL_RATE
        self.started_at = time.time()
        self._position = 0

    def read(self) -> Frame | None:
        """The next frame when its time has come; None after the last."""
        capture = self._opened()
        skipped = 0
        while capture.grab():
            due = self.started_at + self._position / self._rate
            self._position += 1
            if self.pace is Pace.REAL_TIME:
                late = time.time() - due
                # A machine that can't keep up at all sees a few frames rather than none.
                if late > 1 / self._rate and skipped < _MOST_SKIPPED:
                    skipped += 1
                    continue
                time.sleep(max(0.0, -late))
            fine, picture = capture.retrieve()
            if fine:
                return self._frame(np.asarray(picture, np.uint8), due)
        return None


def prepared(picture: Pixels, settings: CameraSettings) -> Pixels:
    """OpenCV's picture as ours: RGB, turned and mirrored as the settings say, read-only."""
    pixels = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    turn = _TURNS[settings.quarter_turns % 4]
    if turn is not None:
        pixels = cv2.rotate(pixels, turn)
    if settings.mirror:
        pixels = cv2.flip(pixels, 1)
    return read_only(np.asarray(pixels, np.uint8))


def _silence_opencv() -> None:
    """What it prints about a camera that doesn't open, our error says better."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
