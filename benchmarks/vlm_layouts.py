"""What layouts of attention and of weights cost: one usual read with each, in turn, in one process.

    python -m benchmarks.vlm_layouts [--sizes 500m] [--quick] [--json FILE]

A read is a prompt of 72 positions, 40 tokens and a chunk of 8, as preparation compares decoders.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import _vlm_models as built
from cardscanner_gui import environment
from cardscanner_gui.vlm.decoder import Decoder
from cardscanner_gui.vlm.graphs.attention import group_heads
from cardscanner_gui.vlm.graphs.model_file import ModelFile
from cardscanner_gui.vlm.graphs.rewrites import DECODER_REWRITES, keep_rows
from cardscanner_gui.vlm.graphs.session import Graph, Stop
from cardscanner_gui.vlm.graphs.weights import in_blocks
from cardscanner_gui.vlm.measure import compare_reads
from cardscanner_gui.vlm.models import graph_name
from training.tiny_vlm.decoder_graph import build_decoder
from training.tiny_vlm.shapes import Shape
from training.tiny_vlm.weights import random_weights

GROUPED = "grouped, rewritten"
APPENDED, REGROUPED = "multihead, appended", "multihead, rewritten"
Change = Callable[[ModelFile], int]
USUAL: tuple[Change, ...] = tuple(DECODER_REWRITES.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    built.add_options(parser, "500m")
    options = parser.parse_args()
    environment.prepare()
    figures: dict[str, object] = {"machine": built.machine()}
    for size, folder in built.folders(options).items():
        rounds = 1 if options.quick else 3
        found = compare(folder, built.SHAPES[size], options.variant, rounds)
        print(f"\n{size}: a read, a token (ms)")
        for name, (seconds, token) in found.items():
            print(f"  {name:24} {1000 * seconds:8.0f} {1000 * token:8.1f}")
        figures[size] = found
    built.write_json(options.json, figures)


def compare(
    folder: Path, shape: Shape, variant: str, rounds: int
) -> dict[str, tuple[float, float]]:
    """Seconds of a read, and of a token of it, by layout."""
    grouped = folder / graph_name("decoder", variant)
    multihead = folder.with_name(f"{folder.name}-multihead") / graph_name("decoder", variant)
    if not multihead.is_file():
        build_decoder(
            shape, random_weights(shape), multihead, variant=variant, attention="multihead"
        )
    changes: dict[str, tuple[Path, Sequence[Change]]] = {
        GROUPED: (grouped, USUAL),
        "in blocks of 32": (grouped, (*USUAL, partial(in_blocks, block=32))),
        "in blocks of 128": (grouped, (*USUAL, partial(in_blocks, block=128))),
        REGROUPED: (multihead, (group_heads, *USUAL)),
        APPENDED: (multihead, (keep_rows,)),
    }
    embedding = Graph(folder / graph_name("embedding", variant))
    decoders = []
    for number, (name, (source, rewrites)) in enumerate(changes.items()):
        target = folder / f"layout_{number}.onnx"
        if not target.is_file():
            file = ModelFile(source)
            for rewrite in rewrites:
                rewrite(file)
            file.drop_unused()
            file.save(target)
        alone = name == APPENDED
        decoders.append(Decoder(embedding, Graph(target), shared=not alone, one_by_one=alone))
    times = compare_reads(decoders, Stop(), rounds)
    return {name: (t.seconds, t.token) for name, t in zip(changes, times, strict=True)}


if __name__ == "__main__":
    main()
