"""Other layouts of the same weights: which one a processor multiplies soonest is measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper

from cardscanner_gui.vlm.graphs.linear import Linear, find_linear
from cardscanner_gui.vlm.graphs.model_file import MICROSOFT, ModelFile, attribute

INTEGER = ("MatMulInteger", "ConvInteger")
EXACT_LEVEL = 4
"""Activations as 8-bit integers; unset, they are multiplied as floats, four times as slowly."""


def signed_weights(file: ModelFile) -> int:
    """How many integer products have signed weights."""
    return sum(_dtype(file, node) == np.int8 for node in _products(file))


def flip_signs(file: ModelFile) -> int:
    """Signed weights become unsigned and the other way round: moved by 128, zero points too.

    The products are the same integers. Which kind is exact, and which quick, is the processor's.
    """
    moved: dict[str, str] = {}
    places = 0
    for node in _products(file):
        dtype = _dtype(file, node)
        if dtype not in (np.int8, np.uint8):
            continue
        while len(node.input) < 4:
            node.input.append("")
        zero = node.input[3] or file.add_weight(file.fresh("zero"), np.array(0, dtype))
        for place, name in ((1, node.input[1]), (3, zero)):
            if name not in moved:
                values = file.array(name)
                if values is None:
                    return 0
                moved[name] = file.add_weight(file.fresh(name), _flipped(values))
            node.input[place] = moved[name]
        places += 1
    file.refresh()
    file.drop_unused()
    return places


def in_blocks(file: ModelFile, block: int) -> int:
    """Integer products become `MatMulNBits` of 8 bits: the same weights, activations by block."""
    places = 0
    for node in list(file.graph.node):
        if node.op_type != "Mul" or node.output[0] not in file.makers:
            continue
        layer = find_linear(file, node.output[0])
        if layer is not None and layer.kind == "MatMulInteger":
            places += _block(file, layer, block)
    if places:
        file.need_domain()
        file.drop_unused()
    return places


def exact_level(file: ModelFile) -> int:
    """Let weights of few bits be multiplied by 8-bit activations."""
    places = 0
    for node in file.graph.node:
        if node.op_type == "MatMulNBits" and attribute(node, "accuracy_level", 0) != EXACT_LEVEL:
            kept = [a for a in node.attribute if a.name != "accuracy_level"]
            del node.attribute[:]
            node.attribute.extend([*kept, helper.make_attribute("accuracy_level", EXACT_LEVEL)])
            places += 1
    return places


def _products(file: ModelFile) -> list[onnx.NodeProto]:
    return [n for n in file.graph.node if n.op_type in INTEGER and file.is_weight(n.input[1])]


def _dtype(file: ModelFile, node: onnx.NodeProto) -> np.dtype[Any] | None:
    values = file.array(node.input[1])
    return None if values is None else values.dtype


def _flipped(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """128 more or less, in the other type: the highest bit turns."""
    other = np.uint8 if values.dtype == np.int8 else np.int8
    return (values.view(np.uint8) ^ np.uint8(128)).view(other)


def _block(file: ModelFile, layer: Linear, block: int) -> int:
    product, _, scale, _ = layer.nodes
    weights, zero = file.array(product.input[1]), file.array(product.input[3])
    factor = next((a for a in map(file.array, scale.input) if a is not None), None)
    if weights is None or zero is None or factor is None:
        return 0
    if weights.dtype == np.int8:
        weights, zero = _flipped(weights), _flipped(zero)
    inputs, outputs = weights.shape
    blocks = -(-inputs // block)
    padded = np.zeros((outputs, blocks * block), np.uint8)
    padded[:, :inputs] = weights.T
    name = file.fresh(layer.output)
    each = np.broadcast_to(factor.astype(np.float32).reshape(-1, 1), (outputs, blocks))
    constants = [
        file.add_weight(f"{name}.weight", padded.reshape(outputs, blocks, block)),
        file.add_weight(f"{name}.scale", np.ascontiguousarray(each).reshape(-1)),
    ]
    if np.any(zero != 128):
        zeros = np.ascontiguousarray(np.broadcast_to(zero.reshape(-1, 1), (outputs, blocks)))
        constants.append(file.add_weight(f"{name}.zero", zeros.reshape(-1)))
    blocked = helper.make_node(
        "MatMulNBits",
        [layer.source, *constants],
        [layer.output],
        name,
        domain=MICROSOFT,
        K=inputs,
        N=outputs,
        bits=8,
        block_size=block,
        accuracy_level=EXACT_LEVEL,
    )
    file.insert(layer.nodes[-1], [blocked])
    file.remove_nodes(layer.nodes)
    return 1
