"""What must happen before Qt, OpenCV and ONNX Runtime are imported."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path

from cardscanner_gui.core.errors import WorldError

_VARIABLES = {
    # The inference thread owns the cores; pools of other libraries would fight it for them, and
    # each spins for a while after its work is done.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # The decoder mostly reads one token at a time, for which ONNX Runtime's tiled attention is the
    # slower one.
    "ORT_GQA_DISABLE_FLASH_ATTENTION": "1",
}


def prepare(*, window: bool = False) -> None:
    """Set the process up; the first call of every `main`.

    What the user set in the environment stays as it is.

    Args:
        window: whether Qt will be imported.

    Raises:
        WorldError: another OpenCV is installed whose Qt would break the window.
    """
    for name, value in _VARIABLES.items():
        os.environ.setdefault(name, value)
    _replace_missing_streams()
    if window:
        _refuse_foreign_qt()
        if sys.platform == "win32":
            # Qt brings an older C++ runtime into the process; ONNX Runtime must find its own first.
            importlib.import_module("onnxruntime")


def _replace_missing_streams() -> None:
    """A windowed build has no standard streams, and libraries print to them all the same."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Open as long as the process lives, like the stream it stands for.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123


def _refuse_foreign_qt() -> None:
    """`opencv-python` overwrites the headless OpenCV and brings its own Qt, which PySide6 loads."""
    spec = importlib.util.find_spec("cv2")
    if spec is None or spec.origin is None:
        return
    if (Path(spec.origin).parent / "qt").is_dir():
        raise WorldError(
            "opencv-python is installed in place of opencv-python-headless, and its own Qt breaks "
            "the window. Run: python -m pip uninstall -y opencv-python opencv-contrib-python "
            "&& python -m pip install --force-reinstall --no-deps opencv-python-headless"
        )
