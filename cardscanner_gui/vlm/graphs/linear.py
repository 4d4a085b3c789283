"""Linear layers in a graph, in the ways that published files write them, and packing of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper

from cardscanner_gui.vlm.graphs.model_file import ModelFile, attribute


@dataclass(frozen=True)
class Linear:
    """One product with constant weights.

    Attributes:
        kind: `MatMul`, `MatMulInteger` (dynamically quantised) or `MatMulNBits`.
        source: the value that is multiplied (before its quantisation).
        output: the product as floats.
        nodes: what makes it, first to last.
    """

    kind: str
    source: str
    output: str
    nodes: tuple[onnx.NodeProto, ...]

    def outputs(self, file: ModelFile) -> int:
        """How many columns the product has."""
        node = self.nodes[0]
        if self.kind == "MatMulNBits":
            return int(attribute(node, "N"))
        weights = file.array(node.input[1])
        return 0 if weights is None else int(weights.shape[1])


def find_linear(file: ModelFile, output: str) -> Linear | None:
    """The linear layer that makes this value, None if something else does."""
    node = file.makers.get(output)
    if node is None:
        return None
    if node.op_type in ("MatMul", "MatMulNBits") and file.is_weight(node.input[1]):
        return Linear(node.op_type, node.input[0], output, (node,))
    return _find_quantised(file, node) if node.op_type == "Mul" else None


def _find_quantised(file: ModelFile, last: onnx.NodeProto) -> Linear | None:
    """`MatMulInteger -> Cast -> Mul` by the product of the two scales."""
    for cast_name, scale_name in (tuple(last.input), tuple(last.input)[::-1]):
        cast, scales = file.maker(cast_name, "Cast"), file.maker(scale_name, "Mul")
        if cast is None or scales is None:
            continue
        product = file.maker(cast.input[0], "MatMulInteger")
        if product is None or len(product.input) < 4 or not file.is_weight(product.input[1]):
            continue
        quantise = file.maker(product.input[0], "DynamicQuantizeLinear")
        if quantise is None:
            continue
        return Linear(
            "MatMulInteger", quantise.input[0], last.output[0], (product, cast, scales, last)
        )
    return None


def multiply(file: ModelFile, layer: Linear, factor: float) -> bool:
    """Multiply what the layer makes by a power of two, which changes no digit; False if it can't.

    Weights stay as they are where they have scales, which are multiplied instead.
    """
    node = layer.nodes[2] if layer.kind == "MatMulInteger" else layer.nodes[0]
    if len(file.users[node.output[0]]) > 1:
        return False  # another layer has the same scale
    places = {"MatMul": (1,), "MatMulNBits": (2,)}.get(layer.kind, range(len(node.input)))
    for place in places:
        values = file.array(node.input[place])
        if values is not None:
            name = file.fresh(node.input[place])
            node.input[place] = file.add_weight(name, values * values.dtype.type(factor))
            return True
    return False


def pack(file: ModelFile, layers: Sequence[Linear], output: str) -> list[onnx.NodeProto] | None:
    """Nodes for one product that holds the layers' columns side by side; None if they don't fit.

    Each column keeps its own weights, scale and zero point, so integer products are the same bits.
    """
    first = layers[0]
    if any(layer.kind != first.kind or layer.source != first.source for layer in layers):
        return None
    if first.kind == "MatMul":
        weights = [file.array(layer.nodes[0].input[1]) for layer in layers]
        joined = np.concatenate([w for w in weights if w is not None], axis=1)
        name = file.add_weight(output + ".weight", joined)
        return [helper.make_node("MatMul", [first.source, name], [output], output)]
    if first.kind == "MatMulInteger":
        return _pack_quantised(file, layers, output)
    return _pack_blocks(file, layers, output)


def _pack_quantised(
    file: ModelFile, layers: Sequence[Linear], output: str
) -> list[onnx.NodeProto] | None:
    weights, zeros, scales = [], [], []
    for layer in layers:
        product, _, scale, _ = layer.nodes
        values, zero = file.array(product.input[1]), file.array(product.input[3])
        factor = next((a for a in map(file.array, scale.input) if a is not None), None)
        if values is None or zero is None or factor is None:
            return None
        columns = values.shape[1]
        weights.append(values)
        zeros.append(np.broadcast_to(zero, (columns,)))
        scales.append(np.broadcast_to(factor, (columns,)).astype(np.float32))
    if len({w.dtype for w in weights}) > 1:
        return None
    product, _, scale, _ = layers[0].nodes
    own_scale = next(name for name in scale.input if file.array(name) is None)
    names = [
        file.add_weight(f"{output}.{part}", np.concatenate(values, axis=-1))
        for part, values in (("weight", weights), ("zero", zeros), ("scale", scales))
    ]
    integers, factors, floats = (f"{output}.{p}" for p in ("integers", "factors", "floats"))
    return [
        helper.make_node(
            "MatMulInteger",
            [product.input[0], names[0], product.input[2], names[1]],
            [integers],
            output + "/product",
        ),
        helper.make_node("Mul", [own_scale, names[2]], [factors], output + "/factors"),
        helper.make_node("Cast", [integers], [floats], output + "/cast", to=1),
        helper.make_node("Mul", [floats, factors], [output], output + "/scaled"),
    ]


def _pack_blocks(
    file: ModelFile, layers: Sequence[Linear], output: str
) -> list[onnx.NodeProto] | None:
    nodes = [layer.nodes[0] for layer in layers]
    inputs = {len(node.input) for node in nodes}
    sizes = {(attribute(n, "K"), attribute(n, "bits"), attribute(n, "block_size")) for n in nodes}
    if len(inputs) > 1 or len(sizes) > 1:
        return None
    packed = []
    for place in range(1, inputs.pop()):
        arrays = [file.array(node.input[place]) for node in nodes]
        if any(array is None for array in arrays):
            return None
        joined = np.concatenate([array for array in arrays if array is not None], axis=0)
        packed.append(file.add_weight(f"{output}.{place}", joined))
    node = helper.make_node(
        "MatMulNBits", [nodes[0].input[0], *packed], [output], output, domain=nodes[0].domain
    )
    node.attribute.extend(a for a in nodes[0].attribute if a.name != "N")
    columns = sum(int(attribute(n, "N")) for n in nodes)
    node.attribute.append(helper.make_attribute("N", columns))
    return [node]
