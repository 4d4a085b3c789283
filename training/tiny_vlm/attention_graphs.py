"""The decoder's attention in the three ways that exports write it."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, numpy_helper

from training.tiny_vlm.graph import MICROSOFT, GraphBuilder
from training.tiny_vlm.interface import FLOAT, Interface
from training.tiny_vlm.shapes import Shape

HIDDEN = -1e9


def frequencies(shape: Shape) -> np.ndarray:
    return 1.0 / shape.rope_theta ** (np.arange(0, shape.head_dim, 2) / shape.head_dim)


class _Rotated:
    """`RotaryEmbedding` nodes before the attention."""

    def __init__(self, graph: GraphBuilder, shape: Shape, interface: Interface) -> None:
        self._graph, self._shape, self._interface = graph, shape, interface
        angles = np.arange(shape.positions)[:, None] * frequencies(shape)[None]
        graph.floats("cos_cache", np.cos(angles).astype(np.float32))
        graph.floats("sin_cache", np.sin(angles).astype(np.float32))
        self._mask = interface.wide(graph, "attention_mask")
        self._positions = interface.wide(graph, "position_ids")

    def rotate(self, x: str, heads: int) -> str:
        return self._graph.op(
            "RotaryEmbedding",
            [x, self._positions, "cos_cache", "sin_cache"],
            domain=MICROSOFT,
            num_heads=heads,
            rotary_embedding_dim=self._shape.head_dim,
        )


class Grouped(_Rotated):
    """`GroupQueryAttention`, the layout of the published files."""

    def __init__(self, graph: GraphBuilder, shape: Shape, interface: Interface) -> None:
        super().__init__(graph, shape, interface)
        one = graph.scalar(1, np.int64)
        length = graph.op("ReduceSum", [self._mask, graph.ints(1)], keepdims=0)
        graph.op("Cast", [graph.op("Sub", [length, one])], ["seqlens_k"], to=TensorProto.INT32)
        size = graph.op("Gather", [graph.op("Shape", [self._mask]), one], axis=0)
        graph.op("Cast", [size], ["total_sequence"], to=TensorProto.INT32)

    def layer(self, layer: int, q: str, k: str, v: str) -> str:
        graph, shape = self._graph, self._shape
        q, k = self.rotate(q, shape.heads), self.rotate(k, shape.kv_heads)
        past, present = self._interface.cache(layer)
        narrow = graph.variant == "fp16"
        made = [f"narrow.{name}" for name in present] if narrow else present
        graph.op(
            "GroupQueryAttention",
            [q, k, v, *(graph.narrow(name) for name in past), "seqlens_k", "total_sequence"],
            [f"attention.{layer}", *made],
            domain=MICROSOFT,
            num_heads=shape.heads,
            kv_num_heads=shape.kv_heads,
            scale=shape.head_dim**-0.5,
        )
        if narrow:
            for source, name in zip(made, present, strict=True):
                graph.op("Cast", [source], [name], to=FLOAT)
        return f"attention.{layer}"


class MultiHead(_Rotated):
    """`MultiHeadAttention` on repeated heads, with the mask that such exports make.

    The mask for several positions is as wide as they are, without what came before them. For one
    position it is one value, which stretches over everything. So several positions can be read
    only from the beginning, and later ones only one by one.
    """

    def __init__(self, graph: GraphBuilder, shape: Shape, interface: Interface) -> None:
        super().__init__(graph, shape, interface)
        zero, one = graph.scalar(0, np.int64), graph.scalar(1, np.int64)
        added = graph.op("Gather", [graph.op("Shape", ["inputs_embeds"]), one], axis=0)
        first = interface.cache(0)[0][0]
        past = graph.op("Gather", [graph.op("Shape", [first]), graph.scalar(2, np.int64)], axis=0)
        column = [graph.op("Unsqueeze", [x, graph.ints(0)]) for x in (added, added)]
        square = graph.op("Concat", column, axis=0)
        hidden = numpy_helper.from_array(np.array([HIDDEN], np.float32))
        square = graph.op("ConstantOfShape", [square], value=hidden)
        places = graph.op("Range", [zero, added, one])
        below = graph.op("Add", [places, one])
        below = graph.op("Reshape", [below, graph.ints(-1, 1)])
        causal = graph.op("Where", [graph.op("Less", [places, below]), graph.scalar(0.0), square])
        causal = graph.op("Unsqueeze", [causal, graph.ints(0, 1)])
        total = graph.op("Unsqueeze", [graph.op("Add", [added, past]), graph.ints(0)])
        batch = graph.op("Gather", [graph.op("Shape", ["inputs_embeds"]), zero], axis=0)
        batch = graph.op("Unsqueeze", [batch, graph.ints(0)])
        rows = graph.op("Unsqueeze", [added, graph.ints(0)])
        wanted = graph.op("Concat", [batch, graph.ints(1), rows, total], axis=0)
        causal = graph.op("Expand", [causal, wanted])
        kept = graph.op("Expand", [graph.op("Unsqueeze", [self._mask, graph.ints(1, 2)]), wanted])
        gone = graph.op("Sub", [graph.scalar(1.0), graph.op("Cast", [kept], to=FLOAT)])
        padded = graph.op(
            "Where", [graph.op("Cast", [gone], to=TensorProto.BOOL), graph.scalar(HIDDEN), gone]
        )
        both = graph.op("Add", [padded, causal])
        self._bias = graph.narrow(graph.op("Tile", [both, graph.ints(1, shape.heads, 1, 1)]))

    def layer(self, layer: int, q: str, k: str, v: str) -> str:
        graph, shape = self._graph, self._shape
        q, k = self.rotate(q, shape.heads), self.rotate(k, shape.kv_heads)
        past, present = self._interface.cache(layer)
        parts = zip(past, present, (k, v), strict=True)
        keys, values = (self._repeated(*part) for part in parts)
        return graph.op(
            "MultiHeadAttention",
            [q, keys, values, "", "", self._bias],
            [f"attention.{layer}"],
            domain=MICROSOFT,
            num_heads=shape.heads,
            scale=shape.head_dim**-0.5,
        )

    def _repeated(self, past: str, present: str, x: str) -> str:
        """Join with the past, and let each head of keys or values serve several of queries."""
        graph, shape = self._graph, self._shape
        x = graph.op("Reshape", [x, graph.ints(0, 0, shape.kv_heads, shape.head_dim)])
        x = graph.op("Transpose", [x], perm=[0, 2, 1, 3])
        x = graph.op("Concat", [graph.narrow(past), x], axis=2)
        graph.op(
            "Cast" if graph.variant == "fp16" else "Identity",
            [x],
            [present],
            **({"to": FLOAT} if graph.variant == "fp16" else {}),
        )
        size = graph.op("Shape", [x])
        batch, total = (graph.op("Gather", [size, graph.ints(place)], axis=0) for place in (0, 2))
        groups = shape.heads // shape.kv_heads
        wide = graph.op(
            "Concat",
            [
                batch,
                graph.ints(shape.kv_heads),
                graph.ints(groups),
                total,
                graph.ints(shape.head_dim),
            ],
            axis=0,
        )
        x = graph.op("Expand", [graph.op("Unsqueeze", [x, graph.ints(2)]), wide])
        x = graph.op("Reshape", [x, graph.ints(0, shape.heads, -1, shape.head_dim)])
        x = graph.op("Transpose", [x], perm=[0, 2, 1, 3])
        return graph.op("Reshape", [x, graph.ints(0, 0, shape.heads * shape.head_dim)])


class Decomposed:
    """Rotation, concatenated cache, repeated heads and softmax, as an export without fusion."""

    def __init__(self, graph: GraphBuilder, shape: Shape, interface: Interface) -> None:
        self._graph, self._shape, self._interface = graph, shape, interface
        positions = graph.op("Cast", ["position_ids"], to=FLOAT)
        column = graph.op("Unsqueeze", [positions, graph.ints(2)])
        rates = graph.weight("inv_freq", frequencies(shape).astype(np.float32)[None, None])
        angles = graph.op("Mul", [column, rates])
        both = graph.op("Concat", [angles, angles], axis=-1)
        self._cos = graph.op("Unsqueeze", [graph.op("Cos", [both]), graph.ints(1)])
        self._sin = graph.op("Unsqueeze", [graph.op("Sin", [both]), graph.ints(1)])
        zero, one = graph.scalar(0, np.int64), graph.scalar(1, np.int64)
        total = graph.op("Gather", [graph.op("Shape", ["attention_mask"]), one], axis=0)
        # A key's place counts, not its position, so that a padded batch masks what it must.
        keys = graph.op("Range", [zero, total, one])
        length = graph.op("Gather", [graph.op("Shape", ["position_ids"]), one], axis=0)
        places = graph.op("Range", [graph.op("Sub", [total, length]), total, one])
        seen = graph.op("LessOrEqual", [keys, graph.op("Unsqueeze", [places, graph.ints(1)])])
        kept = graph.op("Cast", ["attention_mask"], to=TensorProto.BOOL)
        kept = graph.op("Unsqueeze", [kept, graph.ints(1, 2)])
        visible = graph.op("And", [seen, kept])
        self._bias = graph.op("Where", [visible, graph.scalar(0.0), graph.scalar(-1e9)])

    def layer(self, layer: int, q: str, k: str, v: str) -> str:
        graph, shape = self._graph, self._shape
        q = self._rotate(self._split(q, shape.heads))
        k, v = self._rotate(self._split(k, shape.kv_heads)), self._split(v, shape.kv_heads)
        past, present = self._interface.cache(layer)
        key, value = (
            graph.op("Concat", [old, new], [name], axis=2)
            for old, new, name in zip(past, (k, v), present, strict=True)
        )
        keys = graph.op("Transpose", [self._repeat(key)], perm=[0, 1, 3, 2])
        scores = graph.op(
            "Mul", [graph.op("MatMul", [q, keys]), graph.scalar(shape.head_dim**-0.5)]
        )
        weights = graph.op("Softmax", [graph.op("Add", [scores, self._bias])], axis=-1)
        mixed = graph.op("MatMul", [weights, self._repeat(value)])
        mixed = graph.op("Transpose", [mixed], perm=[0, 2, 1, 3])
        width = shape.heads * shape.head_dim
        return graph.op("Reshape", [mixed, graph.ints(0, 0, width)], [f"attention.{layer}"])

    def _split(self, x: str, heads: int) -> str:
        apart = self._graph.op("Reshape", [x, self._graph.ints(0, 0, heads, self._shape.head_dim)])
        return self._graph.op("Transpose", [apart], perm=[0, 2, 1, 3])

    def _rotate(self, x: str) -> str:
        graph, half = self._graph, self._shape.head_dim // 2
        ends = graph.ints(half), graph.ints(2 * half)
        first = graph.op("Slice", [x, graph.ints(0), ends[0], graph.ints(3)])
        second = graph.op("Slice", [x, ends[0], ends[1], graph.ints(3)])
        turned = graph.op("Concat", [graph.op("Neg", [second]), first], axis=-1)
        return graph.op(
            "Add", [graph.op("Mul", [x, self._cos]), graph.op("Mul", [turned, self._sin])]
        )

    def _repeat(self, x: str) -> str:
        graph, shape = self._graph, self._shape
        times = graph.ints(1, 1, shape.heads // shape.kv_heads, 1, 1)
        wide = graph.op("Expand", [graph.op("Unsqueeze", [x, graph.ints(2)]), times])
        return graph.op("Reshape", [wide, graph.ints(0, shape.heads, -1, shape.head_dim)])
