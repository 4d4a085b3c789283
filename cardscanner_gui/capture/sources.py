"""Where moving pictures come from: cameras, video files, picture folders and network streams."""

from __future__ import annotations

import re
from pathlib import Path

from cardscanner_gui.capture.source import CameraSettings, CaptureSource


def open_source(text: str, settings: CameraSettings | None = None) -> CaptureSource:
    """The source that a user's words stand for; it isn't opened yet.

    Args:
        text: a camera's name or index, a video or picture file, a folder of pictures, or a URL.
        settings: for cameras and recordings; the defaults if left out.
    """
    settings = settings or CameraSettings()
    # OpenCV and Pillow take a while to import, and the window starts without them.
    if "://" in text:
        from cardscanner_gui.capture.video import StreamSource

        return StreamSource(text, settings)
    path = Path(text).expanduser()
    if not text.isdigit() and (path.exists() or missing_file(text)):
        return _recording(path, settings)
    from cardscanner_gui.capture.video import CameraSource

    return CameraSource(text, settings)


def missing_file(text: str) -> Path | None:
    """The file or folder that a user's words name although it isn't there; None for cameras."""
    path = Path(text).expanduser()
    if "://" in text or text.startswith("/dev/") or path.exists():
        return None
    # Names of cameras have dots too, as "USB2.0 Camera", but no ending of a file.
    named = re.search(r"[\\/]|\.(?=\w*[a-z])\w{2,4}$", text, re.IGNORECASE)
    return path if named else None


def _recording(path: Path, settings: CameraSettings) -> CaptureSource:
    from cardscanner_gui.capture.collect import SUPPORTED_SUFFIXES

    if path.is_dir() or path.suffix.lower() in SUPPORTED_SUFFIXES:
        from cardscanner_gui.capture.stills import StillsSource

        return StillsSource(path)
    from cardscanner_gui.capture.video import VideoFileSource

    return VideoFileSource(path, settings)
