"""Opening a picture file, timed."""

from __future__ import annotations

import time
from pathlib import Path

from cardscanner_gui.capture.files import load_draft, load_frame
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import Frame
from cardscanner_gui.recognition.decisions import Journal


def open_picture(
    path: Path,
    metrics: Metrics,
    request_id: str | None = None,
    *,
    draft: bool = False,
    token: CancelToken | None = None,
) -> Frame:
    """Decode a picture file, and note how long that took.

    Args:
        path: the file, or a page of a document.
        metrics: where the time is counted.
        request_id: of the scan that it is opened for; None: the frame's id is.
        draft: only as much as large cards need, where that is quicker.
        token: stops it.

    Raises:
        PictureError: it can't be opened.
        CancelledError: the token was.
    """
    started = time.perf_counter()
    frame = load_draft(path, token) if draft else load_frame(path, token)
    Journal(metrics).decode(request_id or frame.id, (time.perf_counter() - started) * 1000)
    return frame
