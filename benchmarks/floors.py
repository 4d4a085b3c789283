"""What this machine could do at best: how fast it reads memory and multiplies matrices.

python -m benchmarks.floors [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnxruntime as ort
from onnx import GraphProto, TensorProto, helper

from cardscanner_gui.vlm.cpu import physical_cores
from cardscanner_gui.vlm.key_values import CacheShape
from cardscanner_gui.vlm.plan import Plan
from training.tiny_vlm.shapes import Shape


def token_bytes(folder: Path, plan: Plan, shape: CacheShape, context: int) -> int:
    """What one token reads at least: every weight of the decoder once, and the cache before it."""
    decoder = folder / plan.graphs["decoder"].path
    weights = sum(path.stat().st_size for path in decoder.parent.glob(f"{decoder.name}*"))
    return weights + context * shape.bytes_per_position


def tile_floor(shape: Shape) -> float:
    """Seconds of a tile's multiplications, as fast as this machine can."""
    side, patches = shape.vision_hidden, shape.patches_per_side**2
    linear = patches * shape.vision_layers * (4 * side**2 + 2 * side * shape.vision_intermediate)
    linear += patches * side * shape.hidden  # the connector reads shuffled patches
    attention = 2 * shape.vision_layers * patches**2 * side
    return linear / integer_rate() + attention / float_rate()


@contextmanager
def memory_reader(total: int) -> Iterator[Callable[[], None]]:
    """Reads so many bytes once with all cores, each time it is called."""
    cores = physical_cores()
    parts = [np.ones(total // 8 // cores, np.int64) for _ in range(cores)]
    with ThreadPoolExecutor(cores) as pool:
        yield lambda: void(list(pool.map(np.bitwise_or.reduce, parts)))


def void(_: object) -> None:
    """Drop a result."""


def memory_bandwidth(megabytes: int = 384, rounds: int = 5) -> float:
    """Bytes a second that all cores together read, best of several rounds."""
    total = megabytes * 1_000_000
    with memory_reader(total) as read:
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


def _runner(graph: GraphProto, feeds: dict[str, np.ndarray]) -> Callable[[], object]:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    options = ort.SessionOptions()
    options.intra_op_num_threads = physical_cores()
    session = ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return lambda: session.run(None, feeds)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what this machine could do at best.")
    parser.add_argument("--quick", action="store_true", help="less memory, fewer rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    options = parser.parse_args()
    bandwidth = memory_bandwidth(128, 2) if options.quick else memory_bandwidth()
    figures = {
        "memory_gb_s": round(bandwidth / 1e9, 1),
        "products_8_bit_gop_s": round(2 * integer_rate() / 1e9),
        "products_32_bit_gop_s": round(2 * float_rate() / 1e9),
    }
    for name, value in figures.items():
        print(f"{name:24} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
