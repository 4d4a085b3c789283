"""The process is set up before heavy libraries are imported, and says so when it can't be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run(
    script: str, path: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    variables = {k: v for k, v in os.environ.items() if k not in {"OMP_NUM_THREADS", "PYTHONPATH"}}
    if path:
        variables["PYTHONPATH"] = str(path)
    return subprocess.run(
        [sys.executable, "-c", script],
        env=variables | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


PREPARE = """
from cardscanner_gui import environment
from cardscanner_gui.core.errors import WorldError
try:
    environment.prepare(window=True)
except WorldError as error:
    raise SystemExit(str(error))
"""


def test_opencv_works_on_one_thread_from_its_first_call() -> None:
    result = run(PREPARE + "import cv2; print(cv2.getNumThreads())")

    assert result.stdout == "1\n", result.stderr


def test_what_the_user_set_stays() -> None:
    script = PREPARE + "import os; print(os.environ['OMP_NUM_THREADS'])"

    assert run(script, OMP_NUM_THREADS="3").stdout == "3\n"
    assert run(script).stdout == "1\n"


def test_nothing_heavy_is_imported_on_the_way() -> None:
    heavy = "{'cv2', 'onnxruntime', 'PySide6', 'numpy', 'PIL', 'rapidocr'}"
    result = run(PREPARE + f"import sys; print(sorted({heavy} & set(sys.modules)))")

    assert result.stdout == "[]\n", result.stderr


def test_an_opencv_with_its_own_qt_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "cv2" / "qt" / "plugins").mkdir(parents=True)
    (tmp_path / "cv2" / "__init__.py").write_text("")

    result = run(PREPARE, tmp_path)

    assert result.returncode == 1
    assert "pip uninstall -y opencv-python " in result.stderr
    assert "Traceback" not in result.stderr


def test_the_command_line_does_without_a_window_and_does_not_care(tmp_path: Path) -> None:
    (tmp_path / "cv2" / "qt").mkdir(parents=True)
    (tmp_path / "cv2" / "__init__.py").write_text("")

    result = run(PREPARE.replace("window=True", ""), tmp_path)

    assert result.returncode == 0, result.stderr
