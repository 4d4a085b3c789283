"""The reading mode in the window: offered once when a model is ready, chosen in Scan's bar."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.settings import load_settings
from cardscanner_gui.vlm import installed
from cardscanner_gui.vlm import models as known
from cardscanner_gui.vlm.prepare import prepare
from tests.qt.conftest import Harness
from training.tiny_vlm.cards import texts
from training.tiny_vlm.folder import write_model
from training.tiny_vlm.shapes import TINY
from training.tiny_vlm.tokenizer import train_tokenizer
from training.tiny_vlm.weights import random_weights

MODEL = replace(known.SMOLVLM_500M, hidden=TINY.hidden, published={})

pytestmark = pytest.mark.usefixtures("kept_catalogue")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models with one that is prepared."""
    folder = tmp_path_factory.mktemp("models")
    tokenizer = train_tokenizer(texts(), TINY.vocabulary)
    write_model(folder / "given", TINY, random_weights(TINY), tokenizer, variants=["fp32"])
    installed.adopt_folder(folder, MODEL, folder / "given")
    prepare(installed.model_folder(folder, MODEL), MODEL.id)
    return folder


@pytest.fixture(autouse=True)
def _one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MODELS", {MODEL.id: MODEL})


def mode(harness: Harness) -> str:
    return str(load_settings(harness.folder / "settings.json").reading_mode)


def test_one_click_from_a_ready_model_to_one_that_is_asked(harness: Harness, ready: Path) -> None:
    built: list[str] = []

    def make() -> object:
        built.append(mode(harness))
        return harness.recogniser

    harness.make_recogniser = make
    window = harness.open_window(models=ready)
    harness.wait(window.notice.isVisible)
    assert "SmolVLM 500M Instruct is ready" in window.notice.label.text()
    assert window.scan_page.mode.isVisible()
    assert window.scan_page.mode.currentText() == "Fast"
    window.notice.button.click()
    harness.wait(lambda: mode(harness) == "balanced")
    harness.wait(lambda: built[-1] == "balanced")
    assert window.scan_page.mode.currentText() == "Balanced"


def test_it_is_offered_once(harness: Harness, ready: Path) -> None:
    first = harness.open_window(models=ready)
    harness.wait(first.notice.isVisible)
    first.notice.close_line()
    harness.settle(first)
    first.close()
    second = harness.open_window(models=ready)
    harness.wait(second.scan_page.mode.isVisible)
    harness.settle(second)
    assert not second.notice.isVisible()
    assert mode(harness) == "fast"


def test_the_mode_is_chosen_where_cards_are_scanned(harness: Harness, ready: Path) -> None:
    window = harness.open_window(models=ready)
    choice = window.scan_page.mode
    harness.wait(choice.isVisible)
    choice.setCurrentIndex(choice.findData(ReadingMode.THOROUGH))
    choice.activated.emit(choice.currentIndex())
    harness.wait(lambda: mode(harness) == "thorough")
    assert "every card" in choice.toolTip()


def test_without_a_model_there_is_nothing_to_choose(harness: Harness, tmp_path: Path) -> None:
    window = harness.open_window(models=tmp_path / "none")
    harness.settle(window)
    assert not window.scan_page.mode.isVisible()
    assert not window.notice.isVisible()
