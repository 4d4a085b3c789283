"""Nothing slow stands between the start of the process and the first window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "PIL",
    "cv2",
    "onnxruntime",
    "psutil",
    "pyqtgraph",
    "rapidocr",
    "sqlite_utils",
    "tokenizers",
    "transformers",
}


def python(*arguments: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "CARDSCANNER_DATA_DIR": str(data_dir),
    }
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_importing_the_window_imports_no_model_and_no_picture_library(tmp_path: Path) -> None:
    script = f"import cardscanner_gui.app, sys; print(sorted({HEAVY!r} & set(sys.modules)))"

    result = python("-c", script, data_dir=tmp_path)

    assert result.stdout == "[]\n", result.stderr


def test_the_window_paints_and_closes_when_asked_to(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"offline": true}')

    result = python("-m", "cardscanner_gui.app", "--measure-first-paint", data_dir=tmp_path)

    assert result.stdout == "first paint\n", result.stderr
    assert result.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
@pytest.mark.parametrize("display", ["", ":4711"])
def test_without_a_screen_one_line_says_so(tmp_path: Path, display: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM"}}
    environment |= {"DISPLAY": display, "WAYLAND_DISPLAY": ""}

    result = subprocess.run(
        [sys.executable, "-m", "cardscanner_gui.app", "--data-dir", str(tmp_path / "data")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert result.returncode == 1
    assert result.stderr.startswith("Error: no window can be opened here")
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_asking_for_help_needs_no_data_folder(tmp_path: Path) -> None:
    result = python("-m", "cardscanner_gui.cli", "--help", data_dir=tmp_path / "none")

    assert result.returncode == 0, result.stderr
    assert not (tmp_path / "none").exists()
