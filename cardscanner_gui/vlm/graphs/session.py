"""One ONNX graph that is open: its interface, runs that can be cancelled, and clear errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.vlm.cpu import physical_cores
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.tuning import Tuning

Array = npt.NDArray[Any]

_DTYPES: Mapping[str, Any] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}


class Stop:
    """Ends the runs of one request when its token is cancelled, also from another thread."""

    def __init__(self, token: CancelToken | None = None) -> None:
        self.token = token or CancelToken()
        self.options = ort.RunOptions()
        self.token.on_cancel(self._terminate)

    def check(self) -> None:
        self.token.check()

    def _terminate(self) -> None:
        self.options.terminate = True


class Graph:
    """An open graph. Not for two threads at once.

    Attributes:
        path: the file, which every error names.
        inputs, outputs: dtypes by name.
    """

    def __init__(self, path: Path, tuning: Tuning | None = None, *, optimise: bool = True) -> None:
        """Open the file.

        Args:
            path: the ONNX file; its external data lies beside it.
            tuning: how the session uses processor and memory.
            optimise: let ONNX Runtime optimise the graph; off for one that was saved optimised.

        Raises:
            ModelError: the file is missing, damaged, not a graph, or memory ran out.
        """
        self.path = path
        if not path.is_file():
            raise ModelError(f"{path} is missing. Download the model again.")
        try:
            self.session = ort.InferenceSession(
                str(path),
                session_options(tuning or Tuning(), optimise=optimise),
                providers=["CPUExecutionProvider"],
            )
        except MemoryError as error:
            raise ModelError(_memory_message(path)) from error
        except Exception as error:
            if _out_of_memory(error):
                raise ModelError(_memory_message(path)) from error
            raise ModelError(
                f"{path} can't be opened as a model ({_first_line(error)}). "
                "Verify it or download it again."
            ) from error
        self.inputs = {i.name: _DTYPES.get(i.type) for i in self.session.get_inputs()}
        self.outputs = {o.name: _DTYPES.get(o.type) for o in self.session.get_outputs()}

    def input_shape(self, name: str) -> list[int | str]:
        shapes = {i.name: list(i.shape) for i in self.session.get_inputs()}
        return shapes[name]

    def output_shape(self, name: str) -> list[int | str]:
        shapes = {o.name: list(o.shape) for o in self.session.get_outputs()}
        return shapes[name]

    def require(self, inputs: Sequence[str], outputs: Sequence[str]) -> None:
        """Raise `ModelError` unless the graph has all of these."""
        lacking = [n for n in inputs if n not in self.inputs]
        lacking += [n for n in outputs if n not in self.outputs]
        if lacking:
            raise ModelError(
                f"{self.path} isn't the expected part of a SmolVLM model: it has no "
                f"{', '.join(lacking)}. Download the model again."
            )

    def run(self, feeds: Mapping[str, Array], outputs: Sequence[str], stop: Stop) -> list[Array]:
        """Run once and return arrays of their own.

        Raises:
            CancelledError: the stop's token was cancelled, before or while it ran.
            ModelError: the run failed.
        """
        with self.running(stop):
            results: list[Array] = self.session.run(list(outputs), dict(feeds), stop.options)
            return results

    def run_bound(self, binding: ort.IOBinding, stop: Stop) -> None:
        """Run with inputs and outputs that are bound already; raises as `run` does."""
        with self.running(stop):
            self.session.run_with_iobinding(binding, stop.options)

    @contextmanager
    def running(self, stop: Stop) -> Iterator[None]:
        stop.check()
        try:
            yield
        except MemoryError as error:
            raise ModelError(_memory_message(self.path)) from error
        except Exception as error:
            if stop.token.cancelled:
                raise CancelledError from error
            if _out_of_memory(error):
                raise ModelError(_memory_message(self.path)) from error
            raise ModelError(
                f"{self.path} failed while it ran ({_first_line(error)}). Verify the model, or "
                "prepare it again."
            ) from error


def session_options(tuning: Tuning, *, optimise: bool = True) -> ort.SessionOptions:
    """ONNX Runtime's options for these switches."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = tuning.threads or physical_cores()
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = tuning.arena
    options.enable_mem_pattern = tuning.memory_pattern
    options.log_severity_level = 3
    level = ort.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if optimise else level.ORT_DISABLE_ALL
    entries = {
        "session.intra_op.allow_spinning": str(int(tuning.spin)),
        "session.force_spinning_stop": str(int(not tuning.spin_between_runs)),
    }
    if tuning.affinity:
        entries["session.intra_op_thread_affinities"] = tuning.affinity
    for key, value in entries.items():
        options.add_session_config_entry(key, value)
    return options


def _out_of_memory(error: Exception) -> bool:
    text = str(error).lower()
    return (
        getattr(error, "errno", None) == errno.ENOMEM
        or "bad_alloc" in text
        or "bad allocation" in text
        or "failed to allocate memory" in text
    )


def _memory_message(path: Path) -> str:
    return (
        f"There isn't enough memory to run {path}. Close other programs, or use the smaller model."
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:200]
