"""The dialog of reading models on real files and a hub on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.qt.window.models_dialog import ModelsDialog
from cardscanner_gui.settings import Settings
from cardscanner_gui.vlm import models as known
from tests.vlm.loopback_hub import Hub
from training.tiny_vlm.cards import texts
from training.tiny_vlm.folder import write_model
from training.tiny_vlm.shapes import TINY
from training.tiny_vlm.tokenizer import train_tokenizer
from training.tiny_vlm.weights import random_weights

WAIT = 60_000
MODEL = replace(known.SMOLVLM_500M, hidden=TINY.hidden, published={})

pytestmark = pytest.mark.usefixtures("dot_products")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    tokenizer = train_tokenizer(texts(), TINY.vocabulary)
    variants = ["uint8", "int8"]
    write_model(folder, TINY, random_weights(TINY), tokenizer, variants=variants)
    return folder


@pytest.fixture
def open_dialog(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., ModelsDialog]:
    monkeypatch.setattr(known, "MODELS", {MODEL.id: MODEL})

    def make(settings: Settings | None = None, endpoint: str | None = None) -> ModelsDialog:
        dialog = ModelsDialog(settings or Settings(), tmp_path / "models", None, endpoint)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def finished(qtbot: QtBot, dialog: ModelsDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)


def test_a_folder_becomes_a_ready_model_and_goes_again(
    open_dialog: Callable[..., ModelsDialog],
    published: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialog = open_dialog()
    assert "Not installed" in dialog.status.text()
    assert not dialog.delete.isEnabled()
    with qtbot.waitSignal(dialog.installed, timeout=WAIT):
        dialog.install_folder(published)
    assert dialog.status.text().startswith("✓ Ready (uint8, int8")
    with qtbot.waitSignal(dialog.changed) as chosen:
        dialog.use.click()
    assert chosen.args[0].reading_mode is ReadingMode.BALANCED
    assert not dialog.use.isVisible()
    dialog.check.click()
    finished(qtbot, dialog)
    assert "Every file is as it was installed" in dialog.status.text()
    monkeypatch.setattr(QMessageBox, "question", lambda *args: QMessageBox.StandardButton.Yes)
    with qtbot.waitSignal(dialog.installed, timeout=WAIT):
        dialog.delete.click()
    assert "Not installed" in dialog.status.text()


def test_nothing_is_fetched_without_consent_and_a_download_can_be_paused(
    open_dialog: Callable[..., ModelsDialog],
    published: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    dot_products: bool,
) -> None:
    files = {
        str(p.relative_to(published).as_posix()): p.read_bytes()
        for p in published.rglob("*")
        if p.is_file()
    }
    asked: list[str] = []

    def answer(button: QMessageBox.StandardButton) -> None:
        def question(parent: object, title: str, words: str) -> QMessageBox.StandardButton:
            asked.append(words)
            return button

        monkeypatch.setattr(QMessageBox, "question", question)

    with Hub(files, pause=0.2) as hub:
        dialog = open_dialog(endpoint=hub.address)
        answer(QMessageBox.StandardButton.No)
        dialog.get.click()
        finished(qtbot, dialog)
        assert "Apache-2.0" in asked[0]
        assert "MB" in asked[0]
        assert hub.ranges == []
        answer(QMessageBox.StandardButton.Yes)
        dialog.get.click()
        qtbot.waitUntil(lambda: bool(hub.ranges), timeout=WAIT)
        dialog.pause.click()
        finished(qtbot, dialog)
        assert dialog.status.text().startswith("Paused")
        hub.pause = 0.0
        with qtbot.waitSignal(dialog.installed, timeout=WAIT):
            dialog.get.click()
    suitable = "int8" if dot_products else "uint8"
    assert dialog.status.text() == f"✓ Ready ({suitable}, revision 0123456789ab)."


def test_offline_fetches_nothing(open_dialog: Callable[..., ModelsDialog]) -> None:
    dialog = open_dialog(Settings(offline=True), endpoint="http://127.0.0.1:9")
    dialog.get.click()
    assert "offline" in dialog.status.text()
    assert not dialog.busy


def test_a_wrong_folder_is_explained(
    open_dialog: Callable[..., ModelsDialog], tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = open_dialog()
    dialog.install_folder(tmp_path)
    finished(qtbot, dialog)
    assert "doesn't hold SmolVLM 500M" in dialog.status.text()


def test_the_mode_is_kept(open_dialog: Callable[..., ModelsDialog], qtbot: QtBot) -> None:
    dialog = open_dialog()
    changed: list[Settings] = []
    dialog.changed.connect(changed.append)
    dialog.mode.setCurrentIndex(dialog.mode.findData("thorough"))
    dialog.mode.activated.emit(dialog.mode.currentIndex())
    assert changed[-1].reading_mode is ReadingMode.THOROUGH


def test_closing_while_it_works_waits_for_nothing_long(
    open_dialog: Callable[..., ModelsDialog], published: Path, tmp_path: Path
) -> None:
    given = Path(shutil.copytree(published, tmp_path / "given"))
    dialog = open_dialog()
    dialog.install_folder(given)
    dialog.close()
    assert not dialog.isVisible()
