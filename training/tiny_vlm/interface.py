"""A decoder's inputs and outputs: exports differ in names, types, and sizes that are left open."""

from __future__ import annotations

from dataclasses import dataclass

from onnx import TensorProto, ValueInfoProto, helper

from training.tiny_vlm.graph import GraphBuilder
from training.tiny_vlm.shapes import Shape

FLOAT, INT = TensorProto.FLOAT, TensorProto.INT64


@dataclass(frozen=True)
class Interface:
    """The published one by default.

    Attributes:
        past, present: names of the cache's buffers, with `{layer}` and `{part}`.
        integers: type of mask and positions.
        sized: heads and their size are written in the cache's shape.
        counts_logits: an input `num_logits_to_keep` says how many of the last logits are wanted.
    """

    past: str = "past_key_values.{layer}.{part}"
    present: str = "present.{layer}.{part}"
    integers: int = INT
    sized: bool = True
    counts_logits: bool = False

    def cache(self, layer: int) -> tuple[list[str], list[str]]:
        """Names of a layer's past and present, key and value each."""
        return (
            [self.past.format(layer=layer, part=part) for part in ("key", "value")],
            [self.present.format(layer=layer, part=part) for part in ("key", "value")],
        )

    def wide(self, graph: GraphBuilder, name: str) -> str:
        """An input of integers, as int64."""
        return name if self.integers == INT else graph.op("Cast", [name], to=INT)

    def values(self, shape: Shape) -> tuple[list[ValueInfoProto], list[ValueInfoProto]]:
        """The graph's inputs and outputs."""
        value = helper.make_tensor_value_info
        inputs = [
            value("inputs_embeds", FLOAT, ["batch", "sequence", shape.hidden]),
            value("attention_mask", self.integers, ["batch", "total"]),
            value("position_ids", self.integers, ["batch", "sequence"]),
        ]
        if self.counts_logits:
            inputs.append(value("num_logits_to_keep", INT, []))
        heads, size = (shape.kv_heads, shape.head_dim) if self.sized else ("kv_heads", "head_dim")
        width = shape.vocabulary if self.sized else "vocabulary"
        outputs = [value("logits", FLOAT, ["batch", "rows", width])]
        for layer in range(shape.layers):
            past, present = self.cache(layer)
            inputs += [value(name, FLOAT, ["batch", heads, "past", size]) for name in past]
            outputs += [value(name, FLOAT, ["batch", heads, "present", size]) for name in present]
        return inputs, outputs
