"""The decoder as it is published: embeddings and a key/value cache in, logits out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training.tiny_vlm.attention_graphs import Decomposed, Grouped, MultiHead
from training.tiny_vlm.graph import GraphBuilder
from training.tiny_vlm.interface import Interface
from training.tiny_vlm.shapes import Shape
from training.tiny_vlm.weights import TEXT, Weights


def build_decoder(
    shape: Shape,
    weights: Weights,
    path: Path,
    *,
    variant: str = "fp32",
    attention: str = "grouped",
    interface: Interface | None = None,
) -> None:
    """Write the decoder.

    Its attention is `grouped` (`GroupQueryAttention`), `multihead` (`MultiHeadAttention` on
    repeated heads, as exports were before processors had the other) or `decomposed` (spelt out).
    """
    graph = GraphBuilder(variant)
    interface = interface or Interface()
    styles = {"grouped": Grouped, "multihead": MultiHead, "decomposed": Decomposed}
    mixer = styles[attention](graph, shape, interface)
    stream = graph.narrow("inputs_embeds")
    for layer in range(shape.layers):
        at = f"{TEXT}layers.{layer}."
        x = _rms(graph, stream, at + "input_layernorm.weight", weights, shape)
        q, k, v = (
            graph.linear(x, f"{at}self_attn.{n}_proj", weights[f"{at}self_attn.{n}_proj.weight"])
            for n in "qkv"
        )
        mixed = mixer.layer(layer, q, k, v)
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
    if interface.counts_logits:
        first = graph.op("Neg", ["num_logits_to_keep"])
        first = graph.op("Reshape", [first, graph.ints(1)])
        last = graph.ints(np.iinfo(np.int64).max)
        x = graph.op("Slice", [x, first, last, graph.ints(1)])
    logits = graph.linear(x, "lm_head", weights["lm_head.weight"])
    graph.op("Identity", [graph.widen(logits)], ["logits"])
    graph.save(path, *interface.values(shape))


def _rms(graph: GraphBuilder, x: str, name: str, weights: Weights, shape: Shape) -> str:
    scale = graph.floats(name, weights[name])
    return graph.op(
        "SimplifiedLayerNormalization",
        [x, scale],
        [f"{name}.out"],
        axis=-1,
        epsilon=shape.rms_epsilon,
        stash_type=1,
    )
