"""The decoder as it is published: embeddings and a key/value cache in, logits out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, ValueInfoProto, helper

from training.tiny_vlm.graph import MICROSOFT, GraphBuilder
from training.tiny_vlm.shapes import Shape
from training.tiny_vlm.weights import TEXT, Weights

FLOAT, INT = TensorProto.FLOAT, TensorProto.INT64


def build_decoder(
    shape: Shape, weights: Weights, path: Path, *, variant: str = "fp32", decomposed: bool = False
) -> None:
    """Write the decoder; `decomposed` spells attention out instead of `GroupQueryAttention`."""
    graph = GraphBuilder(variant)
    attention = _Decomposed(graph, shape) if decomposed else _Grouped(graph, shape)
    stream = "inputs_embeds"
    for layer in range(shape.layers):
        at = f"{TEXT}layers.{layer}."
        x = _rms(graph, stream, at + "input_layernorm.weight", weights, shape)
        q, k, v = (
            graph.linear(x, f"{at}self_attn.{n}_proj", weights[f"{at}self_attn.{n}_proj.weight"])
            for n in "qkv"
        )
        mixed = attention.layer(layer, q, k, v)
        name = at + "self_attn.o_proj"
        stream = graph.op("Add", [stream, graph.linear(mixed, name, weights[name + ".weight"])])
        x = _rms(graph, stream, at + "post_attention_layernorm.weight", weights, shape)
        gate, up = (
            graph.linear(x, f"{at}mlp.{n}_proj", weights[f"{at}mlp.{n}_proj.weight"])
            for n in ("gate", "up")
        )
        opened = graph.op("Mul", [gate, graph.op("Sigmoid", [gate])])
        x = graph.op("Mul", [opened, up])
        name = at + "mlp.down_proj"
        stream = graph.op("Add", [stream, graph.linear(x, name, weights[name + ".weight"])])
    x = _rms(graph, stream, TEXT + "norm.weight", weights, shape)
    logits = graph.linear(x, "lm_head", weights["lm_head.weight"])
    graph.op("Identity", [logits], ["logits"])
    graph.save(path, *_interface(shape))


def _rms(graph: GraphBuilder, x: str, name: str, weights: Weights, shape: Shape) -> str:
    scale = graph.weight(name, weights[name])
    return graph.op(
        "SimplifiedLayerNormalization",
        [x, scale],
        [f"{name}.out"],
        axis=-1,
        epsilon=shape.rms_epsilon,
        stash_type=1,
    )


def _frequencies(shape: Shape) -> np.ndarray:
    return 1.0 / shape.rope_theta ** (np.arange(0, shape.head_dim, 2) / shape.head_dim)


class _Grouped:
    """RotaryEmbedding nodes and GroupQueryAttention, the layout of the published files."""

    def __init__(self, graph: GraphBuilder, shape: Shape) -> None:
        self._graph, self._shape = graph, shape
        angles = np.arange(shape.positions)[:, None] * _frequencies(shape)[None]
        graph.weight("cos_cache", np.cos(angles).astype(np.float32))
        graph.weight("sin_cache", np.sin(angles).astype(np.float32))
        one = graph.scalar(1, np.int64)
        length = graph.op("ReduceSum", ["attention_mask", graph.ints(1)], keepdims=0)
        graph.op("Cast", [graph.op("Sub", [length, one])], ["seqlens_k"], to=TensorProto.INT32)
        size = graph.op("Gather", [graph.op("Shape", ["attention_mask"]), one], axis=0)
        graph.op("Cast", [size], ["total_sequence"], to=TensorProto.INT32)

    def layer(self, layer: int, q: str, k: str, v: str) -> str:
        shape = self._shape
        q, k = self._rotate(q, shape.heads), self._rotate(k, shape.kv_heads)
        past = [f"past_key_values.{layer}.{part}" for part in ("key", "value")]
        present = [f"present.{layer}.{part}" for part in ("key", "value")]
        return self._graph.op(
            "GroupQueryAttention",
            [q, k, v, *past, "seqlens_k", "total_sequence"],
            [f"attention.{layer}", *present],
            domain=MICROSOFT,
            num_heads=shape.heads,
            kv_num_heads=shape.kv_heads,
            scale=shape.head_dim**-0.5,
        )

    def _rotate(self, x: str, heads: int) -> str:
        return self._graph.op(
            "RotaryEmbedding",
            [x, "position_ids", "cos_cache", "sin_cache"],
            domain=MICROSOFT,
            num_heads=heads,
            rotary_embedding_dim=self._shape.head_dim,
        )


class _Decomposed:
    """Rotation, concatenated cache, repeated heads and softmax, as an export without fusion."""

    def __init__(self, graph: GraphBuilder, shape: Shape) -> None:
        self._graph, self._shape = graph, shape
        positions = graph.op("Cast", ["position_ids"], to=FLOAT)
        column = graph.op("Unsqueeze", [positions, graph.ints(2)])
        rates = graph.weight("inv_freq", _frequencies(shape).astype(np.float32)[None, None])
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
        key, value = (
            graph.op(
                "Concat",
                [f"past_key_values.{layer}.{part}", x],
                [f"present.{layer}.{part}"],
                axis=2,
            )
            for part, x in (("key", k), ("value", v))
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


def _interface(shape: Shape) -> tuple[list[ValueInfoProto], list[ValueInfoProto]]:
    value = helper.make_tensor_value_info
    inputs = [
        value("inputs_embeds", FLOAT, ["batch", "sequence", shape.hidden]),
        value("attention_mask", INT, ["batch", "total"]),
        value("position_ids", INT, ["batch", "sequence"]),
    ]
    outputs = [value("logits", FLOAT, ["batch", "rows", shape.vocabulary])]
    for layer in range(shape.layers):
        for part in ("key", "value"):
            past = ["batch", shape.kv_heads, "past", shape.head_dim]
            present = ["batch", shape.kv_heads, "present", shape.head_dim]
            inputs.append(value(f"past_key_values.{layer}.{part}", FLOAT, past))
            outputs.append(value(f"present.{layer}.{part}", FLOAT, present))
    return inputs, outputs
