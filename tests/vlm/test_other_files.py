"""Files that aren't what they should be: cut, swapped, tampered, of another model or revision.

Each is named, with what to do about it, before anything is read with it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from onnx import TensorProto, helper

from cardscanner_gui.vlm import hub, installed, prepare_decoder
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.model_file import ModelFile
from cardscanner_gui.vlm.models import (
    MODELS,
    SMOLVLM2_500M,
    SMOLVLM_256M,
    SMOLVLM_500M,
    ModelDescription,
    Published,
)
from cardscanner_gui.vlm.plan import load_plan
from cardscanner_gui.vlm.prepare import prepare, prepare_installed
from cardscanner_gui.vlm.tuning import Tuning
from tests.vlm.asked import OPEN
from tests.vlm.loopback_hub import REVISION, Hub
from training.tiny_vlm.folder import write_embedding
from training.tiny_vlm.shapes import TINY
from training.tiny_vlm.weights import random_weights

DECODER = "onnx/decoder_model_merged_uint8.onnx"
ONE = Tuning(threads=1)


@pytest.fixture(scope="session", autouse=True)
def _either_processor() -> None:
    """Nothing here asks which kind of processor this is."""


@pytest.fixture
def folder(tmp_path: Path, published: Callable[..., Path]) -> Path:
    return Path(shutil.copytree(published("uint8"), tmp_path / "given"))


def known(folder: Path, **changes: Published) -> ModelDescription:
    """A model whose decoder is known to be the folder's."""
    content = (folder / DECODER).read_bytes()
    right = Published(len(content), hashlib.sha256(content).hexdigest())
    return replace(
        SMOLVLM_256M, hidden=TINY.hidden, revision=REVISION, published={DECODER: right}, **changes
    )


def served(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def tamper(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def swap(path: Path) -> None:
    shutil.copy(path.with_name("vision_encoder_uint8.onnx"), path)


@pytest.mark.parametrize("damage", [cut, tamper, swap])
def test_a_given_file_that_is_not_the_known_one_is_refused(
    folder: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    model = known(folder)
    damage(folder / DECODER)
    with pytest.raises(ModelError, match=rf"{DECODER}.*get it again.*--newest"):
        installed.adopt_folder(tmp_path / "models", model, folder)
    assert installed.read_manifest(tmp_path / "models", model) is None
    manifest = installed.adopt_folder(tmp_path / "models", model, folder, newest=True)
    assert DECODER in {file.name for file in manifest.files}


@pytest.mark.parametrize("damage", [cut, tamper, swap])
def test_an_installed_file_that_changed_is_not_prepared(
    folder: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    models, model = tmp_path / "models", known(folder)
    with Hub(served(folder)) as there:
        hub.download(models, hub.ask(models, model, None, there.address), endpoint=there.address)
        path = installed.model_folder(models, model) / DECODER
        damage(path)
        with pytest.raises(ModelError, match=rf"{DECODER}.*models download smolvlm-256m"):
            prepare_installed(models, model, tuning=ONE)
        assert not installed.is_prepared(models, model)
        # The remedy helps: the one file comes again.
        there.ranges.clear()
        hub.download(models, hub.ask(models, model, None, there.address), endpoint=there.address)
    assert [name for name, _ in there.ranges] == [DECODER]
    assert installed.verify(models, model) == []


def test_only_the_known_revision_is_asked_for(folder: Path, tmp_path: Path) -> None:
    model = replace(known(folder), revision="f" * 40)
    with Hub(served(folder)) as there:
        hub.ask(tmp_path, model, None, there.address)
        hub.ask(tmp_path, model, None, there.address, newest=True)
        installed.pin_revision(tmp_path, model, "a" * 40)
        hub.ask(tmp_path, model, None, there.address)
    assert there.revisions == ["f" * 40, "", "a" * 40]


def test_a_revision_that_the_hub_lacks_is_said(folder: Path, tmp_path: Path) -> None:
    model = replace(known(folder), revision="f" * 40)
    with (
        Hub(served(folder), lacking="f" * 40) as there,
        pytest.raises(ModelError, match=r"at revision ffffffffffff.*--newest"),
    ):
        hub.ask(tmp_path, model, None, there.address)


def test_a_hub_that_serves_other_files_of_the_known_revision_is_pointed_out(
    folder: Path, tmp_path: Path
) -> None:
    model = known(folder)
    with Hub(served(folder)) as there:
        assert hub.ask(tmp_path, model, None, there.address).unknown == []
        tamper(folder / DECODER)
        there.files = served(folder)
        assert hub.ask(tmp_path, model, None, there.address).unknown == [DECODER]


def test_what_is_missing_is_named_with_its_size(folder: Path, tmp_path: Path) -> None:
    model = replace(
        SMOLVLM_256M,
        hidden=TINY.hidden,
        published={"onnx/vision_encoder_uint8.onnx": Published(94_247_969)},
    )
    (folder / "onnx/vision_encoder_uint8.onnx").unlink()
    wanted = r"onnx/vision_encoder_uint8\.onnx \(94 MB\)"
    with pytest.raises(ModelError, match=wanted):
        installed.adopt_folder(tmp_path / "models", model, folder)
    with Hub(served(folder)) as there:
        with pytest.raises(ModelError, match=wanted):
            hub.ask(tmp_path, model, None, there.address)
        with pytest.raises(ModelError, match=r"merged_q4\.onnx.*It has uint8: choose"):
            hub.ask(tmp_path, model, "q4", there.address)


def test_the_two_generations_are_told_apart(folder: Path, tmp_path: Path) -> None:
    model = replace(SMOLVLM2_500M, hidden=TINY.hidden, published={})
    with pytest.raises(ModelError, match=r"config\.json.*of kind idefics3.*of kind smolvlm"):
        installed.adopt_folder(tmp_path / "models", model, folder)


def test_models_that_nobody_tried_say_so() -> None:
    untested = {model.id for model in MODELS.values() if "untested" in model.purpose}
    assert untested == {"smolvlm2-500m", "smolvlm2-256m"}
    assert {SMOLVLM_500M.revision[:7], SMOLVLM_256M.revision[:7]} == {"a7da5b9", "7e3e67e"}


def test_files_of_two_sizes_do_not_go_together(folder: Path) -> None:
    wider = replace(TINY, hidden=96)
    write_embedding(folder, wider, random_weights(wider), "uint8")
    with pytest.raises(ModelError, match=r"embed_tokens_uint8\.onnx.*don't belong together"):
        prepare(folder, "tiny", tuning=ONE)


def rename_input(file: ModelFile) -> None:
    value = next(v for v in file.graph.input if v.name == "position_ids")
    for node in file.graph.node:
        node.input[:] = ["places" if name == "position_ids" else name for name in node.input]
    value.name = "places"


def want_more(file: ModelFile) -> None:
    value = helper.make_tensor_value_info("cross.key", TensorProto.FLOAT, ["n"])
    file.graph.input.append(value)


def forget_cache(file: ModelFile) -> None:
    kept = [v for v in file.graph.output if not v.name.startswith("present.1.")]
    del file.graph.output[:]
    file.graph.output.extend(kept)


@pytest.mark.parametrize("change", [rename_input, want_more, forget_cache])
def test_a_strange_decoder_is_named_with_a_remedy(
    folder: Path, change: Callable[[ModelFile], None]
) -> None:
    file = ModelFile(folder / DECODER)
    change(file)
    file.save(folder / DECODER)
    with pytest.raises(ModelError, match=r"decoder_model_merged_uint8\.onnx.*(again|variant)"):
        prepare(folder, "tiny", tuning=ONE)
    assert not list(folder.glob("prepared*"))


def test_a_rewrite_that_fails_is_a_line_in_the_report(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: ModelFile) -> int:
        raise KeyError("past_key_values.0.key")

    rewrites = {**prepare_decoder.DECODER_REWRITES, "packed gates": fail}
    monkeypatch.setattr(prepare_decoder, "DECODER_REWRITES", rewrites)
    plan = prepare(folder, "tiny", tuning=ONE)
    reasons = {trial.what: trial.reason for trial in plan.decisions}
    assert reasons["packed gates"] == "it failed: KeyError: 'past_key_values.0.key'"
    Engine(folder, OPEN).warm_up()


def test_a_decoder_that_appends_single_positions_reads_as_the_other(
    tmp_path: Path,
    published: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    cards: list[Any],
) -> None:
    """Where attention can't be rewritten; several positions are read again, or one by one."""
    monkeypatch.setattr(prepare_decoder, "group_heads", lambda file: 0)
    folder = Path(shutil.copytree(published("fp32", attention="multihead"), tmp_path / "one"))
    shutil.rmtree(folder / "prepared-1", ignore_errors=True)
    prepare(folder, "tiny", tuning=ONE)
    plan = load_plan(folder)
    assert plan.one_by_one
    assert not plan.shared_cache
    other = Path(shutil.copytree(published("fp32"), tmp_path / "all"))
    prepare(other, "tiny", tuning=ONE)
    engines = [Engine(place, OPEN, ONE) for place in (folder, other)]
    for card in cards[:2]:
        first, second = ([*engine.read(card)][-1] for engine in engines)
        assert first.raw == second.raw  # type: ignore[union-attr]
        drafts = {n: f.text for n, f in first.fields.items()}  # type: ignore[union-attr]
        *_, drafted = engines[0].read(card, expected=drafts, fingerprint=object())
        assert drafted.raw == first.raw  # type: ignore[union-attr]


def test_a_plan_says_what_it_was_measured_on(folder: Path) -> None:
    plan = prepare(folder, "tiny", tuning=ONE)
    tried = {trial.what for trial in plan.decisions}
    assert {"8-bit weights in blocks of 32", "8-bit weights in blocks of 128"} <= tried
    assert all("a token" in t.reason for t in plan.decisions if "in blocks" in t.what)
    content = json.loads((folder / "plan.json").read_text())
    assert content["processor"] == plan.processor
