"""What this machine could do at best: how fast it reads memory and multiplies matrices."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper

from cardscanner_gui.vlm.cpu import physical_cores


def memory_bandwidth(megabytes: int = 384, rounds: int = 5) -> float:
    """Bytes a second that all cores together read, best of several rounds."""
    cores = physical_cores()
    parts = [np.ones(megabytes * 1_000_000 // 8 // cores, np.int64) for _ in range(cores)]
    total = sum(part.nbytes for part in parts)
    with ThreadPoolExecutor(cores) as pool:

        def read() -> None:
            list(pool.map(np.bitwise_or.reduce, parts))

        return total / best_of(read, rounds)


def integer_rate(rows: int = 1024, inner: int = 768, columns: int = 3072) -> float:
    """Multiply-adds a second of 8-bit products with unsigned weights, as one large node."""
    rng = np.random.default_rng(0)
    weights = rng.integers(0, 255, (inner, columns), np.uint8)
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["y"])],
        "products",
        [value("a", TensorProto.UINT8, [rows, inner])],
        [value("y", TensorProto.INT32, [rows, columns])],
        [helper.make_tensor("b", TensorProto.UINT8, [inner, columns], weights.tobytes(), raw=True)],
    )
    feeds = {"a": rng.integers(0, 255, (rows, inner), np.uint8)}
    return rows * inner * columns / best_of(_runner(graph, feeds), 7)


def float_rate(size: int = 1024) -> float:
    """Multiply-adds a second of 32-bit products."""
    rng = np.random.default_rng(0)
    values = rng.standard_normal((size, size), np.float32)
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["a", "b"], ["y"])],
        "products",
        [value("a", TensorProto.FLOAT, [size, size])],
        [value("y", TensorProto.FLOAT, [size, size])],
        [helper.make_tensor("b", TensorProto.FLOAT, [size, size], values.tobytes(), raw=True)],
    )
    return size**3 / best_of(_runner(graph, {"a": values}), 7)


def best_of(task: Callable[[], object], rounds: int) -> float:
    """Fewest seconds of several runs, after one that doesn't count."""
    task()
    spent = []
    for _ in range(rounds):
        begun = time.perf_counter()
        task()
        spent.append(time.perf_counter() - begun)
    return min(spent)


def _runner(graph: object, feeds: dict[str, np.ndarray]) -> Callable[[], object]:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    options = ort.SessionOptions()
    options.intra_op_num_threads = physical_cores()
    session = ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return lambda: session.run(None, feeds)
