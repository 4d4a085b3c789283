"""`MultiHeadAttention` on repeated heads becomes `GroupQueryAttention` on the heads themselves.

Exports from before ONNX Runtime's processors had the latter repeat each head of keys and values for
the queries it serves, and make a mask that fits single positions only. The new node needs neither,
and writes its cache in place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper

from cardscanner_gui.vlm.graphs.model_file import MICROSOFT, ModelFile, attribute

_LENGTHS, _TOTAL = "/grouped/lengths", "/grouped/total"
_MOVED = ("Transpose", "Reshape", "Unsqueeze", "Expand", "Identity")


class _Stored(NamedTuple):
    """Keys or values of a layer: its cache, and what is added to it."""

    past: str
    joined: str
    added: str
    heads: int
    size: int


def group_heads(file: ModelFile) -> int:
    """Change every attention of the graph, or none; returns in how many places."""
    nodes = [n for n in file.graph.node if n.op_type == "MultiHeadAttention"]
    found = [(node, _stored(file, node.input[1]), _stored(file, node.input[2])) for node in nodes]
    mask = next((v for v in file.graph.input if v.name == "attention_mask"), None)
    if mask is None or not found:
        return 0
    layers = [(node, key, value) for node, key, value in found if key and value]
    if len(layers) < len(found):
        return 0
    _count_positions(file, nodes[0], mask)
    for node, key, value in layers:
        _group(file, node, key, value)
    file.sort()  # a copy of the cache may stand before the attention that makes it now
    file.drop_unused()
    return len(layers)


def _stored(file: ModelFile, name: str) -> _Stored | None:
    """Follow repeated heads back to where the cache is joined with what is new."""
    while (node := file.maker(name, *_MOVED)) is not None:
        name = node.input[0]
    join = file.maker(name, "Concat")
    if join is None or len(join.input) != 2:
        return None
    past = join.input[0]
    source = file.maker(past, "Cast", "Identity")
    shape = _input_shape(file, source.input[0] if source is not None else past)
    if shape is None or len(shape) != 4:
        return None
    added = join.input[1]
    target = None
    turned = file.maker(added, "Transpose")
    split = file.maker(turned.input[0], "Reshape") if turned is not None else None
    if split is not None:
        target = file.array(split.input[1])
    # A graph that leaves the cache's shape open writes it where the new heads are split.
    heads, size = (int(n) for n in (target[2:4] if target is not None else (shape[1], shape[3])))
    if heads <= 0 or size <= 0:
        return None
    return _Stored(past, join.output[0], added, heads, size)


def _input_shape(file: ModelFile, name: str) -> list[int] | None:
    found = next((v for v in file.graph.input if v.name == name), None)
    return [d.dim_value for d in found.type.tensor_type.shape.dim] if found is not None else None


def _count_positions(file: ModelFile, place: onnx.NodeProto, mask: onnx.ValueInfoProto) -> None:
    """What the new attention wants to know of each row: its last place; and of all: the room."""
    one, axis = file.add_weight("/grouped/one", np.array(1, np.int64)), "/grouped/axis"
    file.add_weight(axis, np.array([1], np.int64))
    names = [f"/grouped/{step}" for step in ("mask", "sum", "last", "shape", "size")]
    wide, total, last, shape, size = names
    make = helper.make_node
    nodes = [
        make("Cast", [mask.name], [wide], wide, to=TensorProto.INT64),
        make("ReduceSum", [wide, axis], [total], total, keepdims=0),
        make("Sub", [total, one], [last], last),
        make("Cast", [last], [_LENGTHS], _LENGTHS, to=TensorProto.INT32),
        make("Shape", [mask.name], [shape], shape),
        make("Gather", [shape, one], [size], size, axis=0),
        make("Cast", [size], [_TOTAL], _TOTAL, to=TensorProto.INT32),
    ]
    file.insert(place, nodes)


def _group(file: ModelFile, node: onnx.NodeProto, key: _Stored, value: _Stored) -> None:
    name = file.fresh("grouped")
    flat, before = [], []
    for part, stored in (("key", key), ("value", value)):
        source, nodes = _flat(file, stored, f"{name}.{part}")
        flat.append(source)
        before += nodes
    presents = [_present(file, stored.joined) for stored in (key, value)]
    grouped = helper.make_node(
        "GroupQueryAttention",
        [node.input[0], *flat, key.past, value.past, _LENGTHS, _TOTAL],
        [node.output[0], *presents],
        name,
        domain=MICROSOFT,
        num_heads=attribute(node, "num_heads"),
        kv_num_heads=key.heads,
    )
    grouped.attribute.extend(a for a in node.attribute if a.name == "scale")
    joins = [file.makers[stored.joined] for stored in (key, value)]
    file.insert(node, [*before, grouped])
    file.remove_nodes([node, *joins])


def _flat(file: ModelFile, stored: _Stored, name: str) -> tuple[str, list[onnx.NodeProto]]:
    """The new keys or values as one row a position, as they were before they were split."""
    turned = file.maker(stored.added, "Transpose")
    split = file.maker(turned.input[0], "Reshape") if turned is not None else None
    if split is not None:
        return split.input[0], []
    width = file.add_weight(f"{name}.width", np.array([0, 0, stored.heads * stored.size], np.int64))
    back = helper.make_node(
        "Transpose", [stored.added], [f"{name}.rows"], f"{name}.rows", perm=[0, 2, 1, 3]
    )
    return name, [back, helper.make_node("Reshape", [back.output[0], width], [name], name)]


def _present(file: ModelFile, joined: str) -> str:
    """The graph's output that the joined cache becomes; a copy on the way to it goes."""
    outputs = {value.name for value in file.graph.output}
    if joined not in outputs:
        copies = [n for n in file.users.get(joined, ()) if n.op_type == "Identity"]
        copy = next((n for n in copies if n.output[0] in outputs), None)
        if copy is not None:
            file.remove_nodes([copy])
            return str(copy.output[0])
    return joined
