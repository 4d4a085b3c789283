"""Opening a picture is a decision in the log too, so that its time can be counted again."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PIL import Image

from cardscanner_gui.core.errors import PictureError
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.logs import DECISIONS_FILE, set_up_logging
from cardscanner_gui.recognition.decisions import read_decisions
from cardscanner_gui.recognition.opening import open_picture
from tests.decision_log import figures_from


def test_the_time_of_opening_is_in_the_log(tmp_path: Path) -> None:
    picture = tmp_path / "card.png"
    Image.new("RGB", (60, 40), (9, 9, 9)).save(picture)
    metrics = Metrics()
    level = logging.getLogger().level
    set_up_logging(tmp_path / "logs")
    try:
        open_picture(picture, metrics, "asked")
        frame = open_picture(picture, metrics)
        with pytest.raises(PictureError):
            open_picture(tmp_path / "missing.png", metrics, "missing")
    finally:
        set_up_logging(None)
        logging.getLogger().setLevel(level)
    file = tmp_path / "logs" / DECISIONS_FILE
    told = [(line["what"], line["request"]) for line in read_decisions(file)]
    assert told == [("decode", "asked"), ("decode", frame.id)]
    counted = metrics.snapshot().distribution("stage_ms", stage="decode")
    assert counted.count == 2
    assert figures_from(file).distribution("stage_ms", stage="decode") == counted
