"""Changes to the decoder's and the vision tower's graphs that keep what they compute."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper

from cardscanner_gui.vlm.graphs.linear import Linear, find_linear, multiply, pack
from cardscanner_gui.vlm.graphs.model_file import MICROSOFT, ModelFile, attribute

Rewrite = Callable[[ModelFile], int]
"""Changes the graph and returns in how many places."""


def keep_rows(file: ModelFile) -> int:
    """Compute the logits of chosen rows only: a new input `keep` lists them."""
    if any(value.name == "keep" for value in file.graph.input):
        return 0
    output = "logits"
    while (node := file.maker(output, "Identity", "Cast", "Reshape")) is not None:
        output = node.input[0]
    head = find_linear(file, output)
    if head is None:
        return 0
    reader = file.maker(head.nodes[0].input[0], "DynamicQuantizeLinear") or head.nodes[0]
    kept = file.fresh("kept_rows")
    gather = helper.make_node("Gather", [head.source, "keep"], [kept], "/keep", axis=1)
    file.insert(reader, [gather])
    reader.input[0] = kept
    file.graph.input.append(helper.make_tensor_value_info("keep", TensorProto.INT64, ["kept"]))
    file.refresh()
    return 1


def pack_gates(file: ModelFile) -> int:
    """One product for a block's gate and up projections, which read the same values."""
    places = 0
    for node in list(file.graph.node):
        if node.op_type != "Mul" or node.output[0] not in file.makers:
            continue
        found = _gate_and_up(file, node)
        if found is not None:
            places += _replace_by_split(file, found, file.fresh("gate_up"))
    return places


def scale_queries(file: ModelFile) -> int:
    """Let the layer that makes the queries multiply them by attention's scale.

    ONNX Runtime has a faster product for a single query, which it takes where nothing is left to be
    multiplied by. Only powers of two: they change no digit.
    """
    return sum(
        _scale_query(file, node)
        for node in list(file.graph.node)
        if node.op_type == "GroupQueryAttention" and len(node.input) >= 7 and node.input[1]
    )


def pack_attention(file: ModelFile) -> int:
    """One product for query, key and value, turned inside `GroupQueryAttention` where it can."""
    places = 0
    for node in list(file.graph.node):
        if node.op_type == "GroupQueryAttention" and len(node.input) >= 7 and node.input[1]:
            places += _pack_grouped(file, node)
    return places


def fuse_vision_attention(file: ModelFile) -> int:
    """Spelt-out attention without a mask becomes one `MultiHeadAttention`."""
    places = 0
    for node in list(file.graph.node):
        if node.op_type == "Softmax":
            places += _fuse_softmax(file, node)
    file.drop_unused()
    return places


def full_tiles(file: ModelFile, tile: int) -> int:
    """Tiles are always filled: the mask becomes a constant, and what follows from it too.

    Args:
        file: the vision tower, which is for one tile afterwards.
        tile: side of a tile in pixels.
    """
    mask = next((v for v in file.graph.input if v.name == "pixel_attention_mask"), None)
    pixels = next((v for v in file.graph.input if v.name == "pixel_values"), None)
    if mask is None or pixels is None:
        return 0
    dtype = helper.tensor_dtype_to_np_dtype(mask.type.tensor_type.elem_type)
    full = (1,) * (len(mask.type.tensor_type.shape.dim) - 2) + (tile, tile)
    file.replace_input("pixel_attention_mask", np.ones(full, dtype))
    sizes = pixels.type.tensor_type.shape.dim
    for shape, dimension in zip(sizes, (1, 1, 3, tile, tile)[-len(sizes) :], strict=True):
        shape.ClearField("dim_param")
        shape.dim_value = dimension
    return 1


DECODER_REWRITES: Mapping[str, Rewrite] = {
    "last rows": keep_rows,
    "packed gates": pack_gates,
    "scaled queries": scale_queries,
    "packed attention": pack_attention,
}


def _gate_and_up(file: ModelFile, node: onnx.NodeProto) -> list[Linear] | None:
    """Gate and up of `(gate * sigmoid(gate)) * up`, if `node` is the outer product."""
    for opened, other in (tuple(node.input), tuple(node.input)[::-1]):
        inner = file.maker(opened, "Mul", "QuickGelu", "Swish")
        if inner is None:
            continue
        up = find_linear(file, other)
        gate = next((g for name in inner.input if (g := find_linear(file, name))), None)
        if gate is None or up is None or gate.source != up.source:
            continue
        return [gate, up]
    return None


def _replace_by_split(file: ModelFile, layers: list[Linear], name: str) -> int:
    packed = pack(file, layers, name)
    if packed is None:
        return 0
    sizes = np.array([layer.outputs(file) for layer in layers], np.int64)
    axis = file.add_weight(name + ".sizes", sizes)
    outputs = [layer.output for layer in layers]
    split = helper.make_node("Split", [name, axis], outputs, name + "/split", axis=-1)
    _swap(file, layers, [*packed, split])
    return 1


def _swap(file: ModelFile, layers: list[Linear], nodes: list[onnx.NodeProto]) -> None:
    file.insert(layers[0].nodes[0], nodes)
    file.remove_nodes([node for layer in layers for node in layer.nodes])
    file.refresh()


def _scale_query(file: ModelFile, node: onnx.NodeProto) -> int:
    turned = file.maker(node.input[0], "RotaryEmbedding")
    names = [node.input[0]] if turned is None else [node.input[0], turned.input[0]]
    layer = find_linear(file, names[-1])
    if layer is None or any(len(file.users[name]) > 1 for name in names):
        return 0
    size = layer.outputs(file) / attribute(node, "num_heads")
    scale = attribute(node, "scale", 0.0) or 1 / math.sqrt(size)
    if scale == 1 or math.frexp(scale)[0] != 0.5 or not multiply(file, layer, scale):
        return 0
    kept = [a for a in node.attribute if a.name != "scale"]
    del node.attribute[:]
    node.attribute.extend([*kept, helper.make_attribute("scale", 1.0)])
    return 1


def _pack_grouped(file: ModelFile, node: onnx.NodeProto) -> int:
    turned = [file.maker(name, "RotaryEmbedding") for name in node.input[:2]]
    before = [t.input[0] if t is not None else None for t in turned]
    sources = [b or n for b, n in zip(before, node.input[:2], strict=True)]
    layers = [find_linear(file, name) for name in (*sources, node.input[2])]
    found = [layer for layer in layers if layer is not None]
    if len(found) < 3:
        return 0
    query, key = turned
    if query is None or key is None:
        return _replace_by_split(file, found, file.fresh("query_key_value"))
    if attribute(query, "interleaved", 0) or list(query.input[1:]) != list(key.input[1:]):
        return 0
    name = file.fresh("query_key_value")
    packed = pack(file, found, name)
    if packed is None:
        return 0
    positions, cosines, sines = query.input[1:4]
    inputs = [name, "", "", *node.input[3:7], cosines, sines, positions]
    file.insert(node, packed)
    file.remove_nodes([query, key, *(n for layer in found for n in layer.nodes)])
    del node.input[:]
    node.input.extend(inputs)
    kept = [a for a in node.attribute if a.name != "do_rotary"]
    del node.attribute[:]
    node.attribute.extend([*kept, helper.make_attribute("do_rotary", 1)])
    file.refresh()
    return 1


def _fuse_softmax(file: ModelFile, softmax: onnx.NodeProto) -> int:
    scores, scale = softmax.input[0], 1.0
    # A mask that is constant zeros changes nothing.
    while (node := file.maker(scores, "Add", "Mul", "Div")) is not None:
        sides = [(n, file.array(n)) for n in node.input]
        constant = next((a for _, a in sides if a is not None), None)
        if constant is None or (node.op_type == "Add" and np.any(constant)):
            return 0
        if node.op_type != "Add":
            if constant.size != 1:
                return 0
            factor = float(constant.reshape(-1)[0])
            scale *= factor if node.op_type == "Mul" else 1 / factor
        scores = next(n for n, a in sides if a is None)
    product = file.maker(scores, "MatMul")
    mixed = next((n for n in file.users.get(softmax.output[0], ()) if n.op_type == "MatMul"), None)
    if product is None or mixed is None:
        return 0
    parts = [_head_source(file, n) for n in (*product.input, mixed.input[1])]
    back = file.users.get(mixed.output[0], [])
    if any(part is None for part in parts) or len(back) != 1 or back[0].op_type != "Transpose":
        return 0
    joined = file.users.get(back[0].output[0], [])
    if len(joined) != 1 or joined[0].op_type != "Reshape":
        return 0
    found = [part for part in parts if part is not None]
    sizes = {(part.heads, part.size) for part in found}
    if len(sizes) != 1:
        return 0
    heads, size = sizes.pop()
    name = file.fresh("attention")
    # A tile graph has one tile; earlier fusion may have flattened its batch away.
    width = file.add_weight(name + ".width", np.array([1, -1, heads * size], np.int64))
    nodes = []
    for place, part in enumerate(found):
        flat = f"{name}.{place}"
        nodes.append(helper.make_node("Reshape", [part.source, width], [flat], flat))
    fused = helper.make_node(
        "MultiHeadAttention",
        [f"{name}.{place}" for place in range(3)],
        [name],
        name,
        domain=MICROSOFT,
        num_heads=heads,
        scale=scale * found[0].factor * found[1].factor,
    )
    file.insert(joined[0], [*nodes, fused])
    joined[0].input[0] = name
    file.refresh()
    file.need_domain()
    return 1


class _Heads(NamedTuple):
    """A value before it was split into heads, and what it was multiplied by on the way."""

    source: str
    heads: int
    size: int
    factor: float


def _head_source(file: ModelFile, name: str) -> _Heads | None:
    """Follow a value of separate heads back to where they were one row."""
    factor = 1.0
    while (node := file.maker(name, "Transpose", "Mul", "Reshape")) is not None:
        if node.op_type == "Mul":
            constant = next((a for a in map(file.array, node.input) if a is not None), None)
            if constant is None or constant.size != 1:
                return None
            factor *= float(constant.reshape(-1)[0])
            name = next(n for n in node.input if file.array(n) is None)
            continue
        if node.op_type == "Reshape":
            target = file.array(node.input[1])
            if target is None or target.size != 4:
                return None
            return _Heads(node.input[0], int(target[2]), int(target[3]), factor)
        name = node.input[0]
    return None
