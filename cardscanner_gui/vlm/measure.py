"""Short measurements that decide which graph is used: does it agree, and is it faster here?"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from onnx import TensorProto, helper

from cardscanner_gui.vlm.decoder import Decoder
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.session import Graph, Stop
from cardscanner_gui.vlm.pictures import tile_feeds

Floats = npt.NDArray[np.float32]

PROMPT, SINGLE, CHUNK = 72, 40, 8
ROUNDS = 5


def signed_products_saturate() -> bool:
    """Whether this processor's 8-bit products lose bits when the weights are signed.

    Without instructions for dot products two products are added in 16 bits, which can overflow. One
    product of extreme values, compared with the exact one, tells.
    """
    size = 64
    activations = np.full((1, size), 255, np.uint8)
    weights = np.full((size, size), 127, np.int8)
    nodes = [helper.make_node("MatMulInteger", ["a", "b"], ["y"])]
    graph = helper.make_graph(
        nodes,
        "probe",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [1, size])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [1, size])],
        [helper.make_tensor("b", TensorProto.INT8, [size, size], weights.tobytes(), raw=True)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    product = session.run(None, {"a": activations})[0]
    return bool(np.any(product != activations.astype(np.int64) @ weights.astype(np.int64)))


def suitable_variant() -> str:
    """The variant to download for this processor: the quickest whose integers are exact on it."""
    return "uint8" if signed_products_saturate() else "int8"


def decoder_sample(decoder: Decoder, stop: Stop, seed: int = 0, *, chunks: bool = True) -> Floats:
    """Logits along a short read: a prompt, one token, a chunk, and again after going back.

    Without `chunks` the chunk's positions come one by one: decoders that differ in whether they can
    take them at once are comparable only so, since quantised ones scale by what a run sees.
    """
    values = _random(decoder, seed, PROMPT + 1 + CHUNK)
    cache = decoder.new_cache(PROMPT + 1 + CHUNK)
    rows = [decoder.forward(cache, values[:PROMPT], [PROMPT - 1], stop)]
    rows.append(decoder.forward(cache, values[PROMPT : PROMPT + 1], [0], stop))
    chunk = values[PROMPT + 1 :]
    parts = [chunk] if chunks else [value[None] for value in chunk]
    for _ in range(2):
        cache.truncate(PROMPT + 1)
        rows += [decoder.forward(cache, p, sorted({0, len(p) - 1}), stop) for p in parts]
    return np.concatenate(rows)


def appends_chunks(decoder: Decoder, tolerance: float, stop: Stop) -> bool:
    """Whether several positions at once can follow others, and give what they give one by one."""
    values = _random(decoder, 2, 2 * CHUNK)
    caches = [decoder.new_cache(2 * CHUNK) for _ in range(2)]
    for cache in caches:
        decoder.forward(cache, values[:CHUNK], [0], stop)
    single = [decoder.forward(caches[0], value[None], [0], stop) for value in values[CHUNK:]]
    try:
        chunk = decoder.forward(caches[1], values[CHUNK:], range(CHUNK), stop)
    except ModelError:
        return False
    # Quantised graphs scale by what they see in a run, which is less for a single position.
    return difference(chunk, np.concatenate(single)) <= 10 * tolerance


class ReadTime(NamedTuple):
    """Seconds of a usual answer, and of one token of it."""

    seconds: float
    token: float


def compare_reads(decoders: Sequence[Decoder], stop: Stop, rounds: int = ROUNDS) -> list[ReadTime]:
    """How long one read takes with each decoder: a prompt, single tokens, a chunk.

    The decoders take turns at every step, and each kind of step counts with its least time, so that
    a busy moment decides nothing.
    """
    reads = [_Read(decoder, stop) for decoder in decoders]
    for turn in range(rounds + 1):
        for start, end in _STEPS:
            for read in reads:
                read.step(start, end, counts=turn > 0)
    return [read.time for read in reads]


_STEPS = (
    (0, PROMPT),
    *((place, place + 1) for place in range(PROMPT, PROMPT + SINGLE)),
    (PROMPT + SINGLE, PROMPT + SINGLE + CHUNK),
)


class _Read:
    """One decoder's read, which starts anew with its first step."""

    def __init__(self, decoder: Decoder, stop: Stop) -> None:
        self._decoder, self._stop = decoder, stop
        self._values = _random(decoder, 1, _STEPS[-1][1])
        self._cache = decoder.new_cache(len(self._values))
        self._least: dict[int, float] = {}

    def step(self, start: int, end: int, *, counts: bool) -> None:
        if start == 0:
            self._cache.truncate(0)
        begun = time.perf_counter()
        rows = [end - start - 1]
        self._decoder.forward(self._cache, self._values[start:end], rows, self._stop)
        spent = time.perf_counter() - begun
        if counts:
            self._least[end - start] = min(spent, self._least.get(end - start, spent))

    @property
    def time(self) -> ReadTime:
        seconds = sum(self._least[end - start] for start, end in _STEPS)
        return ReadTime(seconds, self._least[1])


def vision_sample(graph: Graph, tile: int, seed: int = 0) -> dict[str, npt.NDArray[np.generic]]:
    """One random tile, as the graph wants it."""
    values = np.random.default_rng(seed).standard_normal((3, tile, tile), np.float32)
    return tile_feeds(graph, np.clip(values, -1, 1))


def difference(own: Floats, reference: Floats) -> float:
    """Largest difference as a part of the reference's largest value."""
    return float(np.abs(own - reference).max() / max(float(np.abs(reference).max()), 1e-9))


def compare_times(tasks: Sequence[Callable[[], None]], rounds: int = ROUNDS) -> list[float]:
    """Fewest seconds of each task, run in turn.

    What else the machine does only ever adds time, so the least of several runs is the task's own.
    """
    times: list[list[float]] = [[] for _ in tasks]
    for task in tasks:
        task()
    for _ in range(rounds):
        for task, spent in zip(tasks, times, strict=True):
            begun = time.perf_counter()
            task()
            spent.append(time.perf_counter() - begun)
    return [min(spent) for spent in times]


def _random(decoder: Decoder, seed: int, positions: int) -> Floats:
    values = np.random.default_rng(seed).standard_normal((positions, decoder.hidden), np.float32)
    return (values * 0.1).astype(np.float32)
