"""The vision tower, pixel shuffle and connector, and the embedding table, as they are published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper

from training.tiny_vlm.graph import GraphBuilder, quantise_matrix
from training.tiny_vlm.shapes import Shape
from training.tiny_vlm.weights import CONNECTOR, TEXT, VISION, Weights


def build_vision(shape: Shape, weights: Weights, path: Path, *, variant: str = "fp32") -> None:
    """Write tiles [B, N, 3, S, S] and their mask -> image features [B·N, tokens, hidden]."""
    graph = GraphBuilder(variant)
    side, patches = shape.vision_hidden, shape.patches_per_side
    size = shape.image_size
    x = graph.op("Reshape", [graph.narrow("pixel_values"), graph.ints(-1, 3, size, size)])
    name = VISION + "embeddings.patch_embedding"
    kernel = [
        graph.floats(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias")
    ]
    step = [shape.patch, shape.patch]
    x = graph.op("Conv", [x, *kernel], kernel_shape=step, strides=step)
    x = graph.op("Reshape", [x, graph.ints(0, side, patches**2)])
    x = graph.op("Transpose", [x], perm=[0, 2, 1])
    positions, bias = _positions(graph, shape)
    table = VISION + "embeddings.position_embedding.weight"
    x = graph.op("Add", [x, graph.op("Gather", [graph.floats(table, weights[table]), positions])])
    for layer in range(shape.vision_layers):
        x = _block(graph, shape, weights, f"{VISION}encoder.layers.{layer}.", x, bias)
    x = _norm(graph, x, VISION + "post_layernorm", weights, shape)
    few, wide = patches // shape.shuffle, side * shape.shuffle
    x = graph.op("Reshape", [x, graph.ints(0, patches, few, wide)])
    x = graph.op("Transpose", [x], perm=[0, 2, 1, 3])
    x = graph.op("Reshape", [x, graph.ints(0, few, few, wide * shape.shuffle)])
    x = graph.op("Transpose", [x], perm=[0, 2, 1, 3])
    x = graph.op("Reshape", [x, graph.ints(0, few * few, wide * shape.shuffle)])
    features = graph.linear(x, "connector", weights[CONNECTOR])
    graph.op("Identity", [graph.widen(features)], ["image_features"])
    value = helper.make_tensor_value_info
    inputs = [
        value("pixel_values", TensorProto.FLOAT, ["batch", "tiles", 3, size, size]),
        value("pixel_attention_mask", TensorProto.BOOL, ["batch", "tiles", size, size]),
    ]
    tokens = shape.tokens_per_tile
    graph.save(
        path, inputs, [value("image_features", TensorProto.FLOAT, ["rows", tokens, shape.hidden])]
    )


def build_embedding(
    shape: Shape,
    weights: Weights,
    path: Path,
    *,
    variant: str = "fp32",
    integers: int = TensorProto.INT64,
) -> None:
    """Write token ids [B, S] -> embeddings [B, S, hidden]."""
    graph = GraphBuilder("fp16" if variant == "fp16" else "fp32")
    table = weights[TEXT + "embed_tokens.weight"]
    if variant in ("int8", "uint8", "quantized"):
        # The published files of these three names are one and the same.
        values, scale, zero = quantise_matrix(table, signed=False)
        rows = graph.op("Gather", [graph.weight("table_quantized", values), "input_ids"])
        constants = [graph.weight("table_scale", scale), graph.weight("table_zero", zero)]
        graph.op("DequantizeLinear", [rows, *constants], ["inputs_embeds"])
    else:
        rows = graph.op("Gather", [graph.floats("table", table), "input_ids"])
        graph.op("Identity", [graph.widen(rows)], ["inputs_embeds"])
    value = helper.make_tensor_value_info
    graph.save(
        path,
        [value("input_ids", integers, ["batch", "sequence"])],
        [value("inputs_embeds", TensorProto.FLOAT, ["batch", "sequence", shape.hidden])],
    )


def _positions(graph: GraphBuilder, shape: Shape) -> tuple[str, str]:
    """Each patch's row in the position table, and what is added to attention scores.

    A tile that is only partly filled spreads the table over its filled part, as the original does.
    """
    patches, patch = shape.patches_per_side, shape.patch
    mask = graph.op(
        "Reshape", ["pixel_attention_mask", graph.ints(-1, patches, patch, patches, patch)]
    )
    mask = graph.op("Cast", [mask], to=TensorProto.FLOAT)
    mask = graph.op("ReduceMax", [mask, graph.ints(2, 4)], keepdims=0)
    buckets = []
    for axis in (1, 2):
        line = graph.op("ReduceMax", [mask, graph.ints(3 - axis)], keepdims=0)
        filled = graph.op("ReduceSum", [line, graph.ints(1)], keepdims=1)
        steps = graph.weight("steps", np.arange(patches, dtype=np.float32)[None])
        share = graph.op("Min", [graph.op("Div", [steps, filled]), graph.scalar(1 - 1e-6)])
        scaled = graph.op("Mul", [share, graph.scalar(float(patches))])
        # Quotients such as 7 / 32 * 32 may fall a rounding error short of their whole number.
        floor = graph.op("Floor", [graph.op("Add", [scaled, graph.scalar(1e-5)])])
        buckets.append(graph.op("Unsqueeze", [floor, graph.ints(3 - axis)]))
    row = graph.op("Mul", [buckets[0], graph.scalar(float(patches))])
    ids = graph.op("Mul", [graph.op("Add", [row, buckets[1]]), mask])
    flat = graph.ints(0, patches**2)
    ids = graph.op("Cast", [graph.op("Reshape", [ids, flat])], to=TensorProto.INT64)
    hidden = graph.op("Sub", [graph.op("Reshape", [mask, flat]), graph.scalar(1.0)])
    bias = graph.op("Mul", [hidden, graph.scalar(1e9)])
    return ids, graph.narrow(graph.op("Unsqueeze", [bias, graph.ints(1, 2)]))


def _norm(graph: GraphBuilder, x: str, name: str, weights: Weights, shape: Shape) -> str:
    parts = [graph.floats(f"{name}.{p}", weights[f"{name}.{p}"]) for p in ("weight", "bias")]
    return graph.op(
        "LayerNormalization", [x, *parts], [f"{name}.out"], axis=-1, epsilon=shape.vision_epsilon
    )


def _block(
    graph: GraphBuilder, shape: Shape, weights: Weights, at: str, stream: str, bias: str
) -> str:
    def linear(x: str, name: str) -> str:
        product = graph.linear(x, at + name, weights[f"{at}{name}.weight"])
        return graph.op(
            "Add", [graph.floats(f"{at}{name}.bias", weights[f"{at}{name}.bias"]), product]
        )

    heads, side = shape.vision_heads, shape.vision_hidden
    apart = graph.ints(0, 0, heads, side // heads)
    x = _norm(graph, stream, at + "layer_norm1", weights, shape)
    q, k, v = (graph.op("Reshape", [linear(x, f"self_attn.{n}_proj"), apart]) for n in "qkv")
    q = graph.op("Transpose", [q], perm=[0, 2, 1, 3])
    k = graph.op("Transpose", [k], perm=[0, 2, 3, 1])
    v = graph.op("Transpose", [v], perm=[0, 2, 1, 3])
    scale = graph.floats("attention_scale", np.array((side // heads) ** -0.5, np.float32))
    scores = graph.op("Mul", [graph.op("MatMul", [q, k]), scale])
    shares = graph.op("Softmax", [graph.op("Add", [scores, bias])], axis=-1)
    mixed = graph.op("Transpose", [graph.op("MatMul", [shares, v])], perm=[0, 2, 1, 3])
    mixed = graph.op("Reshape", [mixed, graph.ints(0, 0, side)], [at + "attention"])
    stream = graph.op("Add", [stream, linear(mixed, "self_attn.out_proj")])
    x = _norm(graph, stream, at + "layer_norm2", weights, shape)
    x = graph.op("Gelu", [linear(x, "mlp.fc1")], [at + "gelu"], approximate="tanh")
    return graph.op("Add", [stream, linear(x, "mlp.fc2")])
