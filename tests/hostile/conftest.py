"""What the tests of harmful files share: small limits, so that they are quick."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cardscanner_gui.capture.decoder.pool import decoders
from cardscanner_gui.capture.decoder.process import Limits
from cardscanner_gui.capture.files import load_frame
from cardscanner_gui.core.errors import PictureError
from tests.hostile.documents import pdf


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> Limits:
    limits = Limits(seconds=1.0, memory=256 * 1024**2)
    monkeypatch.setattr(decoders(), "limits", limits)
    return limits


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[[Path], str]:
    """Opens a file that must be refused in one line with its name; the next one must be read."""
    good = tmp_path / "good one.pdf"
    good.write_bytes(pdf(b"1 0 0 rg 0 0 200 280 re f"))

    def refused(path: Path) -> str:
        with pytest.raises(PictureError) as caught:
            load_frame(path)
        line = str(caught.value)
        assert line.startswith(path.name + ": ")
        assert line.isprintable()
        assert load_frame(good).pixels[5, 5].tolist() == [255, 0, 0]
        return line.removeprefix(path.name + ": ")

    return refused
