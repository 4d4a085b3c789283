"""What goes wrong while a prepared model is used: said in words, and nothing else is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from cardscanner_gui.core.types import CardImage
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.session import Graph, Stop
from cardscanner_gui.vlm.plan import load_plan
from cardscanner_gui.vlm.prepare import prepare
from cardscanner_gui.vlm.tuning import Tuning
from tests.vlm.asked import OPEN


@pytest.fixture
def ready(tmp_path: Path, published: Callable[..., Path]) -> Path:
    folder = Path(shutil.copytree(published("uint8"), tmp_path / "model"))
    prepare(folder, "tiny", tuning=Tuning(threads=1))
    return folder


def graph_file(folder: Path, part: str) -> Path:
    return folder / load_plan(folder).graphs[part].path


def lose(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut_weights(path: Path) -> None:
    cut(path.with_name(path.name + ".data"))


def lose_weights(path: Path) -> None:
    path.with_name(path.name + ".data").unlink()


def spoil(path: Path) -> None:
    path.write_bytes(b"This is no graph." * 40)


@pytest.mark.parametrize("part", ["vision", "decoder"])
@pytest.mark.parametrize("damage", [lose, cut, cut_weights, lose_weights, spoil])
def test_a_start_names_the_file_that_is_damaged(
    ready: Path, part: str, damage: Callable[[Path], None]
) -> None:
    path = graph_file(ready, part)
    if not path.with_name(path.name + ".data").is_file():
        pytest.skip("this machine kept the graph that was downloaded, which is one file")
    damage(path)
    with pytest.raises(ModelError, match=path.name):
        Engine(ready, OPEN)


def test_swapped_graphs_are_noticed(ready: Path) -> None:
    decoder = graph_file(ready, "decoder")
    (onnx_file := ready / "onnx/vision_encoder_uint8.onnx")
    shutil.copy(onnx_file, decoder)
    with pytest.raises(ModelError, match="isn't the expected part"):
        Engine(ready, OPEN)


def test_a_tokenizer_that_went_bad_is_named(ready: Path) -> None:
    (ready / load_plan(ready).tokenizer).write_text("{}")
    with pytest.raises(ModelError, match=r"tokenizer\.txt"):
        Engine(ready, OPEN)


def write_graph(path: Path, node: onnx.NodeProto) -> Path:
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [node],
        "one node",
        [value("x", TensorProto.FLOAT, ["n"]), value("shape", TensorProto.INT64, ["m"])],
        [value("y", TensorProto.FLOAT, None)],
    )
    opset = [helper.make_opsetid("", 18)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), str(path))
    return path


def run(path: Path, length: int, shape: list[int]) -> None:
    feeds = {"x": np.zeros(length, np.float32), "shape": np.array(shape, np.int64)}
    Graph(path).run(feeds, ["y"], Stop())


def test_a_lack_of_memory_is_told_from_other_failures(tmp_path: Path) -> None:
    path = write_graph(tmp_path / "huge.onnx", helper.make_node("Expand", ["x", "shape"], ["y"]))
    run(path, 1, [4])
    with pytest.raises(ModelError, match=r"isn't enough memory to run .*huge\.onnx.*smaller model"):
        run(path, 1, [1 << 50])


def test_a_run_that_fails_names_its_file(tmp_path: Path) -> None:
    path = write_graph(tmp_path / "odd.onnx", helper.make_node("Reshape", ["x", "shape"], ["y"]))
    with pytest.raises(ModelError, match=r"odd\.onnx failed while it ran.*prepare it again"):
        run(path, 6, [4])


def test_an_engine_goes_on_after_a_run_failed(ready: Path, cards: list[CardImage]) -> None:
    engine = Engine(ready, OPEN)
    *_, before = engine.read(cards[0])
    cache = engine.decoder.new_cache(8)
    with pytest.raises(ModelError, match="failed while it ran"):
        engine.decoder.forward(cache, np.zeros((4, 7), np.float32), [3], Stop())
    *_, after = engine.read(cards[0], fingerprint="anew")
    assert after.raw == before.raw  # type: ignore[union-attr]
