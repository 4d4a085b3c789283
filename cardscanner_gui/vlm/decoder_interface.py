"""What a decoder's file calls its inputs and outputs: exports differ, and all of them are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.session import Graph
from cardscanner_gui.vlm.key_values import CacheShape

COUNT = "num_logits_to_keep"
MERGED = "use_cache_branch"
KEEP = "keep"
_FED = ("inputs_embeds", "attention_mask", "position_ids", COUNT, MERGED, KEEP)


@dataclass(frozen=True)
class Sizes:
    """What the model's configuration says about its decoder, for files that leave it open."""

    hidden: int
    vocabulary: int
    kv_heads: int
    head_dim: int


@dataclass(frozen=True)
class Interface:
    """A decoder's inputs and outputs.

    Attributes:
        cache: sizes and names of its keys and values.
        hidden: width of the embeddings.
        vocabulary: how many logits a position has.
    """

    cache: CacheShape
    hidden: int
    vocabulary: int


def read_interface(graph: Graph, sizes: Sizes | None = None) -> Interface:
    """Find out what a decoder wants.

    Raises:
        ModelError: it isn't a decoder with a cache, wants what nobody can give it, or contradicts
            the model's configuration.
    """
    graph.require(["inputs_embeds", "attention_mask"], ["logits"])
    past = _numbered(name for name in graph.inputs if name not in _FED)
    present = _numbered(name for name in graph.outputs if name != "logits")
    if not past or past.keys() != present.keys():
        strange = [name for name in graph.inputs if name not in (*_FED, *past.values())]
        detail = f" (it also wants {', '.join(strange)})" if strange else ""
        raise ModelError(
            f"{graph.path} isn't a decoder with a key/value cache{detail}. Download the model "
            "again."
        )
    unknown = [n for n in graph.inputs if n not in _FED and n not in past.values()]
    if unknown:
        raise ModelError(
            f"{graph.path} wants {', '.join(unknown)}, which this program doesn't know. "
            "Choose another variant of the model."
        )
    first = past[min(past)]
    _, heads, _, size = graph.input_shape(first)
    dtype = np.dtype(graph.inputs[first] or np.float32).name
    pairs = tuple((past[place], present[place]) for place in sorted(past))
    cache = CacheShape(
        len(pairs) // 2,
        _size(graph, "heads of keys", heads, sizes.kv_heads if sizes else None),
        _size(graph, "size of a head", size, sizes.head_dim if sizes else None),
        dtype,
        pairs,
    )
    hidden = graph.input_shape("inputs_embeds")[-1]
    vocabulary = graph.output_shape("logits")[-1]
    return Interface(
        cache,
        _size(graph, "hidden size", hidden, sizes.hidden if sizes else None),
        _size(graph, "vocabulary", vocabulary, sizes.vocabulary if sizes else None),
    )


def sole(names: Mapping[str, object], usual: str) -> str:
    """The usual name if it is there, else the only one."""
    return next(iter(names)) if usual not in names and len(names) == 1 else usual


def _numbered(names: Iterable[str]) -> dict[tuple[int, int], str]:
    """Cache buffers by layer, key before value, however they are called."""
    found: dict[tuple[int, int], str] = {}
    for name in names:
        number = re.search(r"\d+", name)
        part = re.search(r"key|value", re.sub(r"key_values?", "", name.lower()))
        if number is not None and part is not None:
            found[int(number[0]), part[0] == "value"] = name
    return found


def _size(graph: Graph, what: str, written: int | str, configured: int | None) -> int:
    if not isinstance(written, int):
        if configured is None:
            raise ModelError(
                f"{graph.path} doesn't say its {what}, and neither does config.json. "
                "Download the model again."
            )
        return configured
    if configured is not None and written != configured:
        raise ModelError(
            f"{graph.path} belongs to another model: its {what} is {written}, and that of "
            f"config.json is {configured}. Download the model again."
        )
    return written
