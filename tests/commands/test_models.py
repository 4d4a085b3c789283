"""`cardscanner models` on real files and a hub on loopback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cardscanner_gui.cli import cli
from cardscanner_gui.settings import load_settings
from cardscanner_gui.vlm import models as known
from tests.vlm.loopback_hub import REVISION, Hub
from training.tiny_vlm.cards import texts
from training.tiny_vlm.folder import write_model
from training.tiny_vlm.shapes import TINY
from training.tiny_vlm.tokenizer import train_tokenizer
from training.tiny_vlm.weights import random_weights

MODEL = replace(known.SMOLVLM_256M, hidden=TINY.hidden, published={})
Run = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("dot_products")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    tokenizer = train_tokenizer(texts(), TINY.vocabulary)
    variants = ["uint8", "int8"]
    write_model(folder, TINY, random_weights(TINY), tokenizer, variants=variants)
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(known, "MODELS", {MODEL.id: MODEL})

    def call(*arguments: str, **options: str) -> Result:
        return CliRunner().invoke(
            cli, ["--data-dir", str(tmp_path), "models", *arguments], **options
        )

    return call


def test_a_models_life(run: Run, published: Path) -> None:
    assert "not installed" in run("list").output
    result = run("download", MODEL.id, "--from", str(published))
    assert result.exit_code == 0, result.output
    assert "last rows: " in result.output
    assert "is ready" in result.output
    assert "installed: uint8, int8" in run("list").output
    assert "ready" in run("list").output
    assert "as it was installed" in run("verify", MODEL.id).output
    timed = run("bench", MODEL.id).output
    assert {line.split("\t")[0] for line in timed.splitlines()} >= {"one tile", "one token"}
    assert "was removed" in run("remove", MODEL.id, "--yes").output
    assert "not installed" in run("list").output


def test_a_ready_model_is_offered_once_and_the_answer_is_remembered(
    run: Run, published: Path, tmp_path: Path
) -> None:
    def mode() -> str:
        return str(load_settings(tmp_path / "settings.json").reading_mode)

    refused = run("download", MODEL.id, "--from", str(published), input="n\n")
    assert refused.exit_code == 0, refused.output
    assert f"models use balanced {MODEL.id}" in refused.output
    assert mode() == "fast"
    run("download", MODEL.id, "--from", str(published), input="y\n")
    assert mode() == "balanced"
    again = run("download", MODEL.id, "--from", str(published))
    assert "unsure?" not in again.output
    assert run("use", "thorough").exit_code == 0
    assert mode() == "thorough"


def test_downloading_asks_first(
    run: Run, published: Path, monkeypatch: pytest.MonkeyPatch, dot_products: bool
) -> None:
    files = {
        path.relative_to(published).as_posix(): path.read_bytes()
        for path in published.rglob("*")
        if path.is_file()
    }
    import huggingface_hub.constants

    with Hub(files) as hub:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", hub.address)
        template = huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE
        monkeypatch.setattr(
            huggingface_hub.constants,
            "HUGGINGFACE_CO_URL_TEMPLATE",
            hub.address + template[template.index("/{") :],
        )
        refused = run("download", MODEL.id, input="n\n")
        assert refused.exit_code == 1
        assert f"({'int8' if dot_products else 'uint8'})" in refused.output
        assert "Apache-2.0" in refused.output
        assert hub.ranges == []
        agreed = run("download", MODEL.id, "--variant", "uint8", input="y\n")
        assert agreed.exit_code == 0, agreed.output
    assert f"revision {REVISION}" in run("list").output


def test_what_is_wrong_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    for arguments, words in (
        (["prepare", MODEL.id], "isn't installed"),
        (["verify", MODEL.id], "isn't installed"),
        (["download", "other"], "There is no model other"),
        (["download", MODEL.id, "--from", str(tmp_path)], "doesn't hold"),
    ):
        result = run(*arguments)
        assert words in str(result.exception)
