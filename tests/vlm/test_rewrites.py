"""Rewritten graphs compute what the original computes, in every variant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cardscanner_gui.vlm.decoder import Decoder
from cardscanner_gui.vlm.graphs.model_file import ModelFile
from cardscanner_gui.vlm.graphs.rewrites import (
    DECODER_REWRITES,
    full_tiles,
    fuse_vision_attention,
    keep_rows,
    scale_queries,
)
from cardscanner_gui.vlm.graphs.session import Graph, Stop
from cardscanner_gui.vlm.graphs.weights import flip_signs, in_blocks, signed_weights
from cardscanner_gui.vlm.measure import (
    decoder_sample,
    difference,
    signed_products_saturate,
    vision_sample,
)
from cardscanner_gui.vlm.models import VARIANTS
from cardscanner_gui.vlm.tuning import Tuning
from training.tiny_vlm.shapes import TINY

ALL = ("fp32", "int8", "uint8", "q4")
ONE = Tuning(threads=1)


def decoder(folder: Path, variant: str, path: Path | None = None) -> Decoder:
    end = VARIANTS[variant] + ".onnx"
    embedding = Graph(folder / f"onnx/embed_tokens{end}", ONE)
    graph = Graph(path or folder / f"onnx/decoder_model_merged{end}", ONE)
    return Decoder(embedding, graph, shared=True)


@pytest.mark.parametrize("variant", ALL)
def test_packed_products_are_the_same_bits(
    variant: str, published: Callable[..., Path], tmp_path: Path
) -> None:
    folder = published(*ALL)
    source = folder / f"onnx/decoder_model_merged{VARIANTS[variant]}.onnx"
    plain = ModelFile(source)
    assert keep_rows(plain) == 1
    plain.save(tmp_path / "plain.onnx")
    packed = ModelFile(source)
    places = [rewrite(packed) for rewrite in DECODER_REWRITES.values()]
    packed.drop_unused()
    packed.save(tmp_path / "packed.onnx")
    assert places == [1, TINY.layers, TINY.layers, TINY.layers]
    assert len(packed.graph.node) < len(plain.graph.node)
    # Packing touches neither weights nor activations; only the sum's order may change in fp32.
    own = decoder_sample(decoder(folder, variant, tmp_path / "packed.onnx"), Stop())
    reference = decoder_sample(decoder(folder, variant, tmp_path / "plain.onnx"), Stop())
    assert difference(own, reference) < 1e-6
    original = decoder_sample(decoder(folder, variant), Stop())
    assert difference(own, original) < (1e-6 if variant in ("fp32", "q4") else 0.03)


@pytest.mark.parametrize("variant", ALL)
def test_queries_scaled_beforehand_give_the_same_attention(
    variant: str, published: Callable[..., Path], tmp_path: Path
) -> None:
    folder = published(*ALL)
    file = ModelFile(folder / f"onnx/decoder_model_merged{VARIANTS[variant]}.onnx")
    assert scale_queries(file) == TINY.layers
    assert scale_queries(file) == 0  # a second time would change what is computed
    file.drop_unused()
    file.save(tmp_path / "scaled.onnx")
    own = decoder_sample(decoder(folder, variant, tmp_path / "scaled.onnx"), Stop())
    assert difference(own, decoder_sample(decoder(folder, variant), Stop())) < 1e-6


@pytest.mark.parametrize("variant", ALL)
def test_vision_of_full_tiles_needs_no_mask(
    variant: str, published: Callable[..., Path], tmp_path: Path
) -> None:
    source = published(*ALL) / f"onnx/vision_encoder{VARIANTS[variant]}.onnx"

    def features(path: Path) -> np.ndarray:
        graph = Graph(path, ONE)
        return graph.run(vision_sample(graph, TINY.image_size), ["image_features"], Stop())[0]

    file = ModelFile(source)
    assert full_tiles(file, TINY.image_size) == 1
    file.save(tmp_path / "full.onnx")
    assert "pixel_attention_mask" not in Graph(tmp_path / "full.onnx", ONE).inputs
    assert difference(features(tmp_path / "full.onnx"), features(source)) < 1e-6


def test_rewrites_leave_alone_what_they_do_not_know(
    published: Callable[..., Path], tmp_path: Path
) -> None:
    folder = published("fp32", attention="decomposed")
    file = ModelFile(folder / "onnx/decoder_model_merged.onnx")
    assert DECODER_REWRITES["packed attention"](file) == 0
    assert scale_queries(file) == 0
    embedding = ModelFile(folder / "onnx/embed_tokens.onnx")
    assert keep_rows(embedding) == 0
    assert full_tiles(embedding, TINY.image_size) == 0
    assert fuse_vision_attention(embedding) == 0


def test_a_saved_graph_keeps_its_weights_beside_it(
    published: Callable[..., Path], tmp_path: Path
) -> None:
    file = ModelFile(published("fp32") / "onnx/decoder_model_merged.onnx")
    file.save(tmp_path / "d.onnx")
    assert (tmp_path / "d.onnx.data").stat().st_size > 10 * (tmp_path / "d.onnx").stat().st_size
    Graph(tmp_path / "d.onnx", ONE)


def test_weights_of_the_other_sign_are_the_same_products(
    published: Callable[..., Path], tmp_path: Path
) -> None:
    """Signed weights that can't overflow here give to the bit what unsigned ones give."""
    folder = published(*ALL)
    plain = ModelFile(folder / "onnx/decoder_model_merged_uint8.onnx")
    other = ModelFile(folder / "onnx/decoder_model_merged_uint8.onnx")
    assert signed_weights(plain) == 0
    assert flip_signs(other) == signed_weights(other) == len(products(plain))
    for one, flipped in zip(products(plain), products(other), strict=True):
        assert np.array_equal(one, flipped)
    other.save(tmp_path / "signed.onnx")
    if not signed_products_saturate():
        own = decoder_sample(decoder(folder, "uint8", tmp_path / "signed.onnx"), Stop())
        assert difference(own, decoder_sample(decoder(folder, "uint8"), Stop())) < 1e-6


def products(file: ModelFile) -> list[np.ndarray]:
    """The weights of each integer product, without their zero points."""
    nodes = [node for node in file.graph.node if node.op_type == "MatMulInteger"]
    pairs = [(file.array(n.input[1]), file.array(n.input[3])) for n in nodes]
    return [w.astype(int) - z for w, z in pairs if w is not None and z is not None]


@pytest.mark.parametrize("variant", ["int8", "uint8"])
@pytest.mark.parametrize("block", [32, 128])
def test_weights_in_blocks_are_the_same_weights(
    variant: str, block: int, published: Callable[..., Path], tmp_path: Path
) -> None:
    """Activations are rounded by block instead of by run, which is no further from the truth."""
    folder = published(*ALL)
    file = ModelFile(folder / f"onnx/decoder_model_merged{VARIANTS[variant]}.onnx")
    places = in_blocks(file, block)
    assert places == 7 * TINY.layers + 1
    file.save(tmp_path / "blocks.onnx")
    exact = decoder_sample(decoder(folder, "fp32"), Stop())
    own = decoder_sample(decoder(folder, variant, tmp_path / "blocks.onnx"), Stop())
    assert difference(own, exact) < 0.1
