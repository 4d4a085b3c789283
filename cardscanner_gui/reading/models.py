"""The OCR models inside the installed rapidocr wheel, opened with our own ONNX Runtime sessions.

Only the wheel's files are used (PP-OCRv6 small, Apache-2.0). Its Python code would bring a second
image pipeline and its own idea of threads; what we need from the models is below 200 lines.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy.typing as npt
import onnxruntime as ort

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, WorldError

DETECTOR = "PP-OCRv6_det_small.onnx"
RECOGNISER = "PP-OCRv6_rec_small.onnx"

_LARGE = 6_000_000
"""Bytes of an input, half a megapixel, after which the memory for it is given back. Kept, that of a
whole card is 0.4 GB for good; a strip's is needed again at once."""


def model_folder() -> Path:
    """Where the rapidocr wheel keeps its models; found without importing the package.

    Raises:
        WorldError: the package is not installed.
    """
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise WorldError("The text reader is missing: the package “rapidocr” is not installed.")
    return Path(spec.submodule_search_locations[0]) / "models"


class Network:
    """One ONNX model with one input and one output, on the CPU.

    Args:
        path: the model file.
        threads: intra-op threads; the physical cores serve best.

    Raises:
        WorldError: the file is missing or isn't a model that ONNX Runtime accepts.
    """

    def __init__(self, path: Path, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Spin inside a run, rest after it: the window's thread needs the core back.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        try:
            self._session = ort.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises many types of its own
            raise WorldError(
                f"The text reader's model {path.name} can't be loaded: {error}"
            ) from error
        self._input = self._session.get_inputs()[0].name

    @property
    def metadata(self) -> dict[str, str]:
        return dict(self._session.get_modelmeta().custom_metadata_map)

    def __call__(
        self, array: npt.NDArray[Any], token: CancelToken | None = None
    ) -> npt.NDArray[Any]:
        """Run once. Raises `CancelledError` within about 20 ms after the token is cancelled."""
        options = ort.RunOptions()
        if array.nbytes > _LARGE:
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        if token is not None:
            token.check()
            token.on_cancel(lambda: setattr(options, "terminate", True))
        try:
            output: npt.NDArray[Any] = self._session.run(None, {self._input: array}, options)[0]
        except Exception:
            if token is not None and token.cancelled:
                raise CancelledError from None
            raise
        return output
