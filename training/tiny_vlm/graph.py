"""A small builder of ONNX graphs whose linear layers may be quantised as published files are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
VARIANTS = ("fp32", "int8", "uint8", "quantized", "q4", "fp16")
Q4_BLOCK = 32


class GraphBuilder:
    """Collects nodes and initializers; each `op` returns the name of its first output.

    Args:
        variant: how `linear` keeps its weights: `fp32`, `fp16`, `int8` or `uint8` (dynamic, one
            scale a matrix; `quantized` is another name for it), `q4` (blocks of 32).
    """

    def __init__(self, variant: str = "fp32") -> None:
        if variant not in VARIANTS:
            raise ValueError(f"no such variant: {variant}")
        self.variant = variant
        self._nodes: list[onnx.NodeProto] = []
        self._weights: dict[str, onnx.TensorProto] = {}
        self._quantised: dict[str, tuple[str, str, str]] = {}

    def weight(self, name: str, value: npt.NDArray[Any]) -> str:
        if name not in self._weights:
            self._weights[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def ints(self, *values: int) -> str:
        return self.weight("i_" + "_".join(map(str, values)), np.array(values, np.int64))

    def scalar(self, value: float, dtype: Any = np.float32) -> str:
        return self.weight(f"s_{np.dtype(dtype).name}_{value}", np.array(value, dtype))

    def floats(self, name: str, value: npt.NDArray[np.float32]) -> str:
        """A weight in the graph's own precision."""
        return self.weight(name, value.astype(np.float16) if self.variant == "fp16" else value)

    def narrow(self, x: str) -> str:
        """From single precision to the graph's own."""
        return self.op("Cast", [x], to=TensorProto.FLOAT16) if self.variant == "fp16" else x

    def widen(self, x: str) -> str:
        """From the graph's own precision to single."""
        return self.op("Cast", [x], to=TensorProto.FLOAT) if self.variant == "fp16" else x

    def op(
        self,
        kind: str,
        inputs: Sequence[str],
        outputs: Sequence[str] | None = None,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        names = list(outputs) if outputs else [f"t{len(self._nodes)}"]
        node = helper.make_node(
            kind, list(inputs), names, f"/{kind}_{len(self._nodes)}", domain=domain, **attributes
        )
        self._nodes.append(node)
        return names[0]

    def linear(self, x: str, name: str, weight: npt.NDArray[np.float32]) -> str:
        """`x @ weight.T` without bias; `weight` is out x in, as torch keeps it."""
        columns = weight.T
        if self.variant in ("fp32", "fp16"):
            return self.op("MatMul", [x, self.floats(name, columns)], [name + ".out"])
        if self.variant == "q4":
            return self._linear_q4(x, name, weight)
        if x not in self._quantised:
            names = (x + ".q", x + ".scale", x + ".zero")
            self.op("DynamicQuantizeLinear", [x], names)
            self._quantised[x] = names
        values, scale, zero = quantise_matrix(columns, signed=self.variant == "int8")
        q, q_scale, q_zero = self._quantised[x]
        integers = self.op(
            "MatMulInteger",
            [
                q,
                self.weight(name + "_quantized", values),
                q_zero,
                self.weight(name + "_zero", zero),
            ],
        )
        product = self.op("Mul", [q_scale, self.weight(name + "_scale", scale)])
        floats = self.op("Cast", [integers], to=TensorProto.FLOAT)
        return self.op("Mul", [floats, product], [name + ".out"])

    def _linear_q4(self, x: str, name: str, weight: npt.NDArray[np.float32]) -> str:
        packed, scales = quantise_blocks(weight)
        return self.op(
            "MatMulNBits",
            [x, self.weight(name + "_q4", packed), self.weight(name + "_scales", scales)],
            [name + ".out"],
            domain=MICROSOFT,
            K=weight.shape[1],
            N=weight.shape[0],
            bits=4,
            block_size=Q4_BLOCK,
        )

    def save(
        self,
        path: Path,
        inputs: Sequence[onnx.ValueInfoProto],
        outputs: Sequence[onnx.ValueInfoProto],
    ) -> None:
        graph = helper.make_graph(
            self._nodes, path.stem, list(inputs), list(outputs), list(self._weights.values())
        )
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, path)


def quantise_matrix(
    values: npt.NDArray[np.float32], *, signed: bool
) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32], npt.NDArray[Any]]:
    """One scale for the whole matrix: (integers, scale, zero point), symmetric where signed."""
    if signed:
        scale = np.float32(max(np.abs(values).max() / 127, 1e-12))
        integers = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
        return integers, np.array(scale, np.float32), np.array(0, np.int8)
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    scale = np.float32(max((high - low) / 255, 1e-12))
    zero = round(-low / float(scale))
    unsigned = np.clip(np.rint(values / scale) + zero, 0, 255).astype(np.uint8)
    return unsigned, np.array(scale, np.float32), np.array(zero, np.uint8)


def quantise_blocks(
    weight: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Symmetric 4-bit blocks along the input, as `MatMulNBits` wants them (zero point 8)."""
    rows, columns = weight.shape
    blocks = -(-columns // Q4_BLOCK)
    padded = np.zeros((rows, blocks * Q4_BLOCK), np.float32)
    padded[:, :columns] = weight
    grouped = padded.reshape(rows, blocks, Q4_BLOCK)
    scales = np.maximum(np.abs(grouped).max(-1) / 7, 1e-12).astype(np.float32)
    nibbles = np.clip(np.rint(grouped / scales[..., None]) + 8, 0, 15).astype(np.uint8)
    packed: npt.NDArray[np.uint8] = nibbles[..., 0::2] | (nibbles[..., 1::2] << 4)
    return packed, scales.reshape(-1)
