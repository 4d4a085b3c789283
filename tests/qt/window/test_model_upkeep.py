"""A model that was prepared for another ONNX Runtime is prepared again while the window works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.qt.window.model_upkeep import ModelUpkeep
from cardscanner_gui.settings import Settings
from cardscanner_gui.vlm import installed, upkeep
from cardscanner_gui.vlm import models as known
from cardscanner_gui.vlm.plan import load_plan
from cardscanner_gui.vlm.prepare import prepare
from cardscanner_gui.vlm.tuning import Tuning
from training.tiny_vlm.cards import texts
from training.tiny_vlm.folder import write_model
from training.tiny_vlm.shapes import TINY
from training.tiny_vlm.tokenizer import train_tokenizer
from training.tiny_vlm.weights import random_weights

WAIT = 120_000
MODEL = replace(known.SMOLVLM_500M, hidden=TINY.hidden, published={})
BALANCED = Settings(reading_mode=ReadingMode.BALANCED)


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model whose plan names another ONNX Runtime."""
    monkeypatch.setattr(known, "MODELS", {MODEL.id: MODEL})
    monkeypatch.setattr(upkeep, "MODELS", {MODEL.id: MODEL})
    tokenizer = train_tokenizer(texts(), TINY.vocabulary)
    write_model(tmp_path / "given", TINY, random_weights(TINY), tokenizer, variants=["uint8"])
    folder = tmp_path / "models"
    installed.adopt_folder(folder, MODEL, tmp_path / "given")
    own = installed.model_folder(folder, MODEL)
    prepare(own, MODEL.id, tuning=Tuning(threads=1))
    replace(load_plan(own), runtime="1.0").save(own)
    return folder


@pytest.fixture
def keeper(models: Path, qtbot: QtBot):
    made = ModelUpkeep(models)
    yield made
    made.close()


def runtime(models: Path) -> str:
    return load_plan(installed.model_folder(models, MODEL)).runtime


def test_it_is_prepared_again_and_said(keeper: ModelUpkeep, models: Path, qtbot: QtBot) -> None:
    words: list[str] = []
    keeper.progressed.connect(lambda what, share: words.append(what))
    with qtbot.waitSignals([keeper.prepared, keeper.ended], timeout=WAIT):
        keeper.check(BALANCED)
        assert keeper.busy
    assert "since it was prepared with ONNX Runtime 1.0" in words[0]
    assert runtime(models) != "1.0"
    keeper.prepared.connect(lambda: pytest.fail("it was ready already"))
    with qtbot.waitSignal(keeper.ended, timeout=WAIT):
        keeper.check(BALANCED)


def test_nothing_is_done_while_no_model_reads(keeper: ModelUpkeep, models: Path) -> None:
    keeper.check(Settings(reading_mode=ReadingMode.FAST))
    assert not keeper.busy


@pytest.mark.parametrize("end", [ModelUpkeep.stop, ModelUpkeep.close])
def test_stopping_leaves_the_old_preparation(
    keeper: ModelUpkeep, models: Path, qtbot: QtBot, end: Callable[[ModelUpkeep], None]
) -> None:
    keeper.progressed.connect(lambda what, share: keeper.stop())
    keeper.check(BALANCED)
    end(keeper)
    if end is ModelUpkeep.stop:
        qtbot.waitUntil(lambda: not keeper.busy, timeout=WAIT)
    assert runtime(models) == "1.0"


def test_a_model_that_cannot_be_prepared_is_said(
    keeper: ModelUpkeep, models: Path, qtbot: QtBot
) -> None:
    decoder = installed.model_folder(models, MODEL) / "onnx/decoder_model_merged_uint8.onnx"
    decoder.unlink()
    with qtbot.waitSignal(keeper.failed, timeout=WAIT) as told:
        keeper.check(BALANCED)
    assert "decoder_model_merged_uint8.onnx is missing" in told.args[0]
    assert f"models download {MODEL.id}" in told.args[0]
    assert not keeper.busy
