"""The same shapes in other runtimes: one tile, reading 100 positions, one token at 200.

    python -m benchmarks.vlm_runtimes [--sizes 500m,256m] [--quick] [--json FILE]

A row each for ONNX Runtime as we use it, OpenVINO (`pip install openvino`) on ONNX files whose
attention is spelt out, since it doesn't know ONNX Runtime's own, and llama.cpp (`pip install
llama-cpp-python gguf`) on the language part in its own formats; a runtime that isn't installed is
said so. All use as many threads as there are cores.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from benchmarks import _vlm_models as built
from benchmarks.floors import best_of
from cardscanner_gui.vlm.bench import CONTEXT, bench_parts
from cardscanner_gui.vlm.cpu import physical_cores
from cardscanner_gui.vlm.models import GRAPH_FILES, VARIANTS
from training.tiny_vlm.folder import write_model
from training.tiny_vlm.shapes import Shape
from training.tiny_vlm.weights import random_weights

TILE, PROMPT, TOKEN = "one tile", "reading 100 positions", "one token"
Row = Mapping[str, float | str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    built.add_options(parser)
    options = parser.parse_args()
    rounds = 2 if options.quick else 7
    figures: dict[str, object] = {"machine": built.machine()}
    for size, folder in built.folders(options).items():
        shape = built.SHAPES[size]
        tasks: dict[str, Callable[[], Row]] = {
            f"ONNX Runtime, {options.variant}": partial(bench_parts, folder, built.ASKED),
            f"OpenVINO, {options.variant}": partial(
                openvino, folder, shape, options.variant, rounds
            ),
            "OpenVINO, fp32": partial(openvino, folder, shape, "fp32", rounds),
            "llama.cpp, Q8_0": partial(llama, folder, shape, "Q8_0", rounds),
            "llama.cpp, Q4_0": partial(llama, folder, shape, "Q4_0", rounds),
        }
        print(f"\n{size:24} {TILE:>10} {PROMPT:>22} {TOKEN:>10}")
        rows = {name: task() for name, task in tasks.items()}
        for name, row in rows.items():
            cells = f"{_cell(row, TILE):>10} {_cell(row, PROMPT):>22} {_cell(row, TOKEN):>10}"
            print(f"  {name:22} {row.get('note', cells)}")
        figures[size] = rows
    built.write_json(options.json, figures)


def openvino(folder: Path, shape: Shape, variant: str, rounds: int) -> Row:
    """The published layout, as it is."""
    if importlib.util.find_spec("openvino") is None:
        return {"note": "not installed"}
    import openvino as ov

    spelt_out = folder.with_name(f"{folder.name}-spelt-out-{variant}")
    if not spelt_out.is_dir():
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        weights = random_weights(shape)
        write_model(
            spelt_out, shape, weights, tokenizer, variants=[variant], attention="decomposed"
        )
    core = ov.Core()
    core.set_property("CPU", {"INFERENCE_NUM_THREADS": physical_cores()})

    def open_(part: str) -> Any:
        path = spelt_out / f"{GRAPH_FILES[part]}{VARIANTS[variant]}.onnx"
        return core.compile_model(str(path), "CPU")

    row: dict[str, float | str] = {}
    try:
        vision = open_("vision")
        side = shape.image_size
        tile = {"pixel_values": np.zeros((1, 1, 3, side, side), np.float32)}
        tile["pixel_attention_mask"] = np.ones((1, 1, side, side), bool)
        row[TILE] = best_of(lambda: vision(tile), rounds)
        decoder = open_("decoder")
        row[PROMPT] = best_of(lambda: decoder(_feeds(decoder, 100, 0)), rounds)
        row[TOKEN] = best_of(lambda: decoder(_feeds(decoder, 1, CONTEXT)), 3 * rounds)
    except RuntimeError as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        row["note"] = f"can't run these files: {lines[-1].strip()[:120]}"
    return row


def _feeds(decoder: Any, added: int, past: int) -> dict[str, np.ndarray]:
    feeds: dict[str, np.ndarray] = {
        "attention_mask": np.ones((1, past + added), np.int64),
        "position_ids": np.arange(past, past + added, dtype=np.int64)[None],
    }
    for port in decoder.inputs:
        name, shape = port.get_any_name(), port.partial_shape
        if name.startswith("past_key_values"):
            heads, size = shape[1].get_length(), shape[3].get_length()
            feeds[name] = np.zeros((1, heads, past, size), np.float32)
        elif name == "inputs_embeds":
            feeds[name] = np.full((1, added, shape[2].get_length()), 0.1, np.float32)
    return feeds


def llama(folder: Path, shape: Shape, kind: str, rounds: int) -> Row:
    """The language part alone: llama.cpp's vision tower isn't one that can be written here."""
    lacking = [name for name in ("llama_cpp", "gguf") if importlib.util.find_spec(name) is None]
    if lacking:
        return {"note": "not installed"}
    from llama_cpp import Llama

    path = folder / f"language-{kind}.gguf"
    if not path.is_file():
        write_gguf(path, shape, kind)
    model = Llama(str(path), n_ctx=512, n_batch=128, n_threads=physical_cores(),
                  n_threads_batch=physical_cores(), verbose=False)  # fmt: skip
    tokens = list(range(3, 3 + CONTEXT))

    def prompt() -> None:
        model.reset()
        model.eval(tokens[:100])

    seconds = best_of(prompt, rounds)
    model.eval(tokens[100:])
    spent = []
    for token in range(3, 3 + 3 * rounds):
        begun = time.perf_counter()
        model.eval([token])
        spent.append(time.perf_counter() - begun)
    return {PROMPT: seconds, TOKEN: min(spent)}


def write_gguf(path: Path, shape: Shape, kind: str) -> None:
    """A model of this shape with random weights, without a vocabulary."""
    import gguf

    rng = np.random.default_rng(0)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(path.stem)
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.positions)
    writer.add_embedding_length(shape.hidden)
    writer.add_feed_forward_length(shape.intermediate)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.head_dim)
    writer.add_rope_freq_base(shape.rope_theta)
    writer.add_layer_norm_rms_eps(shape.rms_epsilon)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_tokenizer_model("no_vocab")
    quantised = gguf.GGMLQuantizationType[kind]

    def add(name: str, rows: int, columns: int) -> None:
        values = rng.standard_normal((rows, columns), np.float32) * np.float32(0.02)
        writer.add_tensor(name, gguf.quants.quantize(values, quantised), raw_dtype=quantised)

    def add_norm(name: str) -> None:
        writer.add_tensor(name, np.ones(shape.hidden, np.float32))

    queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    add("token_embd.weight", shape.vocabulary, shape.hidden)
    add("output.weight", shape.vocabulary, shape.hidden)
    add_norm("output_norm.weight")
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        add_norm(block + "attn_norm.weight")
        add_norm(block + "ffn_norm.weight")
        add(block + "attn_q.weight", queries, shape.hidden)
        add(block + "attn_k.weight", keys, shape.hidden)
        add(block + "attn_v.weight", keys, shape.hidden)
        add(block + "attn_output.weight", shape.hidden, queries)
        add(block + "ffn_gate.weight", shape.intermediate, shape.hidden)
        add(block + "ffn_up.weight", shape.intermediate, shape.hidden)
        add(block + "ffn_down.weight", shape.hidden, shape.intermediate)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _cell(row: Row, name: str) -> str:
    value = row.get(name)
    return f"{1000 * value:.0f} ms" if isinstance(value, float) else "-"


if __name__ == "__main__":
    main()
