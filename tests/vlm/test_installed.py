"""Installing from a folder, checking, removing, and preparing what is damaged or doesn't fit."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.vlm import cpu, installed, upkeep
from cardscanner_gui.vlm import models as known
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.rewrites import DECODER_REWRITES
from cardscanner_gui.vlm.measure import suitable_variant
from cardscanner_gui.vlm.models import SMOLVLM_256M, SMOLVLM_500M
from cardscanner_gui.vlm.plan import load_plan
from cardscanner_gui.vlm.prepare import prepare, prepare_installed
from cardscanner_gui.vlm.tuning import Tuning
from cardscanner_gui.vlm.upkeep import outdated, to_prepare, unready
from tests.vlm.asked import OPEN
from training.tiny_vlm.cards import texts
from training.tiny_vlm.tokenizer import train_tokenizer, write_tokenizer

MODEL = replace(SMOLVLM_256M, hidden=64, revision="", published={})


@pytest.fixture
def copy(tmp_path: Path, published: Callable[..., Path]) -> Path:
    return Path(shutil.copytree(published("uint8"), tmp_path / "given"))


@pytest.fixture
def models(tmp_path: Path, copy: Path) -> Path:
    installed.adopt_folder(tmp_path / "models", MODEL, copy)
    return tmp_path / "models"


def quickly(folder: Path, **options: Any) -> None:
    prepare(folder, MODEL.id, tuning=Tuning(threads=1), **options)


def test_a_given_folder_is_installed_prepared_and_reads(models: Path) -> None:
    assert installed.read_manifest(models, MODEL).variants == ("uint8",)  # type: ignore[union-attr]
    assert not installed.is_prepared(models, MODEL)
    folder = installed.model_folder(models, MODEL)
    quickly(folder)
    assert installed.is_prepared(models, MODEL)
    plan = load_plan(folder)
    assert plan.variant == "uint8"
    assert outdated(plan) is None
    assert outdated(replace(plan, runtime="1.0")) is not None
    reasons = {decision.what: decision.reason for decision in plan.decisions}
    rewrites = (*DECODER_REWRITES, "fused vision attention")
    assert all(reasons[what].startswith("differs by ") for what in rewrites)
    Engine(folder, OPEN).warm_up()


def test_signed_weights_are_used_only_where_they_are_exact(
    published: Callable[..., Path], tmp_path: Path, dot_products: bool
) -> None:
    """With dot products whichever is quicker is used, so only the other answer is certain."""
    folder = Path(shutil.copytree(published("int8", "uint8"), tmp_path / "both"))
    quickly(folder)
    plan = load_plan(folder)
    assert dot_products or plan.variant == "uint8"
    refused = any("can overflow" in decision.reason for decision in plan.decisions)
    assert refused is not dot_products
    assert suitable_variant() == ("int8" if dot_products else "uint8")


def test_a_plan_of_another_processor_is_made_again(
    models: Path, monkeypatch: pytest.MonkeyPatch, dot_products: bool
) -> None:
    folder = installed.model_folder(models, MODEL)
    quickly(folder)
    assert outdated(load_plan(folder)) is None
    monkeypatch.setattr(cpu, "has_dot_products", lambda: not dot_products)
    assert outdated(load_plan(folder)) == "it was prepared on another processor"


def test_another_runtime_asks_for_a_new_preparation_and_the_old_one_serves_until_then(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "MODELS", {MODEL.id: MODEL})
    monkeypatch.setattr(upkeep, "MODELS", {MODEL.id: MODEL})
    assert [(m.id, why) for m, why in to_prepare(models)] == [(MODEL.id, "it was never prepared")]
    folder = installed.model_folder(models, MODEL)
    quickly(folder)
    assert to_prepare(models) == []
    old = replace(load_plan(folder), runtime="1.0")
    old.save(folder)
    assert "ONNX Runtime 1.0" in str(unready(models, MODEL))
    Engine(folder, OPEN).warm_up()
    prepare_installed(models, MODEL)
    assert to_prepare(models) == []
    new = load_plan(folder)
    assert not {g.path for g in old.graphs.values() if "prepared" in g.path} & {
        g.path for g in new.graphs.values()
    }
    used = {Path(graph.path).parts[0] for graph in new.graphs.values()}
    assert {path.name for path in folder.glob("prepared*")} <= used
    (folder / "plan.json").write_text("{}")
    assert "damaged" in str(unready(models, MODEL))


def test_the_given_folder_may_go_away(models: Path, copy: Path) -> None:
    shutil.rmtree(copy)
    assert installed.verify(models, MODEL) == []


def test_another_models_folder_is_refused(tmp_path: Path, copy: Path) -> None:
    with pytest.raises(ModelError, match=r"hidden size is 64, that of SmolVLM 500M.* is 960"):
        installed.adopt_folder(tmp_path / "m", SMOLVLM_500M, copy)
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"needs .*tokenizer\.json"):
        installed.adopt_folder(tmp_path / "m", MODEL, copy)


def test_damage_is_found(models: Path) -> None:
    folder = installed.model_folder(models, MODEL)
    decoder = folder / "onnx/decoder_model_merged_uint8.onnx"
    content = bytearray(decoder.read_bytes())
    content[len(content) // 2] ^= 1
    decoder.unlink()  # hard links share their bytes
    decoder.write_bytes(content)
    (folder / "tokenizer.json").unlink()
    broken = installed.verify(models, MODEL)
    assert [line.split()[0] for line in broken] == [
        "onnx/decoder_model_merged_uint8.onnx",
        "tokenizer.json",
    ]


def test_removing_leaves_nothing(models: Path) -> None:
    quickly(installed.model_folder(models, MODEL))
    assert installed.remove(models, MODEL) > 100_000
    assert installed.read_manifest(models, MODEL) is None
    assert not installed.model_folder(models, MODEL).exists()
    with pytest.raises(ModelError, match="isn't installed"):
        installed.verify(models, MODEL)


def cut_decoder(folder: Path) -> None:
    path = folder / "onnx/decoder_model_merged_uint8.onnx"
    path.write_bytes(path.read_bytes()[:-5000])


def swap_vision(folder: Path) -> None:
    target = folder / "onnx/vision_encoder_uint8.onnx"
    shutil.copy(folder / "onnx/embed_tokens_uint8.onnx", target)


def drop_embedding(folder: Path) -> None:
    (folder / "onnx/embed_tokens_uint8.onnx").unlink()


def spoil_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{")


def foreign_tokenizer(folder: Path) -> None:
    rng = np.random.default_rng(0)
    many = ["".join(rng.choice([*"abcdefghij"], 9)) for _ in range(2000)]
    write_tokenizer(train_tokenizer([*texts(), *many], 3000), folder)


def foreign_architecture(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config["text_config"]))


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (cut_decoder, r"decoder_model_merged_uint8\.onnx"),
        (swap_vision, r"vision_encoder_uint8\.onnx"),
        (drop_embedding, r"lacks onnx/embed_tokens_uint8"),
        (spoil_tokenizer, r"tokenizer\.json"),
        (foreign_tokenizer, r"tokenizer\.json has \d+ tokens"),
        (foreign_architecture, r"another kind of model"),
    ],
)
def test_what_does_not_fit_is_named(copy: Path, damage: Callable[[Path], None], named: str) -> None:
    damage(copy)
    with pytest.raises(ModelError, match=named):
        quickly(copy)
    assert not (copy / "plan.json").exists()
    assert not list(copy.glob("prepared*"))


def test_an_unprepared_or_spoilt_plan_is_said(copy: Path) -> None:
    with pytest.raises(ModelError, match="isn't prepared"):
        Engine(copy, OPEN)
    quickly(copy)
    plan = copy / "plan.json"
    plan.write_text(plan.read_text()[:-40])
    with pytest.raises(ModelError, match=r"plan\.json is damaged"):
        Engine(copy, OPEN)


def test_cancelling_preparation_keeps_the_old_one(copy: Path) -> None:
    quickly(copy)
    before = sorted(p.name for p in copy.rglob("*"))
    token = CancelToken()

    def cancel_late(what: str, share: float) -> None:
        if share >= 0.6:
            token.cancel()

    with pytest.raises(CancelledError):
        quickly(copy, progress=cancel_late, token=token)
    assert sorted(p.name for p in copy.rglob("*")) == before
    Engine(copy, OPEN)


def test_a_start_needs_no_transformers(copy: Path) -> None:
    import subprocess
    import sys

    quickly(copy)
    program = (
        "import sys; from pathlib import Path\n"
        "from cardscanner_gui.vlm.engine import Engine\n"
        "from tests.vlm.asked import OPEN\n"
        "Engine(Path(sys.argv[1]), OPEN).warm_up()\n"
        "heavy = {'transformers', 'torch', 'onnx', 'huggingface_hub'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(copy)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stderr
