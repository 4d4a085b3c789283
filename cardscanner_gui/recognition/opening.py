"""Opening a picture file, timed."""

from __future__ import annotations

import time
from pathlib import Path

from cardscanner_gui.capture.files import load_frame
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import Frame


def open_picture(path: Path, metrics: Metrics) -> Frame:
    """Decode a picture file, and note how long that took. Raises `PictureError`."""
    started = time.perf_counter()
    frame = load_frame(path)
    metrics.observe("stage_ms", (time.perf_counter() - started) * 1000, stage="decode")
    return frame
